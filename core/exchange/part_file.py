"""The files an export writes before they get their final name, and what becomes of strays.

A part file lies in the target folder, because only a rename inside one file system is
atomic. Its name tells which computer and process it belongs to: when that process is gone
the file is a stray, and nobody will miss it.
"""

import hashlib
import logging
import os
import platform
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

logger = logging.getLogger(__name__)

_NAME = re.compile(r"\.shortlist-([0-9a-f]{8})-([0-9]+)-[0-9a-f]{16}\.part")


def part_path(folder: Path) -> Path:
    """A name in `folder` that no other copy uses."""
    return folder / f".shortlist-{_computer()}-{os.getpid()}-{secrets.token_hex(8)}.part"


@contextmanager
def part_file(folder: Path) -> Iterator[Path]:
    """A name to write to, which does not exist yet; whatever is left there is removed."""
    path = part_path(folder)
    try:
        yield path
    finally:
        discard(path)


def discard(path: Path) -> None:
    """Remove a part file. One that cannot be removed is left for `remove_strays`."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # the failure that led here is the one worth reporting
        logger.warning("An unfinished copy could not be removed: %s", error.strerror)


def remove_strays(folder: Path) -> int:
    """Remove part files of this computer whose process no longer runs; tells how many."""
    removed = 0
    try:
        with os.scandir(folder) as entries:
            strays = [Path(entry.path) for entry in entries if _is_stray(entry)]
    except OSError:  # the copy into this folder will say what is wrong with it
        return 0
    for stray in strays:
        discard(stray)
        removed += 1
    return removed


def _is_stray(entry: os.DirEntry[str]) -> bool:
    match = _NAME.fullmatch(entry.name)
    if match is None or not entry.is_file(follow_symlinks=False):
        return False
    computer, process = match.groups()
    return computer == _computer() and not psutil.pid_exists(int(process))


def _computer() -> str:
    # A target on a network drive can hold the part files of another computer's export.
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]
