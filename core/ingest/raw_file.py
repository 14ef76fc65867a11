"""Reads RAW files through LibRaw: the camera's own preview first, the sensor data last."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import PhotoReadError
from core.ingest.upright_srgb import orientation_of

if TYPE_CHECKING:
    import rawpy

_GOOD_ENOUGH_PX = 1024  # a preview of this size is shown rather than demosaicing the sensor
_ORIENTATION_OF_FLIP = {3: 3, 5: 8, 6: 6}  # LibRaw's numbers to EXIF's
_SIDEWAYS = (5, 6)
_CLOCK_NOT_SET = 1970


@dataclass(frozen=True, slots=True)
class RawFacts:
    """What LibRaw knows of a shot without decoding it; None means that it does not say."""

    width_px: int  # upright
    height_px: int
    orientation: int
    taken_at: datetime | None
    exposure_s: float | None
    aperture: float | None
    iso: int | None
    focal_length_mm: float | None


@contextmanager
def open_raw(file: BinaryIO, path: Path) -> Iterator["rawpy.RawPy"]:
    """Open a RAW file for the functions below.

    Raises:
        PhotoReadError: LibRaw does not know this kind of file.
    """
    import rawpy

    try:
        raw = rawpy.imread(_address(file, path))
    except rawpy.LibRawFileUnsupportedError as error:
        raise PhotoReadError(path, "it is not a RAW file that Shortlist reads") from error
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


def demosaic(raw: "rawpy.RawPy") -> npt.NDArray[np.uint8]:
    """The sensor data at half size, (H, W, 3) sRGB, upright."""
    pixels: npt.NDArray[np.uint8] = raw.postprocess(
        half_size=True, use_camera_wb=True, output_bps=8
    )
    return pixels


def raw_facts(raw: "rawpy.RawPy") -> RawFacts:
    """Size, orientation and exposure as LibRaw read them."""
    sizes, other = raw.sizes, raw.other
    size = (sizes.width, sizes.height)
    width_px, height_px = size[::-1] if sizes.flip in _SIDEWAYS else size
    return RawFacts(
        width_px=width_px,
        height_px=height_px,
        orientation=_ORIENTATION_OF_FLIP.get(sizes.flip, 1),
        taken_at=_moment(other.timestamp),
        exposure_s=_positive(other.shutter_speed),
        aperture=_positive(other.aperture),
        iso=round(other.iso_speed) if other.iso_speed > 0 else None,
        focal_length_mm=_positive(other.focal_length),
    )


def _address(file: BinaryIO, path: Path) -> str | BinaryIO:
    """The path, which lets LibRaw read only what it needs; else the file, read whole."""
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        file.seek(0)
        return file
    return name


def _moment(timestamp: datetime) -> datetime | None:
    """LibRaw reads the camera's clock as if it stood in this computer's time zone."""
    return timestamp if timestamp.year > _CLOCK_NOT_SET else None


def _positive(value: float) -> float | None:
    return float(value) if np.isfinite(value) and value > 0 else None
