"""A screen reader has a name for everything that can have the focus, in window and dialogs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.dialogs.crash_dialog import CrashDialog
from app.main_window import MainWindow
from tests.make_photos import write_shoot

DIALOGS = (
    *("export", "cull", "history", "statistics", "personalize"),
    *("keys", "shortcuts", "problems", "about"),
)
# Qt makes these of their owners, which a screen reader names instead.
INNER = (QComboBox, QAbstractSpinBox, QCalendarWidget)


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it, also where Qt takes that from its text or its label."""
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name).strip() if told is not None else ""


def is_inner(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, INNER):
            return True
        above = above.parentWidget()
    return False


def nameless(top: QWidget) -> list[str]:
    """The focusable parts without a name; those on pages that do not show yet count too."""
    parts = [top, *top.findChildren(QWidget)]
    focusable = [part for part in parts if part.focusPolicy() is not Qt.FocusPolicy.NoFocus]
    # The tabs of a tab bar have names, not the bar; menus are read by their actions; labels
    # and buttons are their words, and where they have none yet nobody can come to them.
    asked = [
        part
        for part in focusable
        if not isinstance(part, QTabBar | QMenu)
        and part.focusProxy() is None
        and not (isinstance(part, QLabel) and not part.text())
        and (part.isVisibleTo(top) or not isinstance(part, QPushButton) or part.text())
    ]
    return [
        f"{type(part).__name__} {part.objectName()!r} in {type(part.parentWidget()).__name__}"
        for part in asked
        if not is_inner(part) and part.window() is top.window() and not name_of(part)
    ]


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    write_shoot(tmp_path / "shoot", 3, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "3 photos scored" in window.status.message, timeout=20_000)
    return window


@pytest.fixture
def dialog(window: MainWindow, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    window.actions_[request.param].trigger()
    [shown] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    yield shown
    shown.close()


def test_a_part_without_a_name_would_be_noticed(qtbot: QtBot) -> None:
    top = QWidget()
    qtbot.addWidget(top)
    field = QLineEdit(top)
    QVBoxLayout(top).addWidget(field)
    assert nameless(top) == ["QLineEdit '' in QWidget"]
    field.setAccessibleName("Name")
    assert nameless(top) == []


def test_everything_in_the_window_has_a_name(opened: MainWindow) -> None:
    assert nameless(opened) == []


@pytest.mark.parametrize("dialog", DIALOGS, indirect=True)
def test_everything_in_a_dialog_has_a_name(opened: MainWindow, dialog: QDialog) -> None:
    assert nameless(dialog) == []
    assert dialog.windowTitle()


def test_everything_in_the_crash_dialog_has_a_name(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CrashDialog("Traceback of a test", tmp_path / "shortlist.log")
    qtbot.addWidget(dialog)
    assert nameless(dialog) == []


def test_the_second_window_has_names_too(opened: MainWindow) -> None:
    opened.actions_["second_window"].trigger()
    second = opened.views.second
    assert second is not None
    assert nameless(second) == []
    opened.actions_["second_window"].trigger()


def test_tab_reaches_every_part_of_the_window_that_keys_cannot(opened: MainWindow) -> None:
    """Beside the menus, which Alt reaches."""
    opened.viewer.take_focus()
    visited: set[QWidget] = set()
    while (here := QApplication.focusWidget()) is not None and here not in visited:
        visited.add(here)
        opened.focusNextChild()
    visible = [
        part
        for part in opened.findChildren(QWidget)
        if part.isVisible()
        and part.isEnabled()
        and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and part.focusProxy() is None
        and part.window() is opened
    ]
    missed = [name_of(part) for part in visible if part not in visited and not is_inner(part)]
    assert missed == []
