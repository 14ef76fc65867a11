"""Reads directories of a TIFF structure with bounds on everything, also where makers nest them.

Runs in a decode worker only. Every directory is read once, at most so many entries of it and
so many bytes of each: a hostile file costs as little as any other.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

_MOST_ENTRIES = 300
_MOST_BYTES = 64 * 1024  # of one value
_ENTRY_BYTES = 12
_FORMATS = {1: "B", 3: "H", 4: "L", 6: "b", 7: "B", 8: "h", 9: "l"}
_RATIONALS = {5: "L", 10: "l"}

Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tiff:
    """Where the offsets of a structure count from, and in which order its bytes are."""

    file: BinaryIO
    start: int
    order: str  # "<" or ">"

    def at(self, offset: int, length: int) -> bytes:
        """Bytes at an offset of the structure; fewer where the file ends."""
        self.file.seek(self.start + offset)
        return self.file.read(length)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory, as it lies there."""

    kind: int
    count: int
    value: bytes  # the value itself, or its beginning if it is very long
    offset: int  # of the value, counted as the structure counts


def opened(file: BinaryIO, start: int = 0) -> tuple[Tiff, int] | None:
    """The structure whose header is at `start`, and the offset of its first directory."""
    file.seek(start)
    head = file.read(8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return None
    (first,) = struct.unpack_from(order + "L", head, 4)
    return Tiff(file, start, order), first


def directory(tiff: Tiff, offset: int) -> Mapping[int, Entry]:
    """The entries at `offset` by tag; those that reach beyond the file are left out."""
    head = tiff.at(offset, 2)
    if len(head) < 2:
        return {}
    count = min(struct.unpack(tiff.order + "H", head)[0], _MOST_ENTRIES)
    block = tiff.at(offset + 2, count * _ENTRY_BYTES)
    found: dict[int, Entry] = {}
    for number in range(len(block) // _ENTRY_BYTES):
        at = number * _ENTRY_BYTES
        tag, kind, length = struct.unpack_from(tiff.order + "HHL", block, at)
        size = _bytes_of(kind) * length
        if size == 0:
            continue
        if size <= 4:
            place = offset + 2 + at + 8
            value = block[at + 8 : at + 8 + size]
        else:
            (place,) = struct.unpack_from(tiff.order + "L", block, at + 8)
            value = tiff.at(place, min(size, _MOST_BYTES))
        found[tag] = Entry(kind, length, value, place)
    return found


def numbers(tiff: Tiff, entry: Entry | None, *, signed: bool = False) -> Values:
    """The values of an entry as numbers; none if there is no entry or it holds no numbers."""
    if entry is None:
        return ()
    if (half := _RATIONALS.get(entry.kind)) is not None:
        count = len(entry.value) // 8
        halves = struct.unpack_from(f"{tiff.order}{2 * count}{half}", entry.value)
        pairs = zip(halves[::2], halves[1::2], strict=True)
        return tuple(above / below if below else float("nan") for above, below in pairs)
    letter = _FORMATS.get(entry.kind)
    if letter is None:
        return ()
    if signed:
        letter = letter.lower()
    count = len(entry.value) // struct.calcsize(tiff.order + letter)
    return struct.unpack_from(f"{tiff.order}{count}{letter}", entry.value)


def _bytes_of(kind: int) -> int:
    if kind in _RATIONALS:
        return 8
    return 1 if kind == 2 else struct.calcsize("=" + _FORMATS.get(kind, "0s"))
