"""Ratings are stored before they are shown, and everything can be taken back, also tomorrow."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LibraryWriteError
from core.library.history_store import DEPTH
from core.library.library import Library
from core.photo import Changes, ColorLabel, Mark, PhotoId, Pick
from core.services.history import History
from core.services.rate import Outcome, Rating
from tests.core.library.make_catalog import add


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def library(catalog: Path) -> Iterator[Library]:
    library = Library(catalog)
    yield library
    library.close()


@pytest.fixture
def published() -> list[Changes]:
    return []


@pytest.fixture
def rating(library: Library, published: list[Changes]) -> Rating:
    return Rating(library, published.append)


@pytest.fixture
def history(library: Library, published: list[Changes]) -> History:
    return History(library, published.append)


@pytest.fixture
def ids(library: Library) -> list[PhotoId]:
    return add(library, *(f"/a/IMG_{number}.jpg" for number in range(1, 6)))


def marks(library: Library, ids: list[PhotoId]) -> list[Mark]:
    with library.transaction() as stored:
        found = stored.photos.marks(ids)
    return [found[id_] for id_ in ids]


def nothing(_: Changes) -> None:
    """For tests that do not look at what is published."""


def test_each_gesture_says_what_it_did(rating: Rating, ids: list[PhotoId]) -> None:
    said = [
        rating.stars(ids, 3),
        rating.stars(ids[:1], 5),
        rating.stars(ids[:2], 0),
        rating.pick(ids[:1], Pick.PICKED),
        rating.pick(ids, Pick.REJECTED),
        rating.pick(ids, Pick.UNDECIDED),
        rating.label(ids, ColorLabel.RED),
        rating.label(ids, ColorLabel.RED),
    ]
    assert [outcome.message for outcome in said] == [
        "5 photos rated 3",
        "IMG_1.jpg rated 5",
        "2 photos unrated",
        "IMG_1.jpg picked",
        "5 photos rejected",
        "5 photos unflagged",
        "5 photos labelled red",
        "5 photos without label",
    ]


def test_gestures_leave_the_other_marks_alone(
    rating: Rating, library: Library, ids: list[PhotoId]
) -> None:
    rating.stars(ids[:1], 4)
    rating.pick(ids[:1], Pick.PICKED)
    rating.label(ids[:1], ColorLabel.BLUE)
    assert marks(library, ids)[0] == Mark(4, Pick.PICKED, ColorLabel.BLUE)
    assert marks(library, ids)[1:] == [Mark()] * 4


def test_a_rating_is_stored_before_it_is_published(library: Library, ids: list[PhotoId]) -> None:
    seen: list[Mark] = []
    rating = Rating(library, lambda _: seen.extend(marks(library, ids[:1])))
    history = History(library, lambda _: seen.extend(marks(library, ids[:1])))
    rating.stars(ids, 2)
    history.undo()
    history.redo()
    assert [mark.stars for mark in seen] == [2, 0, 2]


def test_what_is_published_is_what_altered(
    rating: Rating, history: History, published: list[Changes], ids: list[PhotoId]
) -> None:
    rating.stars(ids[:1], 3)
    outcome = rating.stars(ids[:3], 3)
    assert outcome.changes == Changes(marked=frozenset(ids[1:3]), history=True)
    history.undo()
    assert published == [
        Changes(marked=frozenset(ids[:1]), history=True),
        Changes(marked=frozenset(ids[1:3]), history=True),
        Changes(marked=frozenset(ids[1:3]), history=True),
    ]


def test_a_gesture_that_alters_nothing_leaves_no_step_to_undo(
    rating: Rating, history: History, published: list[Changes], ids: list[PhotoId]
) -> None:
    rating.stars(ids, 3)
    published.clear()
    assert rating.stars(ids, 3) == Outcome("5 photos rated 3", Changes())
    assert published == []
    history.undo()
    assert history.undo_text == ""


def test_unknown_photos_are_ignored(
    rating: Rating, history: History, library: Library, published: list[Changes], ids: list[PhotoId]
) -> None:
    assert rating.stars([PhotoId(999)], 3).message == "No photo is selected"
    assert rating.label([], ColorLabel.RED).message == "No photo is selected"
    assert published == []
    assert history.undo_text == ""
    assert rating.stars([PhotoId(999), ids[0]], 3).message == "IMG_1.jpg rated 3"
    assert marks(library, ids)[0].stars == 3


@pytest.mark.parametrize("stars", [-1, 6])
def test_there_are_no_other_stars(rating: Rating, ids: list[PhotoId], stars: int) -> None:
    with pytest.raises(ValueError, match="stars"):
        rating.stars(ids, stars)


def test_a_label_that_all_have_is_cleared_and_one_that_some_have_is_set(
    rating: Rating, history: History, library: Library, ids: list[PhotoId]
) -> None:
    rating.label(ids[:2], ColorLabel.GREEN)
    rating.label(ids[:3], ColorLabel.GREEN)
    assert {mark.label for mark in marks(library, ids[:3])} == {ColorLabel.GREEN}
    rating.label(ids[:3], ColorLabel.GREEN)
    assert {mark.label for mark in marks(library, ids)} == {ColorLabel.NONE}
    history.undo()
    assert {mark.label for mark in marks(library, ids[:3])} == {ColorLabel.GREEN}


def test_pressing_a_star_or_a_pick_again_clears_nothing(
    rating: Rating, library: Library, ids: list[PhotoId]
) -> None:
    for _ in range(2):
        rating.stars(ids, 4)
        rating.pick(ids, Pick.PICKED)
    assert marks(library, ids) == [Mark(4, Pick.PICKED)] * 5


def test_undo_and_redo_say_what_they_do(
    rating: Rating, history: History, ids: list[PhotoId]
) -> None:
    rating.stars(ids, 3)
    rating.pick(ids[:1], Pick.PICKED)
    assert (history.undo_text, history.redo_text) == ("IMG_1.jpg picked", "")
    assert history.undo().message == "Undid: IMG_1.jpg picked"
    assert (history.undo_text, history.redo_text) == ("5 photos rated 3", "IMG_1.jpg picked")
    assert history.redo().message == "Redid: IMG_1.jpg picked"
    history.undo()
    history.undo()
    assert history.undo() == Outcome("Nothing to undo", Changes())
    assert history.redo().message == "Redid: 5 photos rated 3"


def test_with_an_empty_history_there_is_nothing_to_do(
    rating: Rating, history: History, published: list[Changes]
) -> None:
    assert history.undo().message == "Nothing to undo"
    assert history.redo().message == "Nothing to redo"
    assert (history.undo_text, history.redo_text, published) == ("", "", [])


def test_undo_restores_each_photo_to_what_it_was(
    rating: Rating, history: History, library: Library, ids: list[PhotoId]
) -> None:
    for number, id_ in enumerate(ids):
        rating.stars([id_], number)
    rating.label(ids[1:3], ColorLabel.RED)
    before = marks(library, ids)
    rating.stars(ids, 5)
    history.undo()
    assert marks(library, ids) == before


def test_a_new_gesture_ends_redo(
    rating: Rating, history: History, library: Library, ids: list[PhotoId]
) -> None:
    rating.stars(ids[:1], 1)
    rating.stars(ids[:1], 2)
    history.undo()
    rating.stars(ids[1:2], 5)
    assert history.redo().message == "Nothing to redo"
    assert [mark.stars for mark in marks(library, ids)] == [1, 5, 0, 0, 0]
    history.undo()
    history.undo()
    assert marks(library, ids) == [Mark()] * 5


def test_undo_and_redo_outlive_the_program(catalog: Path) -> None:
    library = Library(catalog)
    ids = add(library, "/a/1.jpg", "/a/2.jpg")
    rating = Rating(library, nothing)
    history = History(library, nothing)
    rating.stars(ids, 3)
    rating.stars(ids[:1], 5)
    history.undo()
    library.close()

    library = Library(catalog)
    rating = Rating(library, nothing)
    history = History(library, nothing)
    assert (history.undo_text, history.redo_text) == ("2 photos rated 3", "1.jpg rated 5")
    history.redo()
    assert [mark.stars for mark in marks(library, ids)] == [5, 3]
    history.undo()
    history.undo()
    assert [mark.stars for mark in marks(library, ids)] == [0, 0]
    library.close()


def test_the_history_keeps_a_thousand_gestures(
    rating: Rating, history: History, library: Library, ids: list[PhotoId]
) -> None:
    with library.transaction():  # one commit instead of a thousand
        for number in range(DEPTH + 5):
            rating.stars(ids[:1], number % 5 + 1)
    undone = 0
    with library.transaction():
        while history.undo_text:
            history.undo()
            undone += 1
    assert undone == DEPTH
    assert marks(library, ids)[0].stars == 5  # the fifth gesture, the last one forgotten
    assert history.redo_text


def test_a_name_that_is_not_text_can_be_shown_and_stored(
    rating: Rating, history: History, library: Library
) -> None:
    ids = add(library, os.fsdecode(b"/a/caf\xe9 {0} %s.jpg"))
    assert rating.stars(ids, 3).message == "caf\ufffd {0} %s.jpg rated 3"
    assert history.undo_text == "caf\ufffd {0} %s.jpg rated 3"


def test_what_could_not_be_stored_is_neither_published_nor_undoable(
    rating: Rating, history: History, library: Library, published: list[Changes], ids: list[PhotoId]
) -> None:
    rating.stars(ids, 1)
    published.clear()
    file = library._file
    assert file is not None
    file.raw.execute("PRAGMA query_only = ON")  # stands for a disk that refuses
    with pytest.raises(LibraryWriteError, match="Nothing of it was stored"):
        rating.stars(ids, 5)
    with pytest.raises(LibraryWriteError):
        history.undo()
    file.raw.execute("PRAGMA query_only = OFF")
    assert published == []
    assert marks(library, ids) == [Mark(1)] * 5
    assert (history.undo_text, history.redo_text) == ("5 photos rated 1", "")


Gesture = Callable[[Rating, History, list[PhotoId]], object]


def gestures() -> st.SearchStrategy[Gesture]:
    def on(chosen: set[int], act: Callable[[Rating, list[PhotoId]], object]) -> Gesture:
        return lambda rating, _, ids: act(rating, [ids[place] for place in sorted(chosen)])

    chosen = st.sets(st.integers(0, 4), min_size=1)
    return st.one_of(
        st.builds(
            lambda who, n: on(who, lambda rating, ids: rating.stars(ids, n)),
            chosen,
            st.integers(0, 5),
        ),
        st.builds(
            lambda who, pick: on(who, lambda rating, ids: rating.pick(ids, pick)),
            chosen,
            st.sampled_from(Pick),
        ),
        st.builds(
            lambda who, label: on(who, lambda rating, ids: rating.label(ids, label)),
            chosen,
            st.sampled_from(ColorLabel),
        ),
        st.just(lambda _, history, __: history.undo()),
        st.just(lambda _, history, __: history.redo()),
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("shared") / "catalog.sqlite")
    yield library
    library.close()


@given(sequence=st.lists(gestures(), max_size=25))
def test_undoing_everything_gives_the_start_and_redoing_it_the_end(
    shared: Library, sequence: list[Gesture]
) -> None:
    rating = Rating(shared, nothing)
    history = History(shared, nothing)
    with shared.transaction():  # one commit for each example
        ids = add(shared, *(f"/{number}.jpg" for number in range(5)))
        while history.undo_text:  # of the example before
            history.undo()
        start = marks(shared, ids)
        for gesture in sequence:
            gesture(rating, history, ids)
        while history.redo_text:
            history.redo()

        trail = [marks(shared, ids)]
        while history.undo_text:
            history.undo()
            trail.append(marks(shared, ids))
        assert trail[-1] == start
        while history.redo_text:
            assert marks(shared, ids) == trail.pop()
            history.redo()
        assert [marks(shared, ids)] == trail
