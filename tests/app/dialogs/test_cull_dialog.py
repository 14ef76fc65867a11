"""The cull assistant in its window: plan, look, change by hand, apply, undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from app.change_bridge import ChangeBridge
from app.dialogs.cull_dialog import CullDialog
from app.jobs import JobRunner
from app.marking import Marking
from core.photo import Filter, PhotoId, Pick
from core.services.engine import Engine
from tests.core.library.make_catalog import add, scored


@pytest.fixture
def ids(engine: Engine) -> list[PhotoId]:
    """Twenty photos whose scores fall by five points."""
    ids = add(engine.library, *(f"/a/IMG_{number:02}.jpg" for number in range(20)))
    with engine.library.transaction() as stored:
        stored.scores.save([scored(id_, 95.0 - 5 * place) for place, id_ in enumerate(ids)])
    return ids


@pytest.fixture
def marking(engine: Engine, jobs: JobRunner) -> Marking:
    return Marking(engine.rating, engine.history, jobs)


@pytest.fixture
def dialog(
    qtbot: QtBot, engine: Engine, jobs: JobRunner, marking: Marking, ids: list[PhotoId]
) -> Iterator[CullDialog]:
    assert ids
    shown = CullDialog(engine.cull, marking, jobs, Filter(Path("/a")))
    bridge = ChangeBridge(engine.changes)
    bridge.changed.connect(shown.apply)
    shown.show()
    keep(shown, 5)
    qtbot.waitUntil(lambda: "5 of 20 photos would be kept" in shown.lines.text)
    yield shown
    bridge.close()
    shown.reject()
    shown.deleteLater()


def keep(dialog: CullDialog, count: int) -> None:
    dialog.form.findChildren(QSpinBox)[0].setValue(count)


def picks(engine: Engine, ids: list[PhotoId]) -> list[Pick]:
    photos = engine.browse.photos(ids)
    return [photos[id_].pick for id_ in ids]


def test_the_plan_follows_the_number_and_changes_nothing(
    qtbot: QtBot, dialog: CullDialog, engine: Engine, ids: list[PhotoId]
) -> None:
    keep(dialog, 3)
    qtbot.waitUntil(lambda: "3 of 20 photos would be kept" in dialog.lines.text)
    assert "3 would be picked" in dialog.lines.text
    assert "17 left out" in dialog.lines.text
    assert set(picks(engine, ids)) == {Pick.UNDECIDED}


def test_apply_picks_and_undo_takes_it_back(
    qtbot: QtBot, dialog: CullDialog, engine: Engine, marking: Marking, ids: list[PhotoId]
) -> None:
    with qtbot.waitSignal(marking.said) as said:
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert said.args == ["Cull: 5 photos picked", True]
    assert picks(engine, ids) == [Pick.PICKED] * 5 + [Pick.UNDECIDED] * 15
    qtbot.waitUntil(lambda: "5 kept by you before" in dialog.lines.text)
    assert not dialog.apply_button.isEnabled(), "there is nothing left to apply"
    with qtbot.waitSignal(marking.said):
        marking.undo()
    assert set(picks(engine, ids)) == {Pick.UNDECIDED}


def test_what_is_left_out_is_rejected_only_when_asked_for(
    qtbot: QtBot, dialog: CullDialog, engine: Engine, marking: Marking, ids: list[PhotoId]
) -> None:
    dialog.reject_rest.click()
    with qtbot.waitSignal(marking.said) as said:
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert said.args is not None
    assert said.args[0] == "Cull: 5 photos picked, 15 photos rejected"
    assert picks(engine, ids) == [Pick.PICKED] * 5 + [Pick.REJECTED] * 15


def test_a_mark_made_meanwhile_goes_before_the_proposal(
    qtbot: QtBot, dialog: CullDialog, marking: Marking, ids: list[PhotoId]
) -> None:
    marking.pick(ids[:1], Pick.REJECTED)
    qtbot.waitUntil(lambda: "1 rejected or rated lower by you before" in dialog.lines.text)
    plan = dialog.plan
    assert plan is not None
    assert plan.to_pick == tuple(ids[1:6])


def test_the_photos_of_a_line_can_be_looked_at(
    qtbot: QtBot, dialog: CullDialog, ids: list[PhotoId]
) -> None:
    (button,) = (
        button
        for button in dialog.findChildren(QPushButton)
        if button.accessibleName() == "Show: 5 would be picked"
    )
    with qtbot.waitSignal(dialog.shown) as shown:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown.args is not None
    title, reasons = shown.args
    assert title == "5 would be picked"
    assert list(reasons) == ids[:5]
