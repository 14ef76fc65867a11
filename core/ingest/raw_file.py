"""Reads RAW files through LibRaw: the camera's own preview first, the sensor data last."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import PhotoReadError
from core.ingest.upright_srgb import orientation_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import rawpy

_GOOD_ENOUGH_PX = 1024  # a preview of this size is shown rather than demosaicing the sensor
_ORIENTATION_OF_FLIP = {3: 3, 5: 8, 6: 6}  # LibRaw's numbers to EXIF's
_SIDEWAYS = (5, 6)


class UnknownRawError(PhotoReadError):
    """LibRaw does not know this kind of file; its camera may be newer."""


@dataclass(frozen=True, slots=True)
class RawShape:
    """How the shot lies, without decoding it."""

    width_px: int  # upright
    height_px: int
    orientation: int  # EXIF 1..8


@contextmanager
def open_raw(file: BinaryIO, path: Path) -> Iterator["rawpy.RawPy"]:
    """Open a RAW file for the functions below.

    Raises:
        UnknownRawError: LibRaw does not know this kind of file.
    """
    import rawpy

    try:
        raw = rawpy.imread(_address(file, path))
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnknownRawError(path, "it is not a RAW file that Shortlist reads") from error
    try:
        yield raw
    finally:
        raw.close()


def raw_preview(raw: "rawpy.RawPy", min_long_edge_px: int | None) -> Image.Image | None:
    """The largest preview inside the file with its orientation in EXIF terms, or None.

    Previews too small to serve are left out; None for the size asks for the largest there is.
    """
    import rawpy

    try:
        thumb = raw.extract_thumb()
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError):
        return None
    if thumb.format == rawpy.ThumbFormat.JPEG:
        preview: Image.Image = JpegImageFile(io.BytesIO(thumb.data))
    else:
        preview = Image.fromarray(thumb.data)
    needed = min(min_long_edge_px or _GOOD_ENOUGH_PX, _GOOD_ENOUGH_PX)
    return preview if max(preview.size) >= needed else None


def preview_orientation(raw: "rawpy.RawPy", preview: Image.Image) -> int:
    """How to turn the preview upright, in EXIF terms.

    Most cameras store it as the sensor lies and say so only in the RAW file's own tags; some
    have turned it already, which shows in its shape.
    """
    flip = raw.sizes.flip
    landscape_sensor = raw.sizes.width >= raw.sizes.height
    already_turned = (preview.width >= preview.height) != landscape_sensor
    if flip in _SIDEWAYS and already_turned:
        return 1  # whatever its EXIF says: LibRaw itself writes that into a preview without any
    own = orientation_of(preview)
    return own if own != 1 else _ORIENTATION_OF_FLIP.get(flip, 1)


def demosaic(raw: "rawpy.RawPy") -> "npt.NDArray[np.uint8]":
    """The sensor data at half size, (H, W, 3) sRGB, upright."""
    pixels: npt.NDArray[np.uint8] = raw.postprocess(
        half_size=True, use_camera_wb=True, output_bps=8
    )
    return pixels


def raw_shape(raw: "rawpy.RawPy") -> RawShape:
    """Size and orientation. (`raw.other` would also know the exposure, but reads all pixels.)"""
    sizes = raw.sizes
    size = (sizes.width, sizes.height)
    width_px, height_px = size[::-1] if sizes.flip in _SIDEWAYS else size
    return RawShape(width_px, height_px, _ORIENTATION_OF_FLIP.get(sizes.flip, 1))


def _address(file: BinaryIO, path: Path) -> str | BinaryIO:
    """The path, which lets LibRaw read only what it needs; else the file, read whole."""
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        file.seek(0)
        return file
    return name
