"""A full disk costs nothing that was stored: told in a sentence, readable, usable once freed."""

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from core.errors import LibraryOpenError, LibraryWriteError
from core.library.library import Library
from core.photo import Mark, PhotoId, Query
from tests.core.library.make_catalog import add, fill, found
from tests.small_disk import enlarge, occupy

ROOT = Path(__file__).resolve().parents[3]
BATCH = 200


def add_until_full(library: Library) -> int:
    """Returns how many photos were acknowledged."""
    for start in count(0, BATCH):
        try:
            add(library, *(f"/a/{number}.jpg" for number in range(start, start + BATCH)))
        except LibraryWriteError as refusal:
            message, hint = str(refusal), refusal.hint
            break
    assert "full" in message
    assert "Nothing of it was stored" in message
    assert hint
    return start


def all_ids(library: Library) -> list[PhotoId]:
    with library.transaction() as stored:
        return list(stored.photos.ids(Query()))


def test_what_was_stored_stays_and_work_goes_on_after_freeing(small_disk: Path) -> None:
    library = Library(small_disk / "catalog.sqlite")
    (first, *_) = add(library, "/first.jpg")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(300_000))
    stored = add_until_full(library)
    assert stored > 0
    assert len(all_ids(library)) == stored + 1
    ballast.unlink()
    with library.transaction() as transaction:
        transaction.photos.set_marks({first: Mark(5)})
    library.close()

    again = Library(small_disk / "catalog.sqlite")
    assert len(all_ids(again)) == stored + 1
    with again.transaction() as transaction:
        assert transaction.photos.marks([first]) == {first: Mark(5)}
    again.close()


@pytest.mark.parametrize("photos", [100, 500])  # 500 leave no room to fold the journal in
def test_a_catalogue_on_a_full_disk_can_be_read(small_disk: Path, photos: int) -> None:
    catalog = small_disk / "catalog.sqlite"
    library = Library(catalog)
    fill(library, photos)
    library.close()
    occupy(small_disk)

    library = Library(catalog)
    ids = all_ids(library)
    assert len(ids) == photos
    with library.transaction() as stored:
        before = stored.photos.get(ids)
        by_score = stored.photos.ids(Query())
    with pytest.raises(LibraryWriteError, match="full"), library.transaction() as stored:
        stored.photos.set_marks(dict.fromkeys(ids, Mark(1)))
    with library.transaction() as stored:
        assert stored.photos.get(ids) == before
        assert stored.photos.ids(Query()) == by_score
    with pytest.raises(LibraryWriteError, match="backed up"):
        library.back_up()
    assert list((small_disk / "backups").glob("*")) == []

    enlarge(small_disk)
    with library.transaction() as stored:
        stored.photos.set_marks(dict.fromkeys(ids, Mark(1)))
    assert library.back_up().exists()
    library.close()


def test_a_first_start_on_a_full_disk_is_told_and_works_after_freeing(small_disk: Path) -> None:
    ballast = occupy(small_disk)
    with pytest.raises(LibraryOpenError, match="full"):
        Library(small_disk / "catalog.sqlite")
    ballast.unlink()
    library = Library(small_disk / "catalog.sqlite")
    add(library, "/a/1.jpg")
    library.close()


LIMITED = """
import resource, sys
from pathlib import Path
from core.library.library import Library
from tests.core.library.test_full_disk import add_until_full, all_ids
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
library = Library(Path(sys.argv[1]))
stored = add_until_full(library)
assert len(all_ids(library)) == stored
print(stored)
"""


@pytest.mark.skipif(os.name != "posix", reason="there are no file size limits")
def test_a_write_that_the_system_refuses_loses_nothing(catalog: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(catalog)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    library = Library(catalog)
    assert len(all_ids(library)) == int(done.stdout) > 0
    library.close()


def test_half_of_a_large_change_is_never_stored(library: Library) -> None:
    add(library, "/a/1.jpg")
    with library.transaction() as stored:  # a full disk that needs neither root nor Linux
        stored.photos._connection.exec_driver_sql("PRAGMA max_page_count = 60")
    with pytest.raises(LibraryWriteError, match="disk is full"), library.transaction() as stored:
        stored.photos.add([found(f"/b/{number}.jpg") for number in range(5000)])
    assert len(all_ids(library)) == 1
    add(library, "/a/2.jpg")
    assert len(all_ids(library)) == 2


RATE_ONCE = """
import sys
from pathlib import Path
from core.errors import LibraryWriteError
from core.library.library import Library
from tests.core.library.make_catalog import add
library = Library(Path(sys.argv[1]))
try:
    add(library, "/a/1.jpg")
except LibraryWriteError as error:
    print(error)
else:
    print("stored")
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes the disk fail")
@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("fdatasync", "its disk failed while saving. Take it as not stored."),
        ("pwrite64", "its disk reports an error or is full. Nothing of it was stored."),
    ],
)
def test_a_disk_that_fails_is_never_taken_for_success(catalog: Path, call: str, says: str) -> None:
    Library(catalog).close()
    failing = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject={call}:error=EIO:when=1+"]
    probe = subprocess.run([*failing, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("strace may not trace here")
    done = subprocess.run(
        [*failing, sys.executable, "-c", RATE_ONCE, str(catalog)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert says in done.stdout
    library = Library(catalog)  # and it opens again
    add(library, "/a/2.jpg")
    library.close()
