"""The one way this program copies a file: verified, whole or not at all, replacing nothing.

A copy is written under a name of its own in the target folder while it is hashed, forced to
the disk, read back and compared, and only then given its final name. Whatever stops it, a
full disk, a vanished drive, a kill, there is never half a file under the final name.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.exchange.faults import CopyError, blamed_on
from core.exchange.part_file import discard, part_file
from core.exchange.publish import publish, sync_file, sync_folder

_CHUNK_BYTES = 1 << 20
# A FIFO or device that took the original's place must not hang or be read.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Finished:
    """A verified part file that waits for its final name."""

    part: Path
    target: Path
    identity: os.stat_result


def safe_copy(source: Path, target: Path, check: Check = lambda: None) -> None:
    """Copy one file; see `copy_together`."""
    copy_together([(source, target)], check)


def copy_together(pairs: Sequence[tuple[Path, Path]], check: Check = lambda: None) -> None:
    """Copy each source to its target, all of them or none.

    The modification time is kept; permissions are those of a new file. The folders of the
    targets must exist.

    Args:
        pairs: source and target of the files that belong together, such as a RAW file with
            its JPEG and sidecar.
        check: called before every megabyte; whatever it raises stops the copy, and nothing
            of the group stays.

    Raises:
        DiskFullError: the target has no room.
        CopyError: a source is empty, unreadable or altered meanwhile, a target name is taken,
            or what was read back is not what was written.
    """
    with ExitStack() as parts:
        finished = [
            parts.enter_context(_verified_part(source, target, check)) for source, target in pairs
        ]
        check()
        _publish_all(finished)


def content_hash(path: Path, check: Check = lambda: None) -> bytes:
    """SHA-256 of a regular file.

    Raises:
        OSError: it cannot be read, or is not a regular file.
    """
    with _opened(path) as handle:
        digest = hashlib.sha256()
        for chunk in _chunks(handle, check):
            digest.update(chunk)
        return digest.digest()


@contextmanager
def _verified_part(source: Path, target: Path, check: Check) -> Iterator[_Finished]:
    with part_file(target.parent) as part:
        written = _write_part(source, part, check)
        with blamed_on("the copy could not be read back"):
            if content_hash(part, check) != written:
                raise CopyError("the copy is not what was written: the target drive is unreliable")
            finished = _Finished(part, target, part.stat())
        yield finished


def _write_part(source: Path, part: Path, check: Check) -> bytes:
    """Copy the content and time of `source`; returns the hash of what was read."""
    with ExitStack() as stack:
        with blamed_on("the original"):
            handle = stack.enter_context(_opened(source))
            before = os.fstat(handle)
        if before.st_size == 0:
            raise CopyError("the original is empty (0 bytes)")
        with blamed_on("the target"):
            output = stack.enter_context(part.open("xb", buffering=0))
        digest = hashlib.sha256()
        for chunk in _explained(_chunks(handle, check)):
            digest.update(chunk)
            with blamed_on("the target"):
                _write_all(output.fileno(), chunk)
        with blamed_on("the target"):
            sync_file(output.fileno())
            _forget_cached(output.fileno())
        with blamed_on("the original"):
            _refuse_altered(before, os.fstat(handle), source.stat())
    with blamed_on("the target"):
        os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))
    return digest.digest()


def _publish_all(finished: Sequence[_Finished]) -> None:
    named: list[_Finished] = []
    try:
        with blamed_on("the target"):
            for file in finished:
                publish(file.part, file.target)
                named.append(file)
            for folder in {file.target.parent for file in finished}:
                sync_folder(folder)
    except CopyError:
        for file in named:
            _take_back(file)
        raise


def _take_back(file: _Finished) -> None:
    # Somebody may have put another file there within these microseconds.
    if os.path.lexists(file.target) and os.path.samestat(file.target.lstat(), file.identity):
        discard(file.target)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, _READ)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a regular file")
        yield handle
    finally:
        os.close(handle)


def _chunks(handle: int, check: Check) -> Iterator[bytes]:
    check()
    while chunk := os.read(handle, _CHUNK_BYTES):
        yield chunk
        check()


def _explained(chunks: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with blamed_on("the original"):
            chunk = next(chunks, b"")
        if not chunk:
            return
        yield chunk


def _write_all(handle: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _forget_cached(handle: int) -> None:
    # So that reading back asks the drive and not the memory the copy was just made from.
    if sys.platform == "linux":
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _refuse_altered(*looks: os.stat_result) -> None:
    if len({(look.st_size, look.st_mtime_ns) for look in looks}) > 1:
        raise CopyError("the original was altered while it was copied")
