"""A photographer finds the best of a shoot by keys alone, in compare and survey."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.modes.view_mode import Mode
from app.overlays.overlays import Overlay
from core.photo import Photo, Pick, Query

GREYS = tuple(range(40, 220, 15))  # twelve
WAIT_MS = 30_000
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Twelve pictures in order of name, every third of them upright."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for number, grey in enumerate(GREYS, 1):
        size = (200, 300) if number % 3 == 0 else (300, 200)
        Image.new("RGB", size, (grey, grey, grey)).save(folder / f"{number:02}.jpg")
    return folder


def press(*keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """To whatever has the focus, as a keyboard does."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key, modifier)


def stored(window: MainWindow) -> dict[str, Photo]:
    browse = window._engine.browse
    return {one.path.stem: one for one in browse.photos(browse.ids(Query())).values()}


def stars(window: MainWindow) -> dict[str, int]:
    return {name: photo.stars for name, photo in stored(window).items() if photo.stars}


def picks(window: MainWindow) -> dict[str, Pick]:
    return {name: one.pick for name, one in stored(window).items() if one.pick}


def open_shoot(qtbot: QtBot, window: MainWindow, shoot: Path) -> None:
    window.open_paths([shoot])
    told = f"{len(GREYS)} photos scored"
    qtbot.waitUntil(lambda: told in window.status.message, timeout=WAIT_MS)
    window.viewer.take_focus()
    press(Qt.Key.Key_Home)


def test_a_cull_with_compare_and_survey_by_keys_alone(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
) -> None:
    window = start()
    open_shoot(qtbot, window, shoot)

    # The first four in a survey: one leaves, one is rejected, two get stars and go on.
    press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, modifier=SHIFT)
    press(Qt.Key.Key_N)
    assert window.viewer.mode is Mode.SURVEY
    assert len(window.viewer.surveying.surveying.ids) == 4
    press(Qt.Key.Key_Home, Qt.Key.Key_T)
    press(Qt.Key.Key_X, modifier=SHIFT)
    press(Qt.Key.Key_3, modifier=SHIFT)
    press(Qt.Key.Key_4)
    qtbot.waitUntil(lambda: stars(window) == {"03": 3, "04": 4}, timeout=WAIT_MS)
    assert picks(window) == {"02": Pick.REJECTED}

    # From the fifth on in compare: the sixth is better, the seventh is not, the eighth is.
    press(Qt.Key.Key_Escape, Qt.Key.Key_Right)
    press(Qt.Key.Key_C, Qt.Key.Key_Z)
    press(Qt.Key.Key_S)
    press(Qt.Key.Key_X, modifier=SHIFT)
    press(Qt.Key.Key_S)
    press(Qt.Key.Key_Tab, modifier=SHIFT)
    press(Qt.Key.Key_P)
    qtbot.waitUntil(lambda: "Select: 08.jpg picked" in window.status.message, timeout=WAIT_MS)
    expected = {"02": Pick.REJECTED, "07": Pick.REJECTED, "08": Pick.PICKED}
    assert picks(window) == expected

    # All of it back, also after a restart, and again.
    press(Qt.Key.Key_Z, modifier=CONTROL)
    qtbot.waitUntil(lambda: "08" not in picks(window), timeout=WAIT_MS)
    press(Qt.Key.Key_J, Qt.Key.Key_O)
    window = start()
    for _ in range(4):
        qtbot.waitUntil(window.actions_["undo"].isEnabled, timeout=WAIT_MS)
        before = (stars(window), picks(window))
        window.actions_["undo"].trigger()
        qtbot.waitUntil(lambda w=window, b=before: (stars(w), picks(w)) != b, timeout=WAIT_MS)
    assert (stars(window), picks(window)) == ({}, {})
    assert window._overlays.on == {Overlay.CLIPPING, Overlay.THIRDS}


def test_a_filter_that_hides_what_was_just_rated_does_not_mix_up_a_survey(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
) -> None:
    window = start()
    open_shoot(qtbot, window, shoot)
    window.actions_["auto_advance"].trigger()
    combos = [one for one in window.filter_bar.findChildren(object) if hasattr(one, "findText")]
    unrated = next(combo for combo in combos if combo.findText("Unrated") >= 0)
    unrated.setCurrentIndex(unrated.findText("Unrated"))
    window.viewer.take_focus()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Right, Qt.Key.Key_Right, modifier=SHIFT)
    press(Qt.Key.Key_N, Qt.Key.Key_Home)
    for number, name in enumerate(("01", "02", "03"), 1):
        press(Qt.Key(Qt.Key.Key_0 + number))
        qtbot.waitUntil(lambda n=name: n in stars(window), timeout=WAIT_MS)
        shown = len(GREYS) - number
        qtbot.waitUntil(lambda count=shown: len(window.grid.model().ids) == count, timeout=WAIT_MS)
    assert stars(window) == {"01": 1, "02": 2, "03": 3}
    assert len(window.viewer.surveying.surveying.ids) == 3  # still there to be looked at


def test_the_views_come_back_as_they_were_left(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
) -> None:
    window = start()
    window.actions_["filmstrip"].trigger()
    window.actions_["second_window"].trigger()
    window.actions_["focus_peaking"].trigger()
    window = start()
    assert not window.actions_["filmstrip"].isChecked()
    assert window.actions_["focus_peaking"].isChecked()
    assert window.views.second is not None
    open_shoot(qtbot, window, shoot)
    press(Qt.Key.Key_E)
    assert not window.filmstrip.isVisible()
