"""Reads what the camera wrote into a file: time, camera, exposure, place and size.

Runs in a decode worker only. Damaged EXIF costs the values it damages, never the photo.
"""

import contextlib
import io
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import exifread
from PIL import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from core.ingest.decode import is_raw
from core.ingest.exif_values import Tags, metadata_of
from core.ingest.original_file import open_original
from core.ingest.picture import open_picture
from core.ingest.raw_file import open_raw, raw_shape
from core.ingest.source import Source
from core.photo import FileKind, Metadata

if TYPE_CHECKING:
    import rawpy

_MUST_HAVE = {"Image Model", "EXIF DateTimeOriginal", "EXIF ExposureTime"}
_EXIF_PREFIX = b"Exif\0\0"
logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it warns of every file without EXIF


def read_metadata(path: Path, kind: FileKind) -> Metadata:
    """What could be read; None and "" for what the file does not say.

    Raises:
        PhotoReadError: the file cannot be opened or is no picture at all.
    """
    with open_original(path) as file:
        if is_raw(Source(path, kind), file):
            return _of_raw(file, path)
        picture = open_picture(file, path)
        if isinstance(picture, TiffImageFile):
            tags = _tags(file)
            upright = metadata_of(tags, None, None)  # Pillow gives the size as turned upright
            return replace(upright, width_px=picture.width, height_px=picture.height)
        return metadata_of(_tags(_exif_block(picture)), picture.size, None)


def _exif_block(picture: ImageFile.ImageFile) -> BinaryIO | None:
    """The EXIF data alone, so that its reader cannot wander through the whole file."""
    exif = picture.info.get("exif")
    if not isinstance(exif, bytes):
        return None
    return io.BytesIO(exif.removeprefix(_EXIF_PREFIX))


def _tags(file: BinaryIO | None) -> Tags:
    if file is None:
        return {}
    # Maker notes are left alone: a hostile one keeps the reader busy for a minute.
    with contextlib.suppress(Exception):  # exifread meets hostile bytes with any exception
        tags: Tags = exifread.process_file(file, details=False, extract_thumbnail=False)
        return tags
    return {}


def _of_raw(file: BinaryIO, path: Path) -> Metadata:
    tags = _tags(file)
    with open_raw(file, path) as raw:
        shape = raw_shape(raw)
        if not tags.keys() >= _MUST_HAVE:
            tags = {**_tags(_exif_of_preview(raw)), **tags}
    read = metadata_of(tags, None, shape.orientation)
    return replace(read, width_px=shape.width_px, height_px=shape.height_px)


def _exif_of_preview(raw: "rawpy.RawPy") -> BinaryIO | None:
    """RAF, CR3 and their like are no TIFF files, but their preview carries the EXIF data.

    Where it does not, LibRaw writes what it found in the RAW file into the preview it hands out.
    """
    with contextlib.suppress(Exception):
        data = raw.extract_thumb().data
        if isinstance(data, bytes) and data.startswith(b"\xff\xd8"):
            return io.BytesIO(data)
    return None
