"""The line at the foot: what one did can be undone there, whatever else happens meanwhile."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.panels.status_line import StatusLine


@pytest.fixture
def status(qtbot: QtBot) -> Iterator[StatusLine]:
    made = StatusLine(QAction("Undo"), QWidget())
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def offered(status: StatusLine) -> list[str]:
    return [b.text() for b in status.findChildren(QToolButton) if b.isVisible()]


def pass_the_time(qtbot: QtBot, status: StatusLine) -> None:
    with qtbot.waitSignal(status._holds.timeout):
        status._holds.start(0)


def test_news_waits_while_something_can_be_undone(qtbot: QtBot, status: StatusLine) -> None:
    taken_back: list[str] = []
    status.offer_undo("The scores follow “Weddings”.", lambda: taken_back.append("Weddings"))
    status.tell("Nothing has changed since the last look.")
    assert status.message == "The scores follow “Weddings”."
    [undo] = [b for b in status.findChildren(QToolButton) if b.isVisible()]
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert taken_back == ["Weddings"]
    pass_the_time(qtbot, status)
    assert status.message == "Nothing has changed since the last look."
    assert offered(status) == []


def test_the_next_thing_that_can_be_undone_comes_at_once_and_loses_no_news(
    qtbot: QtBot, status: StatusLine
) -> None:
    status.say("12 photos rated 3.", undoable=True)
    status.tell("2 files could not be read.", "Show", lambda: None)
    status.say("12 photos rated 4.", undoable=True)
    assert status.message == "12 photos rated 4."
    assert offered(status) == ["Undo"]
    pass_the_time(qtbot, status)
    assert status.message == "2 files could not be read."
    assert offered(status) == ["Show"]


def test_a_failure_is_told_at_once(status: StatusLine) -> None:
    status.say("12 photos rated 3.", undoable=True)
    status.say("The catalogue cannot be written.")
    assert status.message == "The catalogue cannot be written."
    assert offered(status) == []


def test_without_anything_to_undo_news_is_told_at_once(status: StatusLine) -> None:
    status.tell("Photos: 3 new.")
    status.tell("3 photos scored.")
    assert status.message == "3 photos scored."
