"""Keeps previews on disk, up to a limit. Losing them costs time, never a photo."""

import contextlib
import errno
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

_SUFFIX = ".preview"
_HALF_WRITTEN = ".preview-part"
_KEY_BYTES = 20
_ROOM_AFTER_TRIM = 0.9
_TOUCH_AFTER_S = 3600.0  # noting each use would write to the disk as often as it reads
_LEFT_FREE_BYTES = 100_000_000  # for the catalogue, which cannot be made again
_TRIM_EVERY = 0.05  # of the limit: how much is added between two looks at the whole


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    size_bytes: int
    used_at: float


class PreviewCache:
    """A folder of small JPEG files, named by what they show. Safe to use from several threads.

    Only files of its own naming are ever removed.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._added_bytes = 0  # since the last trim
        self._warned = False

    @staticmethod
    def key(path: Path, size_bytes: int, mtime_ns: int) -> str:
        """A name for one version of one file: another size or time is another preview."""
        digest = hashlib.blake2b(os.fsencode(path), digest_size=_KEY_BYTES)
        digest.update(b"\0%d\0%d" % (size_bytes, mtime_ns))
        return digest.hexdigest()

    def get(self, key: str) -> bytes | None:
        """The preview, or None if it has to be made."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                jpeg = file.read()
                age_s = time.time() - os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        if age_s > _TOUCH_AFTER_S:
            with contextlib.suppress(OSError):
                os.utime(path)
        return jpeg if _is_whole(jpeg) else None

    def put(self, key: str, jpeg: bytes) -> None:
        """Keep a preview, whole or not at all. A disk that is nearly full is no error here."""
        try:
            self._write(self._path(key), jpeg)
        except OSError as error:
            self._warn_once(error)
            return
        with self._lock:
            self._added_bytes += len(jpeg)
            due = self._added_bytes > self._max_bytes * _TRIM_EVERY
            if due:
                self._added_bytes = 0
        if due:
            self.trim()

    def trim(self) -> int:
        """Remove the least recently used down to 90 % of the limit, if it is exceeded.

        Returns:
            How many previews were removed.
        """
        entries = sorted(self._entries(), key=lambda entry: entry.used_at)
        total = sum(entry.size_bytes for entry in entries)
        if total <= self._max_bytes:
            return 0
        removed = 0
        for entry in entries:
            if total <= self._max_bytes * _ROOM_AFTER_TRIM:
                break
            removed += _remove(entry.path)
            total -= entry.size_bytes
        return removed

    def clear(self) -> None:
        """Remove every preview."""
        for entry in self._entries():
            _remove(entry.path)

    def size_bytes(self) -> int:
        """What all previews take together."""
        return sum(entry.size_bytes for entry in self._entries())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / (key[2:] + _SUFFIX)

    def _write(self, path: Path, jpeg: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < _LEFT_FREE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        descriptor, part = tempfile.mkstemp(suffix=_HALF_WRITTEN, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(jpeg)
            Path(part).replace(path)
        except OSError:
            _remove(part)
            raise

    def _entries(self) -> Iterator[_Entry]:
        """The files of this cache, also those that a killed program left half written."""
        for folder in _listed(self._folder):
            if len(folder.name) != 2 or not folder.is_dir(follow_symlinks=False):
                continue
            for file in _listed(folder.path):
                if file.name.endswith((_SUFFIX, _HALF_WRITTEN)):
                    with contextlib.suppress(OSError):  # another thread removed it
                        info = file.stat(follow_symlinks=False)
                        yield _Entry(file.path, info.st_size, info.st_mtime)

    def _warn_once(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            logger.warning("Previews cannot be kept on disk: %s", error.strerror)


def _listed(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # not made yet
        return []


def _is_whole(jpeg: bytes) -> bool:
    """A power cut can leave a file of zeros under its final name."""
    return jpeg.startswith(b"\xff\xd8") and jpeg.endswith(b"\xff\xd9")


def _remove(path: str) -> int:
    try:
        Path(path).unlink()
    except OSError:
        return 0
    return 1
