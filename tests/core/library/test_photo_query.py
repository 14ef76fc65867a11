"""Every filter and order of the catalogue agrees with a plain reading of the domain's words."""

import os
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.library.group_store import SubjectSharpness
from core.library.library import Library
from core.photo import (
    ColorLabel,
    FileState,
    Filter,
    Mark,
    Metadata,
    PartRange,
    Photo,
    PhotoId,
    Pick,
    Query,
    SortKey,
    TechnicalPart,
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
                parts = {"noise": float(source.randrange(4)), "motion": 50.0, "from later": 1.0}
                if source.random() < 0.5:
                    parts["sharpness"] = float(source.randrange(4))
                stored.scores.save([scored(id_, float(source.randrange(4)), parts=parts)])
        stored.groups.save_sharpness(dict(subjects(stored.photos.ids(Query()), source)))
    yield library
    library.close()


def subjects(
    ids: Sequence[PhotoId], source: random.Random
) -> Iterator[tuple[PhotoId, SubjectSharpness]]:
    """Groups of four, of which one is not compared and in one the subject is not found."""
    for place, id_ in enumerate(ids):
        if place % 4 < 3:
            sharpness = None if place % 4 == 2 else float(-source.randrange(5))
            anchor = ids[place - place % 4]
            yield id_, SubjectSharpness(anchor, sharpness, (0.4, 0.4, 0.2, 0.2), "sharpness 1")


def subject_shares(library: Library) -> dict[PhotoId, float]:
    """By the plain words: the amplitude of the detail beside that of the sharpest."""
    with library.transaction() as stored:
        measured = stored.groups.sharpness("sharpness 1")
    groups: dict[PhotoId, dict[PhotoId, float]] = {}
    for id_, each in measured.items():
        if each.sharpness is not None:
            groups.setdefault(each.anchor, {})[id_] = each.sharpness
    return {
        id_: 100 * 2 ** ((sharpness - max(frames.values())) / 2)
        for frames in groups.values()
        if len(frames) > 1
        for id_, sharpness in frames.items()
    }


def part_of(photo: Photo, part: TechnicalPart, shares: Mapping[PhotoId, float]) -> float | None:
    if part is TechnicalPart.SUBJECT_SHARPNESS:
        return shares.get(photo.id)
    return photo.score.technical.get(part) if photo.score else None


def passes(photo: Photo, wanted: Filter, shares: Mapping[PhotoId, float]) -> bool:
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
            *(
                (value := part_of(photo, asked.part, shares)) is not None
                and (asked.least is None or value >= asked.least)
                and (asked.most is None or value <= asked.most)
                for asked in wanted.parts
            ),
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


def part_ranges() -> st.SearchStrategy[PartRange]:
    parts = ["sharpness", "noise", "subject_sharpness", "compression"]
    bounds = st.none() | st.sampled_from([0.0, 1.0, 2.0, 50.0, 100.0])
    return st.builds(
        PartRange, part=st.sampled_from(parts).map(TechnicalPart), least=bounds, most=bounds
    )


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
    parts=st.frozensets(part_ranges(), max_size=2),
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
    shares = subject_shares(mixed)
    expected = {id_ for id_, photo in everything.items() if passes(photo, wanted, shares)}
    assert set(chosen) == expected
    assert len(chosen) == len(set(chosen)) == counted


SORTED_BY: dict[SortKey, Callable[[Photo, Mapping[PhotoId, float]], object]] = {
    SortKey.CAPTURE_TIME: lambda photo, _: photo.metadata.taken_at,
    SortKey.SCORE: lambda photo, _: photo.score and photo.score.value,
    SortKey.STARS: lambda photo, _: photo.stars or None,
    **{
        SortKey(part.value): lambda photo, shares, part=part: part_of(photo, part, shares)
        for part in TechnicalPart
    },
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTED_BY)
def test_an_order_puts_photos_without_the_value_last_and_breaks_ties(
    mixed: Library, sort: SortKey, descending: bool
) -> None:
    with mixed.transaction() as stored:
        ids = stored.photos.ids(Query(sort=sort, descending=descending))
        photos = [stored.photos.get([id_])[id_] for id_ in ids]
    shares = subject_shares(mixed)
    values = [SORTED_BY[sort](photo, shares) for photo in photos]
    there = [value for value in values if value is not None]
    assert there == sorted(there, reverse=descending)  # type: ignore[type-var]
    assert values == there + [None] * (len(values) - len(there))

    def tie(photo: Photo) -> tuple[datetime, int]:
        return photo.metadata.taken_at or datetime.max, IN_ORDER.index(photo.path.name)

    for earlier, later in pairwise(photos):
        if SORTED_BY[sort](earlier, shares) == SORTED_BY[sort](later, shares):
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


def test_a_part_that_is_no_number_counts_as_not_measured(library: Library) -> None:
    [nothing, something] = add(library, "/a/1.jpg", "/a/2.jpg")
    with library.transaction() as stored:
        stored.scores.save(
            [
                scored(nothing, 50, parts={"noise": float("nan"), "motion": float("inf")}),
                scored(something, 50, parts={"noise": 5.0, "motion": 5.0}),
            ]
        )
        assert list(stored.photos.ids(Query(sort=SortKey.NOISE))) == [something, nothing]
        asked = Filter(parts=frozenset({PartRange(TechnicalPart.MOTION, least=0.0)}))
        assert list(stored.photos.ids(Query(asked))) == [something]
        assert len(stored.photos.ids(Query())) == 2


def test_subjects_are_compared_within_their_group_and_anew_when_more_are_measured(
    library: Library,
) -> None:
    ids = add(library, *(f"/a/{number}.jpg" for number in range(4)))

    def order() -> list[PhotoId]:
        wanted = Query(
            Filter(parts=frozenset({PartRange(TechnicalPart.SUBJECT_SHARPNESS, least=49.0)})),
            SortKey.SUBJECT_SHARPNESS,
            descending=True,
        )
        return list(stored.photos.ids(wanted))

    def measured(sharpness: float, anchor: PhotoId) -> SubjectSharpness:
        return SubjectSharpness(anchor, sharpness, (0.4, 0.4, 0.2, 0.2), "sharpness 1")

    with library.transaction() as stored:
        stored.groups.save_sharpness({ids[0]: measured(-6, ids[0])})
        assert order() == []  # alone there is nothing to say
        stored.groups.save_sharpness({ids[1]: measured(-8, ids[0])})
        assert order() == [ids[0], ids[1]]  # 100, and half of its detail
        stored.groups.save_sharpness({ids[2]: measured(-5, ids[0]), ids[3]: measured(-1, ids[3])})
        assert order() == [ids[2], ids[0]]
