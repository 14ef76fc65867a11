"""Transactions are all or nothing, from any thread, in one program at a time."""

import contextlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.errors import LibraryOpenError, LibraryWriteError
from core.library.library import Library
from core.photo import Mark, PhotoId, Query
from tests.core.library.make_catalog import add, found, scored

ROOT = Path(__file__).resolve().parents[3]


def stars(library: Library, id_: PhotoId) -> int:
    with library.transaction() as stored:
        return stored.photos.marks([id_])[id_].stars


def count(library: Library) -> int:
    with library.transaction() as stored:
        return len(stored.photos.ids(Query()))


def test_what_is_committed_is_there_after_a_restart(catalog: Path) -> None:
    library = Library(catalog)
    (id_,) = add(library, "/a/1.jpg")
    with library.transaction() as stored:
        stored.photos.set_marks({id_: Mark(4)})
    library.close()
    again = Library(catalog)
    assert stars(again, id_) == 4
    again.close()


def test_a_block_that_raises_stores_nothing(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")

    def fail() -> None:
        with library.transaction() as stored:
            stored.photos.add([found("/a/2.jpg")])
            stored.photos.set_marks({id_: Mark(4)})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert stars(library, id_) == 0
    assert count(library) == 1


def test_a_block_inside_another_stands_or_falls_with_it(library: Library) -> None:
    def fail() -> None:
        with library.transaction():
            add(library, "/a/1.jpg")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count(library) == 0
    with library.transaction():
        add(library, "/a/1.jpg")
        add(library, "/a/2.jpg")
    assert count(library) == 2


def test_a_failure_inside_cannot_be_swallowed_and_half_stored(library: Library) -> None:
    def swallow() -> None:
        with library.transaction() as stored:
            stored.photos.add([found("/a/1.jpg")])
            with contextlib.suppress(ValueError):  # the mistake this test is about
                add(library, "/a/2.jpg", "relative.jpg")

    with pytest.raises(RuntimeError, match="swallowed"):
        swallow()
    assert count(library) == 0
    add(library, "/a/3.jpg")
    assert count(library) == 1


def test_many_threads_write_and_read_at_once(library: Library) -> None:
    ids = add(library, *(f"/a/{number}.jpg" for number in range(8)))

    def rate(id_: PhotoId) -> None:
        for _ in range(40):
            with library.transaction() as stored:
                before = stored.photos.marks(ids)
                everyone = sum(mark.stars for mark in before.values())
                stored.photos.set_marks({id_: Mark((before[id_].stars + 1) % 6)})
                after = sum(mark.stars for mark in stored.photos.marks(ids).values())
            assert after - everyone in (1, -5)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(rate, ids))
    assert [stars(library, id_) for id_ in ids] == [40 % 6] * 8


def test_a_transaction_of_one_thread_keeps_the_others_out(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.append(stars(library, id_)))
    with library.transaction() as stored:
        stored.photos.set_marks({id_: Mark(1)})
        reader.start()
        reader.join(0.1)
        assert seen == []
        stored.photos.set_marks({id_: Mark(2)})
    reader.join()
    assert seen == [2]


def test_a_closed_catalogue_says_so_and_may_be_closed_again(catalog: Path) -> None:
    library = Library(catalog)
    library.close()
    library.close()
    with pytest.raises(LibraryWriteError, match="closed"):
        add(library, "/a/1.jpg")


def test_closing_leaves_one_file_and_never_a_shared_memory_file(catalog: Path) -> None:
    library = Library(catalog)
    add(library, "/a/1.jpg")
    assert not catalog.with_name("catalog.sqlite-shm").exists()
    library.close()
    left = {path.name for path in catalog.parent.iterdir()}
    assert left == {"catalog.sqlite", "catalog.sqlite.lock"}


def test_ratings_are_written_through_to_the_disk(library: Library) -> None:
    with library.transaction() as stored:
        connection = stored.photos._connection
        pragmas = ("journal_mode", "synchronous", "locking_mode", "foreign_keys")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert values == ["wal", 2, "exclusive", 1]


def test_the_folder_is_made_when_needed(tmp_path: Path) -> None:
    library = Library(tmp_path / "new" / "deep" / "catalog.sqlite")
    add(library, "/a/1.jpg")
    library.close()


def test_a_second_window_is_refused_with_the_process_that_holds_it(
    catalog: Path, library: Library
) -> None:
    with pytest.raises(LibraryOpenError, match="another Shortlist window") as refused:
        Library(catalog)
    assert f"process {os.getpid()}" in str(refused.value)
    assert refused.value.hint
    add(library, "/a/1.jpg")
    assert count(library) == 1


OPEN = """
import sys
from pathlib import Path
from core.errors import LibraryOpenError
from core.library.library import Library
try:
    Library(Path(sys.argv[1]))
except LibraryOpenError as error:
    print(error)
else:
    print("opened", flush=True)
    sys.stdin.readline()
"""


def program(catalog: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, str(catalog)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_another_program_is_refused(catalog: Path, library: Library) -> None:
    with program(catalog) as other:
        said, _ = other.communicate()
    assert "open in another Shortlist window or command" in said
    assert str(os.getpid()) in said


def test_the_lock_ends_with_a_killed_program(catalog: Path) -> None:
    with program(catalog) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "opened\n"
        with pytest.raises(LibraryOpenError, match=f"process {other.pid}"):
            Library(catalog)
        other.kill()
    library = Library(catalog)
    add(library, "/a/1.jpg")
    library.close()


def test_a_program_that_ignores_the_lock_file_is_kept_out_too(
    catalog: Path, library: Library
) -> None:
    add(library, "/a/1.jpg")
    other = (
        "import sqlite3, sys;sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM photo')"
    )
    done = subprocess.run(
        [sys.executable, "-c", other, str(catalog)], capture_output=True, text=True, check=False
    )
    assert "locked" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a linked catalogue has another lock file")
def test_a_catalogue_opened_through_a_link_is_refused_as_well(
    catalog: Path, library: Library, tmp_path: Path
) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(catalog)
    with program(link) as other:
        said, _ = other.communicate()
    assert "another program is using it" in said


def test_a_mistake_of_the_program_is_not_explained_away(library: Library) -> None:
    def score_a_photo_that_does_not_exist() -> None:
        with library.transaction() as stored:
            stored.scores.save([scored(PhotoId(12345), 50)])

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        score_a_photo_that_does_not_exist()
