"""Stacks in the real window: folded, opened, changed by hand and taken back, by keys."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.grid.photo_list_model import Role
from app.main_window import MainWindow
from tests.make_photos import write_jpeg

NOON = datetime(2026, 5, 2, 12)
WAIT_MS = 60_000
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """A burst of three, half a second apart, and two single photos minutes later."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for number, (seed, after_s) in enumerate(
        ((1, 0), (1, 0.5), (1, 1), (7, 300), (20, 900)), start=1
    ):
        taken_at = NOON + timedelta(seconds=after_s)
        write_jpeg(folder / f"{number}.jpg", seed=seed, size=(300, 200), taken_at=taken_at)
    return folder


@pytest.fixture
def stacked(qtbot: QtBot, window: MainWindow, shoot: Path) -> MainWindow:
    """The window with the shoot in it, scored and stacked."""
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: "5 photos scored" in window.status.message, timeout=WAIT_MS)
    assert len(shown(window)) == 5
    key(window, Qt.Key.Key_G, SHIFT)
    qtbot.waitUntil(lambda: len(shown(window)) == 3, timeout=WAIT_MS)
    return window


def key(window: MainWindow, which: Qt.Key, with_: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(window.grid, which, with_ or Qt.KeyboardModifier.NoModifier)


def shown(window: MainWindow) -> list[str]:
    model = window.grid.model()
    photos = [model.index(row, 0).data(Role.PHOTO) for row in range(model.rowCount())]
    return ["" if photo is None else photo.path.stem for photo in photos]


def spoken(window: MainWindow, row: int) -> str:
    return str(window.grid.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_burst_is_one_cell_until_b_opens_it(qtbot: QtBot, stacked: MainWindow) -> None:
    assert shown(stacked)[1:] == ["4", "5"]
    assert "closed stack of 3 photos, burst" in spoken(stacked, 0)
    stacked.grid.go_to_row(0)
    key(stacked, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: sorted(shown(stacked)) == ["1", "2", "3", "4", "5"], timeout=WAIT_MS)
    assert "1 of 3 in a stack, burst, suggested" in spoken(stacked, 0)
    key(stacked, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 3, timeout=WAIT_MS)


def test_shift_g_spreads_everything_again(qtbot: QtBot, stacked: MainWindow) -> None:
    key(stacked, Qt.Key.Key_G, SHIFT)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 5, timeout=WAIT_MS)
    assert "stack" not in spoken(stacked, 0)


def test_photos_are_grouped_by_hand_and_undo_takes_it_back(
    qtbot: QtBot, stacked: MainWindow
) -> None:
    stacked.grid.go_to_row(1)
    key(stacked, Qt.Key.Key_Right, SHIFT)
    key(stacked, Qt.Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 2, timeout=WAIT_MS)
    assert stacked.status.message == "2 photos grouped"
    assert "grouped by hand" in spoken(stacked, 1)
    key(stacked, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: shown(stacked)[1:] == ["4", "5"], timeout=WAIT_MS)


def test_a_frame_is_taken_out_of_its_burst(qtbot: QtBot, stacked: MainWindow) -> None:
    stacked.grid.go_to_row(0)
    key(stacked, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 5, timeout=WAIT_MS)
    stacked.grid.go_to_row(2)
    leaving = shown(stacked)[2]
    key(stacked, Qt.Key.Key_G, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "taken out of the group" in stacked.status.message, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: "stack" not in spoken(stacked, shown(stacked).index(leaving)), timeout=WAIT_MS
    )


def test_another_cover_stands_for_the_burst(qtbot: QtBot, stacked: MainWindow) -> None:
    stacked.grid.go_to_row(0)
    key(stacked, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 5, timeout=WAIT_MS)
    cover = shown(stacked)[2]
    stacked.grid.go_to_row(2)
    key(stacked, Qt.Key.Key_B, SHIFT)
    qtbot.waitUntil(lambda: "made the cover" in stacked.status.message, timeout=WAIT_MS)
    key(stacked, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 3, timeout=WAIT_MS)
    assert shown(stacked)[0] == cover


def test_a_single_photo_has_no_stack_to_open_and_that_is_said(
    qtbot: QtBot, stacked: MainWindow
) -> None:
    stacked.grid.go_to_row(1)
    key(stacked, Qt.Key.Key_B)
    assert stacked.status.message == "This photo is in no stack."
    assert len(shown(stacked)) == 3


def test_the_sliders_regroup(qtbot: QtBot, stacked: MainWindow) -> None:
    form = stacked._stack_form
    form.pause.setValue(form.pause.minimum())
    form.likeness.setValue(form.likeness.maximum())
    qtbot.waitUntil(lambda: stacked.stacks.thresholds.time_gap_s == 0, timeout=WAIT_MS)
    form.pause.setValue(form.pause.maximum())
    form.likeness.setValue(form.likeness.minimum())
    qtbot.waitUntil(lambda: stacked.stacks.thresholds.time_gap_s == 120, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(shown(stacked)) == 3, timeout=WAIT_MS)
