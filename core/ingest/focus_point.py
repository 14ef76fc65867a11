"""Where the camera focused, as its maker's note or the EXIF subject area says.

Runs in a decode worker only. exifread would take a hostile note for a minute's walk and drops
Canon's coordinates, so the few values needed are read here, with bounds on everything.

Source: the tables of ExifTool (Canon AFInfo and AFInfo2, Nikon AFInfo2, Sony FocusLocation,
FujiFilm FocusPixel, Panasonic AFPointPosition); SubjectArea is EXIF 2.3, 4.6.5.
"""

import contextlib
import io
import math
import struct
from collections.abc import Mapping
from typing import BinaryIO

from core.ingest.decode import is_raw
from core.ingest.original_file import open_original
from core.ingest.picture import open_picture
from core.ingest.raw_file import open_raw
from core.ingest.region import FocusPoint
from core.ingest.source import Source
from core.ingest.tiff_directory import Entry, Tiff, Values, directory, numbers, opened
from core.ingest.turning import upright_point

_EXIF_PREFIX = b"Exif\0\0"
_MAKE, _MODEL, _ORIENTATION, _EXIF_DIRECTORY = 0x010F, 0x0110, 0x0112, 0x8769
_MAKER_NOTE, _SUBJECT_AREA, _WIDTH, _HEIGHT = 0x927C, 0x9214, 0xA002, 0xA003
_CANON_AF, _CANON_AF_2 = 0x0012, 0x0026
_NIKON_AF_2, _SONY_FOCUS, _FUJI_FOCUS, _PANASONIC_FOCUS = 0x00B7, 0x2027, 0x1023, 0x004D
_NIKON_HEADER, _SONY_HEADER, _FUJI_HEADER, _PANASONIC_HEADER = (
    b"Nikon\0\x02",
    b"SONY",
    b"FUJIFILM",
    b"Panasonic",
)
# Nikon: by the first two digits of the version, where the switch and the six numbers are.
_NIKON_PLACES = {b"01": (4, 0x10), b"03": (7, 0x2A), b"04": (7, 0x3E)}

Area = tuple[float, float, float, float]  # centre x and y, width, height, as shares of the sides
Directory = Mapping[int, Entry]


def focus_point(source: Source) -> FocusPoint | None:
    """The area that was focused, upright; None where the file does not say.

    Raises:
        PhotoReadError: the file cannot be opened or is no picture at all.
    """
    with open_original(source.path) as file:
        if is_raw(source, file):
            return _of_tiff(file) or _of_raw_preview(file, source)
        exif = open_picture(file, source.path).info.get("exif")
    if not isinstance(exif, bytes):
        return None
    return _of_tiff(io.BytesIO(exif.removeprefix(_EXIF_PREFIX)))


def _of_raw_preview(file: BinaryIO, source: Source) -> FocusPoint | None:
    """RAF and CR3 are no TIFF files, but the preview in them carries the EXIF data."""
    with open_raw(file, source.path) as raw, contextlib.suppress(Exception):
        data = raw.extract_thumb().data
        if isinstance(data, bytes) and (start := data.find(_EXIF_PREFIX, 0, 4096)) >= 0:
            return _of_tiff(io.BytesIO(data[start + len(_EXIF_PREFIX) :]))
    return None


def _of_tiff(file: BinaryIO) -> FocusPoint | None:
    with contextlib.suppress(struct.error, OverflowError, ValueError):  # damaged, or hostile
        if (found := opened(file)) is None:
            return None
        tiff, first = found
        main = directory(tiff, first)
        place = numbers(tiff, main.get(_EXIF_DIRECTORY))
        exif = directory(tiff, int(place[0])) if place else {}
        size = numbers(tiff, exif.get(_WIDTH))[:1] + numbers(tiff, exif.get(_HEIGHT))[:1]
        area = _of_maker(tiff, main, exif, size) or _of_subject(tiff, exif, size)
        turned = int((numbers(tiff, main.get(_ORIENTATION)) or (1,))[0])
        return None if area is None else _upright(area, turned)
    return None


def _of_maker(tiff: Tiff, main: Directory, exif: Directory, size: Values) -> Area | None:
    note = exif.get(_MAKER_NOTE)
    if note is None:
        return None
    make = main[_MAKE].value.upper() if _MAKE in main else b""
    if make.startswith(b"CANON"):
        is_eos = _MODEL in main and b"EOS" in main[_MODEL].value
        return _canon(tiff, directory(tiff, note.offset), y_points_up=is_eos)
    if note.value.startswith(_NIKON_HEADER):
        return _nikon(tiff, note)
    return _of_one_entry(tiff, note, make, size)


