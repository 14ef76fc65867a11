"""Paths as the catalogue stores them: bytes, since a file name need not be valid text."""

import os
from collections.abc import Iterable
from pathlib import Path

_SEPARATOR = os.fsencode(os.sep)
_END = b"\0"  # cannot occur in a file name


def encode_companions(folder: Path, companions: Iterable[Path]) -> bytes:
    """Names in `folder`, or whole paths elsewhere, each ended by NUL."""
    return b"".join(
        os.fsencode(path.name if path.parent == folder else path) + _END for path in companions
    )


def decode_companions(folder: Path, stored: bytes) -> tuple[Path, ...]:
    """The inverse of `encode_companions`."""
    return tuple(folder / os.fsdecode(name) for name in stored.split(_END)[:-1])


def below(folder: Path) -> tuple[bytes, bytes]:
    """The half-open range of stored paths of everything below `folder`, not itself.

    The separator belongs to the bound: /a must not take in its neighbour /ab.
    """
    start = os.fsencode(folder)
    if not start.endswith(_SEPARATOR):  # a root ends with it
        start += _SEPARATOR
    return start, start[:-1] + bytes([start[-1] + 1])


class FolderPaths:
    """Turns stored folders and files into paths, each folder only once."""

    def __init__(self) -> None:
        self._paths: dict[bytes, Path] = {}

    def folder(self, stored: bytes) -> Path:
        path = self._paths.get(stored)
        if path is None:
            path = self._paths[stored] = Path(os.fsdecode(stored))
        return path

    def file(self, folder: bytes, file: bytes) -> Path:
        return self.folder(folder) / os.fsdecode(file)
