"""A mistake of the program is told once, in words, whichever thread makes it."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.crash_hooks import CrashHooks
from app.dialogs.crash_dialog import CrashDialog


@pytest.fixture
def hooks(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[CrashHooks]:
    caught = CrashHooks(tmp_path / "shortlist.log", qapp)
    restore = caught.install()
    yield caught
    restore()
    for dialog in dialogs():
        dialog.close()
    caught.deleteLater()


def dialogs() -> list[CrashDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, CrashDialog)]


def mistake() -> None:
    """As the interpreter does with what nobody caught."""
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())


def mistake_in_a_thread() -> None:
    def work() -> None:
        _ = 1 / 0

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("make", [mistake, mistake_in_a_thread])
def test_a_mistake_opens_one_dialog_that_can_be_reported(
    qtbot: QtBot, hooks: CrashHooks, make: Callable[[], None]
) -> None:
    make()
    make()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    [dialog] = dialogs()
    assert not dialog.isModal()
    assert any("every rating you saw is stored" in x.text() for x in dialog.findChildren(QLabel))
    details = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "ZeroDivisionError: division by zero" in details
    [copy] = [b for b in dialog.findChildren(QPushButton) if b.text() == "Copy details"]
    copy.click()
    assert QGuiApplication.clipboard().text() == details


def test_ctrl_c_is_no_mistake(qtbot: QtBot, hooks: CrashHooks) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qtbot.wait(20)
    assert dialogs() == []
