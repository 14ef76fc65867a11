"""Copies are whole and verified or not there at all, and replace nothing."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import Cancelled
from core.exchange import publish as publish_module
from core.exchange.faults import CopyError
from core.exchange.part_file import remove_strays
from core.exchange.safe_copy import content_hash, copy_together, safe_copy
from tests.conftest import ROOT

MEGABYTE = 1 << 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "card" / "IMG_1.CR2"
    path.parent.mkdir()
    path.write_bytes(os.urandom(3 * MEGABYTE + 17))
    os.utime(path, ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "best"
    folder.mkdir()
    return folder / "IMG_1.CR2"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def at_call(number: int, act: Callable[[], object]) -> Callable[[], None]:
    """A check that acts at its nth call, so that a test can interfere in mid-copy."""
    calls = iter(range(1, 10_000))

    def check() -> None:
        if next(calls) == number:
            act()

    return check


def test_a_copy_has_the_bytes_and_the_time_of_the_original(source: Path, target: Path) -> None:
    safe_copy(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mtime_ns == source.stat().st_mtime_ns
    assert left_in(target.parent) == [target.name]


def test_bug_21_a_taken_name_is_not_overwritten(source: Path, target: Path) -> None:
    target.write_bytes(b"the only copy of another photo")
    with pytest.raises(CopyError, match="was not overwritten"):
        safe_copy(source, target)
    assert target.read_bytes() == b"the only copy of another photo"
    assert left_in(target.parent) == [target.name]


def test_bug_21_a_dangling_link_is_not_overwritten(source: Path, target: Path) -> None:
    target.symlink_to(target.parent / "away")
    with pytest.raises(CopyError):
        safe_copy(source, target)
    assert target.is_symlink()
    assert left_in(target.parent) == [target.name]


def test_bug_8_an_empty_original_is_refused(source: Path, target: Path) -> None:
    source.write_bytes(b"")
    with pytest.raises(CopyError, match="empty"):
        safe_copy(source, target)
    assert left_in(target.parent) == []


def test_a_vanished_original_is_named_as_such(source: Path, target: Path) -> None:
    source.unlink()
    with pytest.raises(CopyError, match="the original: it is no longer there"):
        safe_copy(source, target)
    assert left_in(target.parent) == []


def test_a_fifo_in_place_of_the_original_does_not_hang(source: Path, target: Path) -> None:
    source.unlink()
    os.mkfifo(source)
    with pytest.raises(CopyError, match="not a regular file"):
        safe_copy(source, target)


def test_bug_19_a_target_folder_that_vanishes_in_mid_copy(source: Path, target: Path) -> None:
    def vanish() -> None:
        for file in target.parent.iterdir():
            file.unlink()
        target.parent.rmdir()

    with pytest.raises(CopyError, match="no longer there"):
        safe_copy(source, target, at_call(2, vanish))
    assert not target.parent.exists()


@pytest.mark.parametrize("call", range(1, 10))
def test_a_cancel_at_any_moment_leaves_nothing(source: Path, target: Path, call: int) -> None:
    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        safe_copy(source, target, at_call(call, cancel))
    assert left_in(target.parent) == []


@pytest.mark.parametrize("call", range(1, 5))
def test_an_original_that_is_written_to_meanwhile_is_refused(
    source: Path, target: Path, call: int
) -> None:
    def alter() -> None:
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(CopyError, match="altered"):
        safe_copy(source, target, at_call(call, alter))
    assert left_in(target.parent) == []


def test_bug_10_a_drive_that_alters_a_byte_is_found_out(source: Path, target: Path) -> None:
    def flip() -> None:
        (part,) = target.parent.iterdir()
        with part.open("r+b") as file:
            file.seek(2 * MEGABYTE)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))

    calls_while_writing = 5  # before the first of four chunks, and after each
    with pytest.raises(CopyError, match="unreliable"):
        safe_copy(source, target, at_call(calls_while_writing + 1, flip))
    assert left_in(target.parent) == []


def test_bug_18_companions_come_along_or_nothing_does(source: Path, target: Path) -> None:
    sidecar = source.with_suffix(".xmp")
    sidecar.write_text("<x:xmpmeta/>")
    pairs = [(source, target), (sidecar, target.with_suffix(".xmp"))]

    target.with_suffix(".xmp").write_text("of another photo")
    with pytest.raises(CopyError):
        copy_together(pairs)
    assert left_in(target.parent) == ["IMG_1.xmp"]
    assert target.with_suffix(".xmp").read_text() == "of another photo"

    target.with_suffix(".xmp").unlink()
    copy_together(pairs)
    assert left_in(target.parent) == ["IMG_1.CR2", "IMG_1.xmp"]


@pytest.fixture(params=["exclusive rename", "reserved name"])
def no_hard_links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system as on camera cards; the second kernel cannot rename exclusively either."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    if request.param == "reserved name":
        monkeypatch.setattr(publish_module, "_exclusive_rename", lambda: None)


def test_a_file_system_without_links_is_written_to(
    source: Path, target: Path, no_hard_links: None
) -> None:
    safe_copy(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert left_in(target.parent) == [target.name]


def test_a_file_system_without_links_is_not_overwritten(
    source: Path, target: Path, no_hard_links: None
) -> None:
    target.write_bytes(b"another photo")
    with pytest.raises(CopyError, match="was not overwritten"):
        safe_copy(source, target)
    assert target.read_bytes() == b"another photo"
    assert left_in(target.parent) == [target.name]


def test_a_name_that_cannot_be_decoded_is_copied(source: Path, target: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(target.parent) + b"/caf\xe9.CR2"))
    safe_copy(source, odd)
    assert [os.fsencode(name) for name in left_in(target.parent)] == [b"caf\xe9.CR2"]


COPY_AND_TELL = """
import sys
from pathlib import Path
from core.exchange.safe_copy import safe_copy

