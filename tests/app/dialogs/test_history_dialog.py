"""The history shows every step and goes to any of them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.history_dialog import HistoryDialog
from app.jobs import JobRunner
from app.marking import Marking
from core.photo import PhotoId
from core.services.engine import Engine
from tests.core.library.make_catalog import add


@pytest.fixture
def ids(engine: Engine) -> list[PhotoId]:
    ids = add(engine.library, *(f"/a/IMG_{number}.jpg" for number in range(1, 4)))
    engine.rating.stars(ids, 1)
    engine.rating.stars(ids[:1], 5)
    engine.rating.stars(ids[1:], 3)
    return ids


@pytest.fixture
def marking(engine: Engine, jobs: JobRunner) -> Marking:
    return Marking(engine.rating, engine.history, jobs)


@pytest.fixture
def dialog(qtbot: QtBot, marking: Marking, ids: list[PhotoId]) -> Iterator[HistoryDialog]:
    assert ids
    shown = HistoryDialog(marking)
    with qtbot.waitSignal(marking.edits_listed):
        shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


def steps(dialog: HistoryDialog) -> list[str]:
    model = dialog.table.model_
    return [
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    ]


def stars(engine: Engine, ids: list[PhotoId]) -> list[int]:
    return [engine.browse.photos(ids)[id_].stars for id_ in ids]


def go_button(dialog: HistoryDialog) -> QPushButton:
    (button,) = (b for b in dialog.findChildren(QPushButton) if "Go to" in b.text())
    return button


def test_every_step_is_listed_and_the_last_one_is_now(dialog: HistoryDialog) -> None:
    assert steps(dialog) == [
        "Before the first step",
        "3 photos rated 1",
        "IMG_1.jpg rated 5",
        "2 photos rated 3, this is how it is now",
    ]
    assert not go_button(dialog).isEnabled(), "one is there already"


def test_enter_on_an_earlier_step_undoes_all_later_ones(
    qtbot: QtBot, dialog: HistoryDialog, marking: Marking, engine: Engine, ids: list[PhotoId]
) -> None:
    dialog.table.setCurrentIndex(dialog.table.model_.index(1, 0))
    said = qtbot.waitSignal(marking.said)
    with said, qtbot.waitSignal(marking.edits_listed):
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert said.args is not None
    assert said.args[0] == "Undid: 2 steps"
    assert stars(engine, ids) == [1, 1, 1]
    assert steps(dialog)[1:] == [
        "3 photos rated 1, this is how it is now",
        "IMG_1.jpg rated 5, undone",
        "2 photos rated 3, undone",
    ]


def test_a_mouse_brings_back_what_was_undone(
    qtbot: QtBot, dialog: HistoryDialog, marking: Marking, engine: Engine, ids: list[PhotoId]
) -> None:
    with qtbot.waitSignal(marking.edits_listed):
        marking.go_to(0)
    assert stars(engine, ids) == [0, 0, 0]
    dialog.table.setCurrentIndex(dialog.table.model_.index(3, 0))
    with qtbot.waitSignal(marking.edits_listed):
        QTest.mouseClick(go_button(dialog), Qt.MouseButton.LeftButton)
    assert stars(engine, ids) == [5, 3, 3]


def test_a_step_made_meanwhile_appears(
    qtbot: QtBot, dialog: HistoryDialog, marking: Marking, ids: list[PhotoId]
) -> None:
    with qtbot.waitSignal(marking.edits_listed):
        marking.stars(ids[:1], 2)
    assert steps(dialog)[-1] == "IMG_1.jpg rated 2, this is how it is now"
