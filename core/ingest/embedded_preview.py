"""Finds the preview that a camera stored behind the main picture of a JPEG.

Source: CIPA DC-007, Multi-Picture Format. Only images marked as previews are taken: other
entries of the index are depth or gain maps and frames of a panorama, which look alike by size.
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from PIL.JpegImagePlugin import JpegImageFile

_ENTRIES_TAG = 0xB002
_ENTRY_BYTES = 16
_MAX_ENTRIES = 16
_TYPE_MASK = 0xFFFFFF
_LARGE_THUMBNAILS = range(0x010001, 0x010006)
_ASPECT_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class _Entry:
    offset: int  # from the start of the file
    size_bytes: int


def embedded_preview(
    file: BinaryIO, picture: JpegImageFile, min_long_edge_px: int
) -> JpegImageFile | None:
    """The smallest preview that is large enough and shows the whole picture, or None."""
    fitting: list[JpegImageFile] = []
    for entry in _preview_entries(picture):
        preview = _open_entry(file, entry)
        if preview is not None and _serves(preview, picture, min_long_edge_px):
            fitting.append(preview)
    return min(fitting, key=lambda preview: preview.width, default=None)


def _preview_entries(picture: JpegImageFile) -> list[_Entry]:
    index = picture.info.get("mp")
    start = picture.info.get("mpoffset")
    if not isinstance(index, bytes) or not isinstance(start, int):
        return []
    try:
        return _parse(index, start)
    except struct.error:  # a damaged index: the main picture still serves
        return []


def _parse(index: bytes, start: int) -> list[_Entry]:
    order = ">" if index[:2] == b"MM" else "<"
    (directory,) = struct.unpack_from(order + "L", index, 4)
    (count,) = struct.unpack_from(order + "H", index, directory)
    entries: list[_Entry] = []
    for field in range(min(count, 32)):
        tag, _, length, position = struct.unpack_from(
            order + "HHLL", index, directory + 2 + field * 12
        )
        if tag != _ENTRIES_TAG:
            continue
        for number in range(min(length // _ENTRY_BYTES, _MAX_ENTRIES)):
            attributes, size, offset = struct.unpack_from(
                order + "LLL", index, position + number * _ENTRY_BYTES
            )
            if attributes & _TYPE_MASK in _LARGE_THUMBNAILS and offset:
                entries.append(_Entry(start + offset, size))
    return entries


def _open_entry(file: BinaryIO, entry: _Entry) -> JpegImageFile | None:
    file.seek(entry.offset)
    data = file.read(entry.size_bytes)
    if len(data) < entry.size_bytes or not data.startswith(b"\xff\xd8"):
        return None
    try:
        return JpegImageFile(io.BytesIO(data))
    except (OSError, SyntaxError, ValueError, struct.error):
        return None


def _serves(preview: JpegImageFile, picture: JpegImageFile, min_long_edge_px: int) -> bool:
    if max(preview.size) < min_long_edge_px or preview.width >= picture.width:
        return False
    aspect = preview.width / preview.height
    wanted = picture.width / picture.height
    return abs(aspect / wanted - 1) <= _ASPECT_TOLERANCE
