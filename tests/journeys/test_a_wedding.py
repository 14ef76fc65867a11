"""A wedding of 600 frames is culled by keyboard alone to a target, undone, and redone tomorrow."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.cull_dialog import CullDialog
from app.main_window import MainWindow
from core.photo import Filter, Mark, PhotoId, Pick, Query
from core.services.cull import Fate
from core.vision.model_store import shipped_model
from tests.made_shoots import made_shoot
from tests.made_wedding import write_shots

FRAMES = 600
TARGET = 150
WAIT_MS = 300_000
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def wedding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wedding") / "day"
    assert len(write_shots(folder, made_shoot(5, 126)[:FRAMES])) == FRAMES
    return folder


@pytest.fixture
def model() -> Path:
    """The model that ships: stacks are made of what it sees."""
    return shipped_model()


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """A key, wherever the focus is."""
    target = QApplication.focusWidget()
    assert isinstance(target, QWidget), "the keys go nowhere"
    QTest.keyClick(target, key, modifier)


def press_until(reached: Callable[[], bool], key: Qt.Key, most: int = 40) -> None:
    """A key again and again until something is so."""
    for _ in range(most):
        if reached():
            return
        press(key)
    raise AssertionError("the keyboard does not lead there")


def press_and_wait(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    """A key, and what the status line says of it."""
    before = window.status.message
    press(key, modifier)
    qtbot.waitUntil(lambda: window.status.message != before, timeout=WAIT_MS)


def marks(window: MainWindow) -> dict[PhotoId, Mark]:
    browse = window._engine.browse
    photos = browse.photos(browse.ids(Query(Filter())))
    return {id_: Mark(one.stars, one.pick, one.label) for id_, one in photos.items()}


def listed(window: MainWindow) -> int:
    return window.grid.model().rowCount()


def open_and_score(qtbot: QtBot, window: MainWindow, wedding: Path) -> None:
    window.open_paths([wedding])
    qtbot.waitUntil(lambda: listed(window) == FRAMES, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: f"{FRAMES} photos scored" in window.status.message, timeout=WAIT_MS)


def cull_to(qtbot: QtBot, window: MainWindow, target: int) -> None:
    """Ctrl+Shift+K, the number, Apply."""
    press(Qt.Key.Key_K, CONTROL | SHIFT)
    dialog = window.findChild(CullDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.plan is not None, timeout=WAIT_MS)
    box = dialog.form.findChildren(QSpinBox)[0]
    press_until(box.hasFocus, Qt.Key.Key_Tab)
    press(Qt.Key.Key_A, CONTROL)
    for digit in str(target):
        press(Qt.Key(Qt.Key.Key_0 + int(digit)))
    qtbot.waitUntil(
        lambda: dialog.plan is not None and dialog.plan.pictures == target, timeout=WAIT_MS
    )
    press_until(dialog.apply_button.hasFocus, Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.status.message.startswith("Cull: "), timeout=WAIT_MS)
    assert dialog.plan is not None
    assert dialog.plan.of(Fate.NO_SCORE) == ()
    press(Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.activateWindow()  # what a window manager does, and the offscreen platform does not
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)


@pytest.mark.timeout(1200)
def test_a_wedding_is_culled_undone_and_redone_after_a_restart(
    qtbot: QtBot, start: Callable[[], MainWindow], wedding: Path
) -> None:
    window = start()
    open_and_score(qtbot, window, wedding)

    # Like frames become one cell each.
    press(Qt.Key.Key_G, SHIFT)
    qtbot.waitUntil(lambda: listed(window) < FRAMES / 2, timeout=WAIT_MS)

    # A few frames by hand: what the photographer says goes before what is proposed.
    press(Qt.Key.Key_Home)
    kept = window.grid.current_id
    press(Qt.Key.Key_P, SHIFT)  # and on
    rejected = window.grid.current_id
    assert kept is not None
    assert rejected is not None
    assert rejected != kept
    press(Qt.Key.Key_X, SHIFT)
    press(Qt.Key.Key_4, SHIFT)
    qtbot.waitUntil(lambda: "rated 4" in window.status.message, timeout=WAIT_MS)

    cull_to(qtbot, window, TARGET)
    culled = marks(window)
    assert culled[kept].pick is Pick.PICKED
    assert culled[rejected].pick is Pick.REJECTED
    assert sum(mark.stars == 4 for mark in culled.values()) == 1
    picked = sum(mark.pick is Pick.PICKED for mark in culled.values())
    assert picked >= TARGET - 1, "the photo with four stars is the last one that is kept"

    # All of it back, step by step.
    for _ in range(4):
        press_and_wait(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert set(marks(window).values()) == {Mark()}

    # Tomorrow all of it again.
    window = start()
    qtbot.waitUntil(window.actions_["redo"].isEnabled, timeout=WAIT_MS)
    for _ in range(4):
        press_and_wait(qtbot, window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert marks(window) == culled