def tell():
    print("at work", flush=True)
    sys.stdin.readline()

safe_copy(Path(sys.argv[1]), Path(sys.argv[2]), tell)
print("copied", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
@pytest.mark.parametrize("step", range(1, 12))
def test_bug_9_a_kill_leaves_no_half_file_under_the_final_name(
    source: Path, target: Path, step: int
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", COPY_AND_TELL, str(source), str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(step):
            child.stdout.readline()
            child.stdin.write("\n")
            child.stdin.flush()
        child.kill()
    if target.exists():
        assert target.read_bytes() == source.read_bytes()
    remove_strays(target.parent)
    assert left_in(target.parent) in ([], [target.name])


FILL_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from core.exchange.faults import CopyError, DiskFullError
from core.exchange.safe_copy import safe_copy

source, disk = Path(sys.argv[1]), Path(sys.argv[2])
try:
    safe_copy(source, disk / "IMG_1.CR2")
except DiskFullError as error:
    print(error.reason)
print(os.listdir(disk))
"""


def test_a_full_disk_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    done = on_a_small_disk(FILL_A_SMALL_DISK, str(source), disk=tmp_path, size="1m")
    assert done.splitlines() == ["the disk is full", "[]"]


def on_a_small_disk(code: str, *arguments: str, disk: Path, size: str) -> str:
    """Run Python in a mount namespace with a small tmpfs, whose path is the last argument."""
    mounted = disk / "small disk"
    mounted.mkdir()
    script = f'mount -t tmpfs -o size={size} none "{mounted}" || exit 77; exec "$@"'
    try:
        done = subprocess.run(
            [
                *("unshare", "-m", "sh", "-c", script, "sh"),
                *(sys.executable, "-c", code, *arguments, str(mounted)),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("needs Linux with unshare")
    if done.returncode in {1, 77} and not done.stdout:
        pytest.skip(f"no file system can be mounted here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_hash_tells_contents_apart(source: Path, target: Path) -> None:
    content = source.read_bytes()
    target.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert content_hash(source) == content_hash(source)
    assert content_hash(source) != content_hash(target)