def _of_one_entry(tiff: Tiff, note: Entry, make: bytes, size: Values) -> Area | None:
    """Makers that note the place in numbers of its own."""
    if make.startswith(b"SONY"):
        skipped = 12 if note.value.startswith(_SONY_HEADER) else 0
        values = numbers(tiff, directory(tiff, note.offset + skipped).get(_SONY_FOCUS))
        return _shares(values[2:4], values[:2])
    if note.value.startswith(_FUJI_HEADER):
        own = Tiff(tiff.file, tiff.start + note.offset, "<")
        (first,) = struct.unpack_from("<L", note.value, len(_FUJI_HEADER))
        return _shares(numbers(own, directory(own, first).get(_FUJI_FOCUS))[:2], size)
    if note.value.startswith(_PANASONIC_HEADER):
        tags = directory(tiff, note.offset + 12)
        return _shares(numbers(tiff, tags.get(_PANASONIC_FOCUS))[:2], (1.0, 1.0))
    return None


def _canon(tiff: Tiff, tags: Directory, *, y_points_up: bool) -> Area | None:
    """The middle of all points in focus; coordinates count from the centre of the frame."""
    values = numbers(tiff, tags.get(_CANON_AF_2), signed=True)
    old = not values
    values = numbers(tiff, tags.get(_CANON_AF), signed=True) if old else values[2:]
    if len(values) < 8:
        return None
    count, sizes = int(values[0]), 1 if old else int(values[0])
    rest = list(values[6:])
    lists = [[rest.pop(0) for _ in range(length)] for length in (sizes, sizes, count, count)]
    marks = [int(word) & 0xFFFF for word in rest[: (count + 15) // 16]]
    focused = [n for n in range(count) if marks[n // 16] >> (n % 16) & 1]
    if not focused or min(values[4:6]) <= 0:
        return None
    edges: list[tuple[float, float, float, float]] = []
    for n in focused:
        width, height = (each[0 if old else n] for each in lists[:2])
        x, y = lists[2][n], -lists[3][n] if y_points_up else lists[3][n]
        edges.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    left, top = min(e[0] for e in edges), min(e[1] for e in edges)
    right, bottom = max(e[2] for e in edges), max(e[3] for e in edges)
    middle = ((left + right + values[4]) / 2, (top + bottom + values[5]) / 2)
    return _shares(middle, values[4:6], (right - left, bottom - top))


def _nikon(tiff: Tiff, note: Entry) -> Area | None:
    """The note is a TIFF structure of its own, behind its name and version."""
    found = opened(tiff.file, tiff.start + note.offset + 10)
    entry = None if found is None else directory(*found).get(_NIKON_AF_2)
    if found is None or entry is None:
        return None
    places = _NIKON_PLACES.get(entry.value[:2])
    if places is None or len(entry.value) < places[1] + 12 or entry.value[places[0]] != 1:
        return None
    width, height, x, y, *sides = struct.unpack_from(f"{found[0].order}6H", entry.value, places[1])
    return _shares((x, y), (width, height), (sides[0], sides[1]))


def _of_subject(tiff: Tiff, exif: Directory, size: Values) -> Area | None:
    """Two numbers are a point, three a circle, four a rectangle around a point."""
    values = numbers(tiff, exif.get(_SUBJECT_AREA))
    sides = values[2:4] if len(values) == 4 else values[2:3] * 2
    return _shares(values[:2], size, sides or (0.0, 0.0))


def _shares(middle: Values, size: Values, sides: Values = (0.0, 0.0)) -> Area | None:
    """An area in shares of the frame; None for what lies outside or was never set."""
    if len(middle) < 2 or len(size) < 2 or min(size[:2]) <= 0:
        return None
    x, y = middle[0] / size[0], middle[1] / size[1]
    if not (math.isfinite(x) and math.isfinite(y) and 0 <= x <= 1 and 0 <= y <= 1):
        return None
    if x == y == 0:
        return None  # no camera focuses on the corner; it means that nothing was noted
    return x, y, min(1.0, max(0.0, sides[0] / size[0])), min(1.0, max(0.0, sides[1] / size[1]))


def _upright(area: Area, orientation: int) -> FocusPoint:
    x, y, width, height = area
    turned = upright_point((x, y), (1.0, 1.0), orientation)
    if orientation in range(5, 9):
        width, height = height, width
    return FocusPoint(*turned, width, height)
