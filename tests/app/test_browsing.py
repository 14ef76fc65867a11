"""Which photos are listed: at once what is asked for, never a new order that nobody asked for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.browsing import Browsing, Listing
from app.jobs import JobRunner
from core.photo import (
    Changes,
    Filter,
    Metadata,
    PartRange,
    PhotoId,
    Query,
    Score,
    ScoredPhoto,
    SortKey,
    TechnicalPart,
)
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 10_000


class Lists:
    """What the view is told to show."""

    def __init__(self, browsing: Browsing) -> None:
        self.last: tuple[PhotoId, ...] = ()
        self.count = 0
        browsing.listed.connect(self._take)

    def _take(self, listing: Listing) -> None:
        self.last = listing.ids
        self.count += 1


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    write_shoot(tmp_path / "shoot", 4, size=(60, 40))
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    return tmp_path / "shoot"


@pytest.fixture
def browsing(engine: Engine, jobs: JobRunner) -> Iterator[Browsing]:
    made = Browsing(engine.browse, jobs)
    yield made
    made.deleteLater()  # with its timers, before anything else ends


@pytest.fixture
def lists(browsing: Browsing) -> Lists:
    return Lists(browsing)


Ask = Callable[..., None]


@pytest.fixture
def ask(qtbot: QtBot, browsing: Browsing, lists: Lists, folder: Path) -> Ask:
    """Ask for the folder with this order or filter, and wait for the answer."""

    def asked(sort: SortKey = SortKey.CAPTURE_TIME, **conditions: object) -> None:
        before = lists.count
        scope = replace(Filter(folder=folder), **conditions)  # type: ignore[arg-type]
        browsing.ask(Query(scope, sort, descending=sort is SortKey.SCORE))
        qtbot.waitUntil(lambda: lists.count > before, timeout=WAIT_MS)

    return asked


def score(engine: Engine, id_: PhotoId, value: float) -> Changes:
    """Store a score as the scoring run does."""
    one = Score(value, value, 1.0, {}, engine.scoring.model)
    with engine.library.transaction() as stored:
        return stored.scores.save([ScoredPhoto(id_, one, b"\0\0", b"\0\0")])


def test_a_folder_is_listed_in_the_order_of_capture(ask: Ask, lists: Lists) -> None:
    ask()
    assert lists.last == tuple(sorted(lists.last))
    assert len(lists.last) == 4


def test_scores_that_arrive_are_counted_and_move_nothing(
    qtbot: QtBot, engine: Engine, browsing: Browsing, lists: Lists, ask: Ask
) -> None:
    ask(SortKey.SCORE)
    before, count = lists.last, lists.count
    with qtbot.waitSignal(browsing.outdated_changed) as told:
        browsing.apply(score(engine, before[3], 90))
    assert told.args == ["1 new score"]
    browsing.apply(score(engine, before[2], 80))
    assert browsing.outdated == "2 new scores"
    assert (lists.last, lists.count) == (before, count)

    browsing.sort_again()
    qtbot.waitUntil(lambda: lists.last[:2] == (before[3], before[2]), timeout=WAIT_MS)
    assert browsing.outdated == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"sort": SortKey.NOISE}, ("1 new score", "")),
        ({"parts": frozenset({PartRange(TechnicalPart.NOISE)})}, ("1 new score", "")),
        ({"sort": SortKey.SUBJECT_SHARPNESS}, ("", "Groups have changed")),
    ],
)
def test_news_are_told_where_what_was_measured_decides(
    engine: Engine,
    browsing: Browsing,
    lists: Lists,
    ask: Ask,
    asked: dict[str, object],
    told: tuple[str, str],
) -> None:
    [id_, *_] = engine.browse.ids(Query())
    ask(**asked)
    browsing.apply(score(engine, id_, 90))
    first = browsing.outdated
    browsing.sort_again()
    browsing.apply(Changes(grouped=frozenset({id_})))
    second = browsing.outdated if browsing.outdated != first else ""
    assert (first, second) == told


def test_scores_do_not_matter_where_the_order_is_by_time(
    engine: Engine, browsing: Browsing, lists: Lists, ask: Ask
) -> None:
    ask()
    browsing.apply(score(engine, lists.last[0], 90))
    assert browsing.outdated == ""


def test_scores_that_come_while_a_listing_runs_are_not_forgotten(
    qtbot: QtBot, browsing: Browsing, ask: Ask, lists: Lists
) -> None:
    ask(SortKey.SCORE)
    with qtbot.waitSignal(browsing.listed):
        browsing.sort_again()
        browsing.apply(Changes(scored=frozenset(lists.last[:1])))
    assert browsing.outdated == "1 new score", "the listing may have been read before"


def test_a_photo_that_no_longer_passes_leaves_and_comes_back_with_undo(
    qtbot: QtBot, engine: Engine, browsing: Browsing, lists: Lists, ask: Ask
) -> None:
    ask(max_stars=0)
    everything = lists.last
    browsing.apply(engine.rating.stars([everything[1]], 3).changes)
    qtbot.waitUntil(lambda: everything[1] not in lists.last, timeout=WAIT_MS)
    browsing.apply(engine.history.undo().changes)
    qtbot.waitUntil(lambda: lists.last == everything, timeout=WAIT_MS)


def test_a_mark_outside_the_filter_asks_nothing(
    qtbot: QtBot, engine: Engine, browsing: Browsing, lists: Lists, ask: Ask
) -> None:
    ask()
    count = lists.count
    browsing.apply(engine.rating.stars([lists.last[1]], 3).changes)
    qtbot.wait(50)
    assert lists.count == count


def test_new_photos_take_their_place_while_the_others_keep_theirs(
    qtbot: QtBot, engine: Engine, browsing: Browsing, lists: Lists, ask: Ask, folder: Path
) -> None:
    ask()
    before = lists.last
    early = datetime(2001, 1, 1)
    write_shoot(folder / "more", 1, size=(60, 40), seed=50, first_shot=early)
    engine.importer.import_folder(folder, recursive=True, task=Task())
    browsing.apply(Changes(membership=True))
    qtbot.waitUntil(lambda: len(lists.last) == 5, timeout=WAIT_MS)
    assert lists.last[1:] == before


@pytest.mark.parametrize("may_move", [True, False])
def test_when_a_scan_ends_the_order_is_final_unless_the_user_looks_at_something(
    qtbot: QtBot, engine: Engine, browsing: Browsing, lists: Lists, ask: Ask, may_move: bool
) -> None:
    ask()
    before = lists.last
    with engine.library.transaction() as stored:
        changes = stored.photos.describe({before[3]: Metadata(taken_at=datetime(1999, 1, 1))})
    browsing.apply(changes)
    count = lists.count
    browsing.settle(may_move=may_move)
    qtbot.waitUntil(lambda: lists.count > count, timeout=WAIT_MS)
    assert lists.last == ((before[3], *before[:3]) if may_move else before)
    assert bool(browsing.outdated) is not may_move


def test_a_scan_that_changes_no_order_asks_for_nothing(
    qtbot: QtBot, browsing: Browsing, lists: Lists, ask: Ask
) -> None:
    ask()
    count = lists.count
    browsing.settle(may_move=False)
    qtbot.waitUntil(lambda: lists.count > count, timeout=WAIT_MS)
    assert browsing.outdated == ""


def test_the_answer_to_an_older_question_is_dropped(
    qtbot: QtBot, browsing: Browsing, lists: Lists, folder: Path
) -> None:
    browsing.ask(Query(Filter(folder=folder)))
    browsing.ask(Query(Filter(folder=folder, name_contains="0002")))
    qtbot.waitUntil(lambda: lists.count > 0, timeout=WAIT_MS)
    qtbot.wait(50)
    assert len(lists.last) == 1
