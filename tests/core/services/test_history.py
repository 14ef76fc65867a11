"""The list of what was done, and going to any place in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.library.library import Library
from core.photo import Changes, PhotoId, Pick
from core.services.history import History
from core.services.rate import Outcome, Rating
from tests.core.library.make_catalog import add


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.sqlite")
    yield library
    library.close()


@pytest.fixture
def published() -> list[Changes]:
    return []


@pytest.fixture
def history(library: Library, published: list[Changes]) -> History:
    return History(library, published.append)


@pytest.fixture
def ids(library: Library) -> list[PhotoId]:
    """Four photos after five gestures."""
    ids = add(library, *(f"/a/IMG_{number}.jpg" for number in range(1, 5)))
    rating = Rating(library, lambda _: None)
    for stars in (1, 2, 3):
        rating.stars(ids[:1], stars)
    rating.stars(ids[1:], 4)
    rating.pick(ids, Pick.PICKED)
    return ids


def stars(library: Library, ids: list[PhotoId]) -> list[int]:
    with library.transaction() as stored:
        found = stored.photos.marks(ids)
    return [found[id_].stars for id_ in ids]


def test_the_list_says_what_was_done_and_when(history: History, ids: list[PhotoId]) -> None:
    assert len(ids) == 4
    edits = history.edits()
    assert [edit.text for edit in edits] == [
        "IMG_1.jpg rated 1",
        "IMG_1.jpg rated 2",
        "IMG_1.jpg rated 3",
        "3 photos rated 4",
        "4 photos picked",
    ]
    for edit in edits:
        assert edit.made_at is not None
        assert abs(datetime.now(UTC) - edit.made_at) < timedelta(minutes=10)
    history.undo()
    assert [edit.undone for edit in history.edits()] == [False] * 4 + [True]


def test_going_back_undoes_all_later_steps_and_going_forward_redoes_them(
    history: History, library: Library, ids: list[PhotoId], published: list[Changes]
) -> None:
    second, last = history.edits()[1], history.edits()[-1]
    assert history.go_to(second.number).message == "Undid: 3 steps"
    assert stars(library, ids) == [2, 0, 0, 0]
    assert published[-1].marked == frozenset(ids)
    assert history.undo_text == "IMG_1.jpg rated 2"
    assert history.go_to(last.number).message == "Redid: 3 steps"
    assert stars(library, ids) == [3, 4, 4, 4]


def test_going_one_step_names_it(history: History, ids: list[PhotoId]) -> None:
    assert ids
    before_last = history.edits()[-2]
    assert history.go_to(before_last.number).message == "Undid: 4 photos picked"


def test_going_before_everything_leaves_nothing_marked(
    history: History, library: Library, ids: list[PhotoId]
) -> None:
    history.go_to(0)
    assert stars(library, ids) == [0, 0, 0, 0]
    assert history.undo_text == ""


def test_going_where_one_is_changes_nothing(
    history: History, ids: list[PhotoId], published: list[Changes]
) -> None:
    assert ids
    here = history.edits()[-1]
    assert history.go_to(here.number) == Outcome("Nothing to undo or redo", Changes())
    assert published == []
