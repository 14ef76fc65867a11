"""Dialogs on small screens, as a large scale leaves them: all of it can be reached."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.fitting import fit
from app.main_window import MainWindow
from tests.app.test_accessible_names import DIALOGS

LAPTOP_AT_150 = QSize(1280, 672)
LAPTOP_AT_300 = QSize(624, 312)  # 1,920 x 1,080 pixels


@pytest.fixture
def dialog(window: MainWindow, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    window.actions_[request.param].trigger()
    [shown] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    yield shown
    shown.close()


@pytest.mark.parametrize("room", [LAPTOP_AT_150, LAPTOP_AT_300], ids=["150", "300"])
@pytest.mark.parametrize("dialog", DIALOGS, indirect=True)
def test_a_dialog_fits_and_keeps_its_buttons_in_sight(
    qtbot: QtBot, dialog: QDialog, room: QSize
) -> None:
    fit(dialog, room)
    QApplication.processEvents()
    assert dialog.width() <= room.width()
    assert dialog.height() <= room.height()
    for box in dialog.findChildren(QDialogButtonBox):
        if box.isVisible():
            for button in box.buttons():
                assert not button.isVisible() or is_whole_in(button, dialog), button.text()


def test_what_does_not_fit_scrolls_to_whatever_has_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["export"].trigger()
    [dialog] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    fit(dialog, QSize(420, 260))
    QApplication.processEvents()
    [area] = [one for one in dialog.findChildren(QScrollArea) if one.parent() is dialog]
    for _ in range(25):
        before = QApplication.focusWidget()
        assert before is not None
        QTest.keyClick(before, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        if area.isAncestorOf(here) and here.height() <= area.viewport().height():
            top = here.mapTo(area.viewport(), QPoint()).y()
            assert -1 <= top <= area.viewport().height(), here
    dialog.close()


def test_on_a_larger_monitor_a_dialog_may_be_pulled_larger(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["history"].trigger()
    [dialog] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    dialog.resize(900, 1200)
    QApplication.processEvents()
    assert dialog.height() == 1200
    dialog.close()


def is_whole_in(part: QWidget, top: QWidget) -> bool:
    corner = part.mapTo(top, QPoint())
    return top.rect().contains(part.rect().translated(corner))
