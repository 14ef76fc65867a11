"""Every filter and order of the catalogue agrees with a plain reading of the domain's words."""

import os
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.library.library import Library
from core.photo import (
    ColorLabel,
    FileState,
    Filter,
    Mark,
    Metadata,
    Photo,
    Pick,
    Query,
    SortKey,
)
from tests.core.library.make_catalog import add, found, scored

START = datetime(2026, 1, 1)
FOLDERS = [Path(path) for path in ("/", "/a", "/ab", "/a/b", "/a/b/c", "/a b", "/a-b", "/z")]
NAMES = [
    "IMG_2.jpg",
    "img_10.JPG",
    "IMG_1.jpg",
    "Été.jpg",
    "E\u0301te\u0301 2.jpg",
    "9.jpg",
    "x_b.png",
]
IN_ORDER = [
    "9.jpg",
    "IMG_1.jpg",
    "IMG_2.jpg",
    "img_10.JPG",
    "x_b.png",
    "E\u0301te\u0301 2.jpg",
    "Été.jpg",
]


def names(library: Library, query: Query) -> list[str]:
    with library.transaction() as stored:
        ids = stored.photos.ids(query)
        photos = stored.photos.get(ids)
    return [photos[id_].path.name for id_ in ids]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Photos with every combination of values, many of them equal."""
    source = random.Random(7)
    library = Library(tmp_path_factory.mktemp("mixed") / "catalog.sqlite")
    items = [found(folder / name) for folder in FOLDERS for name in NAMES]
    source.shuffle(items)
    with library.transaction() as stored:
        for id_ in stored.photos.add(items):
            mark = Mark(
                source.randrange(6), source.choice(list(Pick)), source.choice(list(ColorLabel))
            )
            stored.photos.set_marks({id_: source.choice([mark, Mark()])})
            stored.photos.set_state([id_], source.choice(list(FileState)), "")
            if source.random() < 0.7:
                day = START + timedelta(days=source.randrange(4))
                stored.photos.describe({id_: Metadata(source.choice([day, None]))})
            if source.random() < 0.7:
                stored.scores.save([scored(id_, float(source.randrange(4)))])
    yield library
    library.close()


def passes(photo: Photo, wanted: Filter) -> bool:
    score = photo.score.value if photo.score else None
    taken_at = photo.metadata.taken_at
    name = unicodedata.normalize("NFC", photo.path.name)
    folder = photo.path.parent
    return all(
        (
            wanted.folder is None
            or folder == wanted.folder
            or (wanted.recursive and wanted.folder in folder.parents),
            wanted.min_stars <= photo.stars <= wanted.max_stars,
            not wanted.picks or photo.pick in wanted.picks,
            not wanted.labels or photo.label in wanted.labels,
            not wanted.states or photo.state in wanted.states,
            wanted.min_score is None or (score is not None and score >= wanted.min_score),
            wanted.max_score is None or (score is not None and score <= wanted.max_score),
            wanted.taken_from is None or (taken_at is not None and taken_at >= wanted.taken_from),
            wanted.taken_before is None
            or (taken_at is not None and taken_at < wanted.taken_before),
            wanted.name_contains.casefold() in name.casefold(),
            not wanted.unreviewed or (photo.stars == 0 and photo.pick is Pick.UNDECIDED),
        )
    )


def days() -> st.SearchStrategy[datetime | None]:
    return st.none() | st.integers(0, 4).map(lambda day: START + timedelta(days=day))


def scores() -> st.SearchStrategy[float | None]:
    return st.none() | st.integers(0, 4).map(float)


FILTERS = st.builds(
    Filter,
    folder=st.none() | st.sampled_from([*FOLDERS, Path("/nowhere"), Path("/A")]),
    recursive=st.booleans(),
    min_stars=st.sampled_from([0, 0, 1, 4]),
    max_stars=st.sampled_from([5, 5, 0, 3]),
    picks=st.frozensets(st.sampled_from(Pick), max_size=2),
    labels=st.frozensets(st.sampled_from(ColorLabel), max_size=3),
    min_score=scores(),
    max_score=scores(),
    taken_from=days(),
    taken_before=days(),
    name_contains=st.sampled_from(["", "", "img", "IMG_1", "É", "%", "_", "g_2.J"]),
    unreviewed=st.booleans(),
    states=st.frozensets(st.sampled_from(FileState), max_size=2),
)


@given(wanted=FILTERS, sort=st.sampled_from(SortKey), descending=st.booleans())
def test_a_filter_lets_through_what_its_words_say(
    mixed: Library, wanted: Filter, sort: SortKey, descending: bool
) -> None:
    with mixed.transaction() as stored:
        everything = stored.photos.get(stored.photos.ids(Query()))
        chosen = stored.photos.ids(Query(wanted, sort, descending))
        counted = stored.photos.tally(wanted).total
    assert len(everything) == len(FOLDERS) * len(NAMES)
    assert set(chosen) == {id_ for id_, photo in everything.items() if passes(photo, wanted)}
    assert len(chosen) == len(set(chosen)) == counted


SORTED_BY: dict[SortKey, Callable[[Photo], object]] = {
    SortKey.CAPTURE_TIME: lambda photo: photo.metadata.taken_at,
    SortKey.SCORE: lambda photo: photo.score and photo.score.value,
    SortKey.STARS: lambda photo: photo.stars or None,
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTED_BY)
def test_an_order_puts_photos_without_the_value_last_and_breaks_ties(
    mixed: Library, sort: SortKey, descending: bool
) -> None:
    with mixed.transaction() as stored:
        ids = stored.photos.ids(Query(sort=sort, descending=descending))
        photos = [stored.photos.get([id_])[id_] for id_ in ids]
    values = [SORTED_BY[sort](photo) for photo in photos]
    there = [value for value in values if value is not None]
    assert there == sorted(there, reverse=descending)  # type: ignore[type-var]
    assert values == there + [None] * (len(values) - len(there))

    def tie(photo: Photo) -> tuple[datetime, int]:
        return photo.metadata.taken_at or datetime.max, IN_ORDER.index(photo.path.name)

    for earlier, later in pairwise(photos):
        if SORTED_BY[sort](earlier) == SORTED_BY[sort](later):
            assert tie(earlier) <= tie(later)


@pytest.mark.parametrize("descending", [False, True])
def test_names_are_ordered_as_people_read_them(mixed: Library, descending: bool) -> None:
    listed = names(mixed, Query(sort=SortKey.NAME, descending=descending))
    expected = [name for name in IN_ORDER for _ in FOLDERS]
    assert listed == (expected[::-1] if descending else expected)


def test_capture_times_are_ordered_to_the_microsecond(library: Library) -> None:
    ids = add(library, "/a/1.jpg", "/a/2.jpg", "/a/3.jpg")
    offsets = {ids[0]: 2, ids[1]: 1, ids[2]: -1}
    with library.transaction() as stored:
        stored.photos.describe(
            {
                id_: Metadata(START + timedelta(microseconds=offset))
                for id_, offset in offsets.items()
            }
        )
        assert list(stored.photos.ids(Query())) == [ids[2], ids[1], ids[0]]
        exact = Filter(taken_from=START, taken_before=START + timedelta(microseconds=2))
        assert list(stored.photos.ids(Query(exact))) == [ids[1]]


@pytest.mark.parametrize(
    ("folder", "recursive", "expected"),
    [
        ("/a", True, {"/a/1", "/a/b/1"}),
        ("/a", False, {"/a/1"}),
        ("/a/b", True, {"/a/b/1"}),
        ("/", True, {"/1", "/a/1", "/a/b/1", "/ab/1", "/a b/1", "/a0/1"}),
        ("/", False, {"/1"}),
        ("/b", True, set()),
    ],
)
def test_a_folder_does_not_take_in_its_neighbours(
    library: Library, folder: str, recursive: bool, expected: set[str]
) -> None:
    add(library, "/1", "/a/1", "/a/b/1", "/ab/1", "/a b/1", "/a0/1")
    with library.transaction() as stored:
        ids = stored.photos.ids(Query(Filter(folder=Path(folder), recursive=recursive)))
        paths = {photo.path.as_posix() for photo in stored.photos.get(ids).values()}
    assert paths == expected


@pytest.mark.skipif(sys.platform != "linux", reason="names there are always valid text")
def test_folders_that_are_not_text_can_be_scoped(library: Library) -> None:
    add(library, os.fsdecode(b"/\xff/1.jpg"), os.fsdecode(b"/\xff\xff/1.jpg"), "/\ufffd/1.jpg")
    with library.transaction() as stored:
        scope = Filter(folder=Path(os.fsdecode(b"/\xff")))
        assert len(stored.photos.ids(Query(scope))) == 1


def test_a_list_of_ids_is_compact(library: Library) -> None:
    add(library, *(f"/a/{number}.jpg" for number in range(1000)))
    with library.transaction() as stored:
        ids = stored.photos.ids(Query())
    assert sys.getsizeof(ids) < 10 * len(ids)
