"""Rebinding: press a key, see what it costs, have it at once, and go back."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, ADVANCE
from app.dialogs.keys_dialog import KeysDialog
from app.main_window import MainWindow
from core.settings import load_settings

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(window: MainWindow) -> KeysDialog:
    window.actions_["keys"].trigger()
    return window.findChild(KeysDialog)


@pytest.fixture(autouse=True)
def goes_with_the_window(dialog: KeysDialog) -> Iterator[None]:
    yield
    dialog.close()


Press = Callable[..., None]


@pytest.fixture
def press(dialog: KeysDialog) -> Press:
    """Choose an action, say Enter, press a key."""

    def do(id_: str, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        dialog.findChild(QLineEdit).clear()
        dialog.table.setCurrentIndex(dialog.table.model_.index(dialog.table.model_.row_of(id_), 0))
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        assert "Press the key" in dialog.sentence
        QTest.keyClick(dialog.catcher, key, modifiers)

    return do


def button(dialog: KeysDialog, words: str) -> QPushButton:
    [found] = [one for one in dialog.findChildren(QPushButton) if one.text().startswith(words)]
    return found


def click(dialog: KeysDialog, words: str) -> None:
    assert button(dialog, words).isVisible()
    QTest.mouseClick(button(dialog, words), Qt.MouseButton.LeftButton)


def remove(dialog: KeysDialog, key: str) -> None:
    menu = button(dialog, "Remove").menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == key).trigger()


def keys(window: MainWindow, id_: str) -> list[str]:
    return [key.toString() for key in window.actions_[id_].shortcuts()]


def stored(window: MainWindow) -> dict[str, str]:
    settings, problems = load_settings(window._engine.paths.settings_file)
    assert problems == []
    return dict(settings.keys)


def test_a_free_key_is_in_force_at_once_with_its_twin_and_stored(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("pick", Qt.Key.Key_K)
    assert dialog.sentence == "K is now “Pick”."
    assert keys(window, "pick") == ["P", "K"]
    assert keys(window, "pick" + ADVANCE) == ["Shift+P", "Shift+K"]
    assert stored(window) == {"pick": "P K"}
    assert not button(dialog, "Leave it").isVisible()


def test_the_new_key_works_in_the_window(
    qtbot: QtBot, window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("histogram", Qt.Key.Key_K)
    remove(dialog, "H")
    dialog.hide()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.viewer.take_focus()
    QTest.keyClick(window, Qt.Key.Key_H)
    assert not window.actions_["histogram"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_K)
    assert window.actions_["histogram"].isChecked()


def test_a_key_in_use_is_told_before_it_moves_over(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("pick", Qt.Key.Key_X)
    assert dialog.sentence == "X is “Reject” now."
    assert keys(window, "pick") == ["P"], "nothing has changed yet"
    click(dialog, "Leave it")
    assert (keys(window, "pick"), keys(window, "reject")) == (["P"], ["X"])

    press("pick", Qt.Key.Key_X)
    click(dialog, "Give X to “Pick”")
    assert (keys(window, "pick"), keys(window, "reject")) == (["P", "X"], [])
    assert keys(window, "reject" + ADVANCE) == []
    assert stored(window) == {"pick": "P X", "reject": ""}


def test_a_twin_in_the_way_is_told_too(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("histogram", Qt.Key.Key_P, SHIFT)
    assert "Shift+P" in dialog.sentence
    assert "“Pick” would lose both" in dialog.sentence
    click(dialog, "Give Shift+P")
    assert keys(window, "pick") == []
    assert keys(window, "histogram") == ["H", "Shift+P"]


def test_keys_that_everything_else_needs_are_refused(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("pick", Qt.Key.Key_Tab)
    assert "meaning of its own" in dialog.sentence
    press("pick", Qt.Key.Key_Right)
    assert "lists and fields" in dialog.sentence
    press("pick", Qt.Key.Key_P)
    assert "already" in dialog.sentence
    assert keys(window, "pick") == ["P"]
    assert stored(window) == {}


def test_keys_with_modifiers_and_signs_are_what_the_table_calls_them(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("statistics", Qt.Key.Key_F4, CTRL)
    assert "Ctrl+F4" in keys(window, "statistics")
    press("statistics", Qt.Key.Key_Question, SHIFT)
    assert dialog.sentence == "? is “Keyboard shortcuts” now."


def test_one_action_or_all_get_their_first_keys_back(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("pick", Qt.Key.Key_X)
    click(dialog, "Give X")
    press("histogram", Qt.Key.Key_K)
    model = dialog.table.model_
    dialog.table.setCurrentIndex(model.index(model.row_of("reject"), 0))
    click(dialog, "Reset this action")
    assert dialog.sentence == "X is “Pick” now."
    click(dialog, "Reset “Reject”")
    assert (keys(window, "pick"), keys(window, "reject")) == (["P"], ["X"])
    click(dialog, "Reset all")
    assert keys(window, "histogram") == ["H"]
    assert stored(window) == {}
    assert not button(dialog, "Reset all").isEnabled()


def test_typing_finds_an_action_by_name_or_key(dialog: KeysDialog) -> None:
    model = dialog.table.model_
    assert model.rowCount() == len(ACTIONS)
    dialog.findChild(QLineEdit).setText("ctrl+l")
    assert model.rowCount() == 1
    assert dialog.table.spec is not None
    assert dialog.table.spec.id == "clear_filter"
    dialog.findChild(QLineEdit).setText("no such thing")
    assert dialog.sentence == "No action or key is called that."
    assert not button(dialog, "Add").isEnabled()


def test_a_listening_field_gives_up_when_one_goes_elsewhere(
    window: MainWindow, dialog: KeysDialog
) -> None:
    click(dialog, "Add a key")
    dialog.findChild(QLineEdit).setFocus()
    QTest.keyClick(dialog.catcher, Qt.Key.Key_K)
    assert stored(window) == {}
    assert "Press Enter" in dialog.sentence


def test_the_sheet_and_the_tooltips_tell_the_new_keys(
    window: MainWindow, dialog: KeysDialog, press: Press
) -> None:
    press("clear_filter", Qt.Key.Key_F4)
    remove(dialog, "Ctrl+L")
    tips = [control.toolTip() for control in window.filter_bar.controls]
    assert "Show every photo again (F4)" in tips
