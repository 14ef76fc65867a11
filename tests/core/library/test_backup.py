"""Backups are whole, checked, dated, ten, and only ever of this catalogue."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import LibraryWriteError
from core.library.backup import KEPT, Backups, find_damage
from core.library.library import Library
from core.photo import Query
from tests.core.library.make_catalog import add, fill


@pytest.fixture
def folder(catalog: Path) -> Path:
    return catalog.parent / "backups"


def photos_in(backup: Path) -> int:
    with closing(sqlite3.connect(backup)) as opened:
        assert find_damage(opened) is None
        return int(opened.execute("SELECT count(*) FROM photo").fetchone()[0])


def test_a_backup_is_a_whole_catalogue_in_one_file(library: Library, folder: Path) -> None:
    fill(library, 200)
    backup = library.back_up()
    assert photos_in(backup) == 200
    assert list(folder.iterdir()) == [backup]

    restored = Library(backup)
    with restored.transaction() as stored:
        assert len(stored.photos.ids(Query())) == 200
    restored.close()
    add(library, "/more/1.jpg")  # and the catalogue goes on


def test_the_ten_newest_are_kept(library: Library, folder: Path) -> None:
    made = [library.back_up() for _ in range(KEPT + 3)]
    assert set(folder.iterdir()) == set(made[-KEPT:])
    assert len(list(folder.iterdir())) == KEPT


def test_a_wrong_clock_never_drops_the_backup_just_made(library: Library, folder: Path) -> None:
    for _ in range(KEPT):
        os.utime(library.back_up(), ns=(2**62, 2**62))
    newest = library.back_up()
    assert newest.exists()
    assert len(list(folder.iterdir())) == KEPT


def test_only_own_backups_are_dropped(library: Library, folder: Path) -> None:
    folder.mkdir()
    others = [
        folder / name
        for name in (
            "catalog-20200101-000000-v1.sqlite.txt",
            "catalog-old.sqlite",
            "other-20200101-000000-v1.sqlite",
            "my-catalog-20200101-000000-v1.sqlite",
        )
    ]
    for other in others:
        other.write_bytes(b"mine")
        os.utime(other, (0, 0))
    for _ in range(KEPT + 1):
        library.back_up()
    assert [other.read_bytes() for other in others] == [b"mine"] * len(others)
    assert len(list(folder.iterdir())) == KEPT + len(others)


def test_what_a_killed_backup_left_is_cleared_away(library: Library, folder: Path) -> None:
    folder.mkdir()
    (folder / "catalog.partial").write_bytes(b"half")
    backup = library.back_up()
    assert list(folder.iterdir()) == [backup]


def test_a_damaged_catalogue_makes_no_backup_and_costs_none(catalog: Path, folder: Path) -> None:
    library = Library(catalog)
    fill(library, 300)
    good = library.back_up()
    library.close()
    _break_an_index(catalog)
    library = Library(catalog)
    with pytest.raises(LibraryWriteError, match=r"could not be backed up.*damaged"):
        library.back_up()
    library.close()
    assert list(folder.iterdir()) == [good]


def _break_an_index(catalog: Path) -> None:
    """Damage that only a full check finds: an index that names a file no row has."""
    with closing(sqlite3.connect(catalog)) as opened:
        size = opened.execute("PRAGMA page_size").fetchone()[0]
        page = opened.execute(
            "SELECT pageno FROM dbstat"
            " WHERE name = 'sqlite_autoindex_photo_1' AND pagetype = 'leaf'"
        ).fetchone()[0]
    with catalog.open("rb+") as file:
        file.seek((page - 1) * size)
        broken = file.read(size).replace(b"IMG_00007", b"IMG_99999")
        file.seek((page - 1) * size)
        file.write(broken)


def test_a_backup_is_due_once_a_day(library: Library, folder: Path) -> None:
    first = library.back_up_if_due()
    assert first is not None
    assert library.back_up_if_due() is None
    os.utime(first, (0, 0))
    assert library.back_up_if_due() is not None
    assert library.back_up_if_due(timedelta(0)) is not None


def test_a_backup_from_the_future_does_not_stop_the_daily_one(library: Library) -> None:
    made = library.back_up()
    os.utime(made, ns=(2**62, 2**62))
    assert library.back_up_if_due() is not None


def test_without_backups_there_is_nothing_to_list(tmp_path: Path) -> None:
    assert Backups(tmp_path / "catalog.sqlite", tmp_path / "nowhere").all() == []
