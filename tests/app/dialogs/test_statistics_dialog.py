"""The statistics of a shoot, as a photographer reads them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.statistics_dialog import StatisticsDialog, share_text
from app.jobs import JobRunner
from core.photo import Filter, Mark, Metadata, Pick
from core.services.engine import Engine
from tests.core.library.make_catalog import add, scored

Show = Callable[[Filter], StatisticsDialog]


@pytest.fixture
def show(qtbot: QtBot, engine: Engine, jobs: JobRunner) -> Iterator[Show]:
    shown: list[StatisticsDialog] = []

    def make(scope: Filter) -> StatisticsDialog:
        dialog = StatisticsDialog(engine.statistics, jobs, scope)
        shown.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: not any("Counting" in text for text in texts(dialog)))
        return dialog

    yield make
    for dialog in shown:
        dialog.close()
        dialog.deleteLater()


def texts(dialog: StatisticsDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


def fill(engine: Engine) -> None:
    ids = add(engine.library, *(f"/a/{number}.jpg" for number in range(20)))
    start = datetime(2026, 5, 2, 14)
    with engine.library.transaction() as stored:
        stored.photos.describe(
            {
                id_: Metadata(start + timedelta(minutes=place), camera="R5", lens="50 mm")
                for place, id_ in enumerate(ids)
            }
        )
        stored.scores.save([scored(id_, 5.0 * place) for place, id_ in enumerate(ids[:18])])
        stored.photos.set_marks({id_: Mark(pick=Pick.PICKED) for id_ in ids[:5]})


def test_numbers_and_bars_say_the_same(show: Show, engine: Engine) -> None:
    fill(engine)
    dialog = show(Filter(Path("/a")))
    assert texts(dialog)[0].startswith("20 photos, 5 kept (25 %).")
    assert texts(dialog)[0].endswith("2 have no score yet.")
    assert "Score 0 to 5: 1 shown, 1 kept" in dialog.scores.accessibleDescription()
    model = dialog.cameras.model()
    assert [model.index(0, column).data() for column in range(4)] == ["R5", "20", "5", "25 %"]


def test_nothing_shown_is_said_in_a_sentence(show: Show) -> None:
    dialog = show(Filter(Path("/nowhere")))
    assert texts(dialog)[0] == "No photo is shown, so there is nothing to count."


def test_one_of_many_is_not_rounded_to_nothing() -> None:
    assert share_text(1, 1000) == "0.1 %"
    assert share_text(0, 1000) == "0 %"
