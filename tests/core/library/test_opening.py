"""A file that cannot be used is named, explained and left as it is."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import LibraryOpenError
from core.library.library import Library
from core.library.migrations import MIGRATIONS
from core.photo import Query
from tests.core.library.make_catalog import add, fill

ROOT = Path(__file__).resolve().parents[3]


def refused(catalog: Path) -> LibraryOpenError:
    """Try to open; the refusal must name the file and leave its bytes alone."""
    before = catalog.read_bytes()
    with pytest.raises(LibraryOpenError, match=catalog.name) as error:
        Library(catalog)
    assert catalog.read_bytes() == before
    assert {path.name for path in catalog.parent.iterdir() if path.is_file()} == {
        catalog.name,
        f"{catalog.name}.lock",
    }
    return error.value


@pytest.fixture
def filled(catalog: Path) -> Path:
    """A closed catalogue of 300 photos."""
    library = Library(catalog)
    fill(library, 300)
    library.close()
    return catalog


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\0" * 5000, b"SQLite"])
def test_a_file_of_something_else_is_refused(catalog: Path, content: bytes) -> None:
    catalog.write_bytes(content)
    assert "does not begin like a catalogue" in str(refused(catalog))


def test_a_database_of_another_program_is_refused(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog)) as other:
        other.execute("CREATE TABLE Adobe_images (id INTEGER)")
        other.commit()
    assert "belongs to another program" in str(refused(catalog))


def test_a_truncated_catalogue_is_refused_and_kept(filled: Path) -> None:
    with filled.open("rb+") as file:
        file.truncate(filled.stat().st_size // 2)
    error = refused(filled)
    assert "damaged" in str(error)
    assert "no backup" in error.hint


def test_a_damaged_catalogue_names_its_last_backup(filled: Path) -> None:
    library = Library(filled)
    backup = library.back_up()
    library.close()
    with filled.open("rb+") as file:
        file.seek(0)
        file.write(b"\xff" * 4096)
    before = filled.read_bytes()
    with pytest.raises(LibraryOpenError, match="damaged") as error:
        Library(filled)
    assert str(backup) in error.value.hint
    assert filled.read_bytes() == before

    shutil.copy(backup, filled)  # what the hint says
    restored = Library(filled)
    with restored.transaction() as stored:
        assert len(stored.photos.ids(Query())) == 300
    restored.close()


def test_an_emptied_catalogue_is_not_taken_for_a_new_one(filled: Path) -> None:
    library = Library(filled)
    library.back_up()
    library.close()
    filled.write_bytes(b"")
    with pytest.raises(LibraryOpenError, match="empty"):
        Library(filled)
    assert filled.read_bytes() == b""


def test_an_empty_file_without_backups_is_a_first_start_that_was_killed(catalog: Path) -> None:
    catalog.touch()
    library = Library(catalog)
    add(library, "/a/1.jpg")
    library.close()


def test_a_newer_catalogue_is_refused_untouched(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as newer:
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    error = refused(filled)
    assert "newer Shortlist" in str(error)
    assert "newer" in error.hint


def test_damage_is_looked_for_after_a_crash(filled: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed" / "catalog.sqlite"
    crashed.parent.mkdir()
    library = Library(filled)
    add(library, "/new/1.jpg")
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):  # as a power cut leaves them
        shutil.copy(filled.with_name(name), crashed.with_name(name))
    library.close()

    healthy = Library(crashed)
    with healthy.transaction() as stored:
        assert len(stored.photos.ids(Query())) == 301
    healthy.close()

    _zero_a_leaf(crashed)
    Path(f"{crashed}-wal").write_bytes(b"torn")
    with pytest.raises(LibraryOpenError, match="damaged"):
        Library(crashed)


def _zero_a_leaf(catalog: Path) -> None:
    """Destroy a page of the photo table that nothing reads at the start."""
    with closing(sqlite3.connect(catalog)) as file:
        page = file.execute(
            "SELECT pageno FROM dbstat WHERE name = 'photo' AND pagetype = 'leaf'"
        ).fetchone()[0]
        size = file.execute("PRAGMA page_size").fetchone()[0]
    with catalog.open("rb+") as stream:
        stream.seek((page - 1) * size)
        stream.write(bytes(size))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryOpenError, match=r"folder cannot be (made|written)"):
        Library(tmp_path / "file" / "catalog.sqlite")


@pytest.mark.skipif(sys.platform != "linux", reason="names there are always valid text")
def test_the_catalogue_itself_may_have_an_odd_name(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9 %41?#.sqlite")
    for _ in range(2):
        library = Library(odd)
        add(library, "/a/1.jpg")
        library.close()
    assert odd.exists()
    odd.write_bytes(b"garbage" * 1000)
    with pytest.raises(LibraryOpenError) as error:
        Library(odd)
    str(error.value).encode()


@pytest.fixture
def read_only(filled: Path) -> Iterator[Path]:
    """The catalogue in a folder that nobody may write, nor root."""
    folder = filled.parent
    tool = shutil.which("chattr")
    made = tool and subprocess.run([tool, "+i", str(filled), str(folder)], check=False)
    if os.geteuid() != 0:
        folder.chmod(0o500)
        filled.chmod(0o400)
    elif not made or made.returncode:
        pytest.skip("root ignores permissions and this file system has no immutable files")
    yield filled
    if os.geteuid() != 0:
        folder.chmod(0o700)
    elif tool:
        subprocess.run([tool, "-i", str(folder), str(filled)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="uses Linux file attributes")
def test_a_read_only_folder_is_told(read_only: Path) -> None:
    with pytest.raises(LibraryOpenError, match="read-only") as error:
        Library(read_only)
    assert error.value.hint
    with pytest.raises(LibraryOpenError, match="cannot be written"):  # not even a lock file
        Library(read_only.with_name("other.sqlite"))


@pytest.mark.parametrize("name", ["poetry.lock", "wedding.sqlite.lock"])
def test_a_file_of_the_user_that_is_named_like_a_lock_keeps_its_bytes(
    tmp_path: Path, name: str
) -> None:
    """The lock of poetry.toml must not be poetry.lock, nor may the name alone decide."""
    users = tmp_path / name
    users.write_text("not ours")
    for catalog in ("poetry.sqlite", "wedding.sqlite"):
        Library(tmp_path / catalog).close()
    assert users.read_text() == "not ours"


@pytest.mark.skipif(os.name != "posix", reason="other systems have no pipes among files")
def test_a_pipe_is_no_catalogue(catalog: Path) -> None:
    os.mkfifo(catalog)
    with pytest.raises(LibraryOpenError, match="pipe"):
        Library(catalog)
