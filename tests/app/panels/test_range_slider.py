"""A slider with two ends follows mouse and keys, and neither end passes the other."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.range_slider import RangeSlider

WAIT_MS = 2000


@pytest.fixture
def slider(qtbot: QtBot) -> RangeSlider:
    made = RangeSlider("Sharpness")
    qtbot.addWidget(made)
    made.resize(322, made.sizeHint().height())  # three pixels a point
    made.show()
    return made


def bounds(slider: RangeSlider) -> tuple[int, int]:
    return slider.least, slider.most


def drag(slider: RangeSlider, *, upper: bool, by_px: int) -> None:
    end = slider.upper_end if upper else slider.lower_end
    start = QPoint(end.width() // 2, end.height() // 2)
    QTest.mousePress(end, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    # The end goes with the pointer, so where the pointer ends is told from where it began.
    target = start + QPoint(by_px, 0)
    QTest.mouseMove(end, target)
    QTest.mouseRelease(end, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, target)


def test_an_end_is_dragged_and_told_once_it_rests(qtbot: QtBot, slider: RangeSlider) -> None:
    moves: list[tuple[int, int]] = []
    slider.moved.connect(lambda: moves.append(bounds(slider)))
    with qtbot.waitSignal(slider.changed, timeout=WAIT_MS):
        drag(slider, upper=False, by_px=90)
    assert bounds(slider) == (30, 100)
    assert moves == [(30, 100)]
    drag(slider, upper=True, by_px=-60)
    assert bounds(slider) == (30, 80)


def test_ends_stop_at_each_other(slider: RangeSlider) -> None:
    slider.set_range(40, 60)
    drag(slider, upper=False, by_px=150)
    assert bounds(slider) == (60, 60)
    drag(slider, upper=True, by_px=-300)
    assert bounds(slider) == (60, 60)
    drag(slider, upper=True, by_px=60)
    assert bounds(slider) == (60, 80)


def test_a_click_brings_the_nearer_end(slider: RangeSlider) -> None:
    slider.set_range(20, 80)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(slider, left, Qt.KeyboardModifier.NoModifier, QPoint(11 + 3 * 35, 10))
    assert bounds(slider) == (35, 80)
    QTest.mouseClick(slider, left, Qt.KeyboardModifier.NoModifier, QPoint(11 + 3 * 95, 10))
    assert bounds(slider) == (35, 95)


@pytest.mark.parametrize(
    ("key", "least"),
    [
        (Qt.Key.Key_Right, 41),
        (Qt.Key.Key_Left, 39),
        (Qt.Key.Key_PageUp, 45),
        (Qt.Key.Key_PageDown, 35),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 70),
    ],
)
def test_keys_move_the_end_that_has_the_focus(
    qtbot: QtBot, slider: RangeSlider, key: Qt.Key, least: int
) -> None:
    slider.set_range(40, 70)
    with qtbot.waitSignal(slider.changed, timeout=WAIT_MS):
        qtbot.keyClick(slider.lower_end, key)
    assert bounds(slider) == (least, 70)


def test_what_the_program_sets_is_told_once_and_at_once(qtbot: QtBot, slider: RangeSlider) -> None:
    told: list[tuple[int, int]] = []
    slider.changed.connect(lambda: told.append(bounds(slider)))
    slider.set_range(90, 95)
    slider.set_range(10, 20)
    slider.set_range(10, 20)
    qtbot.wait(150)
    assert told == [(90, 95), (10, 20)]


def test_from_right_to_left_the_scale_is_turned_round(slider: RangeSlider) -> None:
    slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    drag(slider, upper=False, by_px=-90)
    assert bounds(slider) == (30, 100)


def test_a_screen_reader_hears_which_end_it_is_and_how_many_photos_there_are(
    slider: RangeSlider,
) -> None:
    slider.show_counts([0, 1200, 0, 3])
    assert slider.lower_end.accessibleName() == "Sharpness, at least"
    assert slider.upper_end.accessibleName() == "Sharpness, at most"
    assert slider.accessibleDescription() == "25 to 50: 1,200 photos. 75 to 100: 3 photos"


def test_the_bars_are_as_high_as_there_are_photos(slider: RangeSlider) -> None:
    def heights() -> list[int]:
        image = slider.grab().toImage()
        ground = image.pixelColor(0, 0)
        columns = (11 + 3 * 25 + 37, 11 + 3 * 75 + 37)
        return [sum(image.pixelColor(x, y) != ground for y in range(30)) for x in columns]

    slider.show_counts([0, 2, 0, 4])
    half, whole = heights()
    assert whole >= 26
    assert abs(2 * half - whole) <= 6
    slider.show_counts(())
    assert heights() == [0, 0]
