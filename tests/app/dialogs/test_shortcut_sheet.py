"""The key sheet says what the action table says, and finds by name or key."""

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeWidget, QTreeWidgetItemIterator
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.dialogs.shortcut_sheet import ShortcutSheet


@pytest.fixture
def sheet(qtbot: QtBot) -> ShortcutSheet:
    made = ShortcutSheet(ACTIONS)
    qtbot.addWidget(made)
    made.show()
    return made


def rows(sheet: ShortcutSheet) -> dict[str, str]:
    """The actions that can be seen, with their keys."""
    tree = sheet.findChild(QTreeWidget)
    kinds = QTreeWidgetItemIterator.IteratorFlag.NotHidden
    found = QTreeWidgetItemIterator(tree, kinds)
    seen = {}
    while item := found.value():
        if item.parent() is not None and not item.parent().isHidden():
            seen[item.text(0)] = item.text(1)
        found += 1
    return seen


def test_every_action_with_a_key_is_there(sheet: ShortcutSheet) -> None:
    seen = rows(sheet)
    assert len(seen) == len(ACTIONS)
    assert seen["Undo"] == "Ctrl+Z"
    assert seen["Pick"] == "P"


def test_typing_finds_actions_and_keys(sheet: ShortcutSheet) -> None:
    field = sheet.findChild(QLineEdit)
    field.setText("reject")
    assert "Reject" in rows(sheet)
    assert "Undo" not in rows(sheet)
    field.setText("ctrl+z")
    assert "Undo" in rows(sheet)
    field.setText("no action is called this")
    assert rows(sheet) == {}
    assert [label for label in sheet.findChildren(QLabel) if label.isVisible()]
