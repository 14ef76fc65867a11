"""What windows and commands read of the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.library.library import Library
from core.photo import Filter, Mark, PhotoId, Query, SortKey, Tally
from core.services.browse import Browse
from tests.core.library.make_catalog import add, scored


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.sqlite")
    yield library
    library.close()


@pytest.fixture
def ids(library: Library) -> list[PhotoId]:
    ids = add(library, "/b/10.jpg", "/b/9.jpg", "/a/1.jpg")
    with library.transaction() as stored:
        stored.photos.set_marks({ids[0]: Mark(2)})
        stored.scores.save([scored(ids[0], 10), scored(ids[2], 90)])
    return ids


def test_a_catalogue_without_photos_is_empty(library: Library) -> None:
    browse = Browse(library)
    assert list(browse.ids(Query())) == []
    assert browse.photos([]) == {}
    assert browse.tally(Filter()) == Tally()
    assert browse.folders() == []


def test_lists_photos_counts_and_folders(library: Library, ids: list[PhotoId]) -> None:
    browse = Browse(library)
    best_first = Query(sort=SortKey.SCORE, descending=True)
    assert list(browse.ids(best_first)) == [ids[2], ids[0], ids[1]]
    assert list(browse.ids(Query(Filter(folder=Path("/b")), SortKey.NAME))) == [ids[1], ids[0]]
    photos = browse.photos([*ids, PhotoId(999)])
    assert {id_: photo.path.name for id_, photo in photos.items()} == {
        ids[0]: "10.jpg",
        ids[1]: "9.jpg",
        ids[2]: "1.jpg",
    }
    assert browse.tally(Filter(folder=Path("/b"))) == Tally(total=2, scored=1, reviewed=1)
    assert browse.folders() == [Path("/a"), Path("/b")]


def test_values_outlive_the_catalogue(tmp_path: Path) -> None:
    library = Library(tmp_path / "other.sqlite")
    ids = add(library, "/a/1.jpg")
    browse = Browse(library)
    listed, photos = browse.ids(Query()), browse.photos(ids)
    library.close()
    assert list(listed) == ids
    assert photos[ids[0]].path == Path("/a/1.jpg")
