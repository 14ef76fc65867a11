"""Cuts a part out of a picture at full size, without decoding what lies below it.

Runs in a decode worker only. A JPEG is coded from top to bottom, so whoever wants the middle
needs the upper half but never the lower one: its header is rewritten in memory to a picture
that ends below the part, and the decoder stops there. What is above cannot be skipped, since
where a row begins is known only once the rows before it are read.
"""

import io
import math
import struct
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import PhotoReadError
from core.ingest.decode import decode, is_raw, profile_of
from core.ingest.formats import PictureFormat
from core.ingest.original_file import open_original
from core.ingest.picture import content_format, open_picture
from core.ingest.region import Region
from core.ingest.source import Source
from core.ingest.turning import stored_point, upright_size
from core.ingest.upright_srgb import orientation_of, to_srgb, upright

_SPARE_ROWS = 32  # colour is coded coarser than light: the last rows need those after them
_SEQUENTIAL = (0xC0, 0xC1)  # kinds of JPEG whose rows are coded once, in order
_START_OF_SCAN = 0xDA
_HEIGHT_AT = 5  # bytes after the marker of a frame header

Box = tuple[int, int, int, int]  # left, top, right, bottom


def crop(source: Source, region: Region) -> npt.NDArray[np.uint8]:
    """A part of the picture as (H, W, 3) sRGB 0..255, upright: what the whole has there.

    The part ends where the picture ends, so the answer may be smaller than asked.

    Raises:
        PhotoReadError: the file cannot be shown, or the part lies beside the picture. Any other
            exception means damaged content.
    """
    with open_original(source.path) as file:
        if not is_raw(source, file) and content_format(file) is PictureFormat.JPEG:
            return _of_jpeg(file, source, region)
    whole = decode(source, None)
    height, width, _ = whole.shape
    left, top, right, bottom = _within(source, region, (width, height))
    return np.ascontiguousarray(whole[top:bottom, left:right])


def _of_jpeg(file: BinaryIO, source: Source, region: Region) -> npt.NDArray[np.uint8]:
    picture = open_picture(file, source.path)
    orientation = orientation_of(picture)
    box = _within(source, region, upright_size(picture.size, orientation))
    stored = _stored_box(box, picture.size, orientation)
    file.seek(0)
    upper = JpegImageFile(io.BytesIO(_ended_at(file.read(), stored[3] + _SPARE_ROWS)))
    upper.load()
    part = to_srgb(upper.crop(stored), profile_of(picture))
    return np.asarray(upright(part, orientation))


def _within(source: Source, region: Region, size: tuple[int, int]) -> Box:
    left, top = max(0, region.x), max(0, region.y)
    right = min(size[0], region.x + region.width)
    bottom = min(size[1], region.y + region.height)
    if left >= right or top >= bottom:
        raise PhotoReadError(source.path, "it is smaller than its catalogue entry says")
    return left, top, right, bottom


def _stored_box(box: Box, stored: tuple[int, int], orientation: int) -> Box:
    one = stored_point((box[0], box[1]), stored, orientation)
    other = stored_point((box[2], box[3]), stored, orientation)
    return (
        math.floor(min(one[0], other[0])),
        math.floor(min(one[1], other[1])),
        math.ceil(max(one[0], other[0])),
        math.ceil(max(one[1], other[1])),
    )


def _ended_at(jpeg: bytes, rows: int) -> bytes | bytearray:
    """The same JPEG with at most so many rows; unchanged where that would save nothing."""
    place = 2
    while place + _HEIGHT_AT + 2 <= len(jpeg) and jpeg[place] == 0xFF:
        kind = jpeg[place + 1]
        if kind == _START_OF_SCAN:
            break
        if kind in _SEQUENTIAL:
            (height,) = struct.unpack_from(">H", jpeg, place + _HEIGHT_AT)
            if rows >= height:
                break
            shorter = bytearray(jpeg)
            struct.pack_into(">H", shorter, place + _HEIGHT_AT, rows)
            return shorter
        if kind == 0xFF:  # a fill byte before the marker proper
            place += 1
            continue
        (length,) = struct.unpack_from(">H", jpeg, place + 2)
        place += 2 + length
    return jpeg
