"""Turns a file into pixels, from the cheapest rendition inside it that serves.

Runs in a decode worker only: parsing foreign files may crash, hang or eat memory.
"""

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import PhotoReadError
from core.ingest.adobe_rgb import adobe_rgb_profile
from core.ingest.cut_short import CutShortError, PartialJpeg, is_cut_short, with_what_is_left
from core.ingest.embedded_preview import embedded_preview
from core.ingest.formats import PictureFormat
from core.ingest.original_file import open_original
from core.ingest.picture import content_format, open_picture
from core.ingest.raw_file import demosaic, open_raw, preview_orientation, raw_preview
from core.ingest.source import Source
from core.ingest.upright_srgb import orientation_of, says_adobe_rgb, to_srgb, upright
from core.photo import FileKind

if TYPE_CHECKING:  # most workers make previews only, and start sooner without it
    import numpy as np
    import numpy.typing as npt

PREVIEW_LONG_EDGE_PX = 640
_PREVIEW_QUALITY = 88
_FILTER = Image.Resampling.HAMMING  # as sharp as bicubic when shrinking, at half the cost
_REDUCING_GAP = 3.0  # shrink by whole numbers first; the filter does the last factor of three


def decode(source: Source, long_edge_px: int | None) -> "npt.NDArray[np.uint8]":
    """The picture as (H, W, 3) sRGB 0..255, upright.

    Args:
        source: the file; what it contains decides how it is read, not its name.
        long_edge_px: the long edge of the answer; smaller pictures are not enlarged. None asks
            for every pixel, which for a RAW file means its largest embedded preview.

    Of a JPEG that is cut short the answer shows what is left.

    Raises:
        PhotoReadError: the file cannot be shown. Any other exception means damaged content.
    """
    import numpy as np

    try:
        return np.asarray(_render(source, long_edge_px))
    except CutShortError as cut:
        return np.asarray(cut.picture)


def preview_jpeg(source: Source) -> bytes:
    """The small rendition that the grid shows and the model scores, as a JPEG without EXIF.

    Raises:
        PhotoReadError: as in `decode`, and of a JPEG that is cut short, with what is left.
    """
    try:
        return _as_jpeg(_render(source, PREVIEW_LONG_EDGE_PX))
    except CutShortError as cut:
        raise PhotoReadError(source.path, cut.reason, part=_as_jpeg(cut.picture)) from cut


def _as_jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_PREVIEW_QUALITY)
    return target.getvalue()


def _render(source: Source, long_edge_px: int | None) -> Image.Image:
    with open_original(source.path) as file:
        if is_raw(source, file):
            return _render_raw(file, source, long_edge_px)
        return _render_picture(file, source.path, long_edge_px)


def is_raw(source: Source, file: BinaryIO) -> bool:
    """Whether LibRaw has to read it; a JPEG that is merely named .CR2 is read as a JPEG."""
    return source.kind is FileKind.RAW and content_format(file) in (None, PictureFormat.TIFF)


def _render_picture(file: BinaryIO, path: Path, long_edge_px: int | None) -> Image.Image:
    picture = open_picture(file, path)
    if isinstance(picture, JpegImageFile) and long_edge_px is not None:
        preview = embedded_preview(file, picture, long_edge_px)
        if preview is not None:
            with contextlib.suppress(OSError):  # damaged; the picture itself may be whole
                return _finish(preview, long_edge_px, orientation_of(picture), profile_of(picture))
    try:
        return _finish(picture, long_edge_px, None, None)
    except OSError as error:
        if not is_cut_short(picture, error):
            raise
        part = PartialJpeg(file)
        return with_what_is_left(part, _finish(part, long_edge_px, None, None))


def _render_raw(file: BinaryIO, source: Source, long_edge_px: int | None) -> Image.Image:
    with open_raw(file, source.path) as raw:
        preview = raw_preview(raw, long_edge_px)
        if preview is not None:
            return _finish(preview, long_edge_px, preview_orientation(raw, preview), None)
        if source.twin is None:
            pixels = Image.fromarray(demosaic(raw))
            return _resized(pixels, _fit(pixels.size, long_edge_px))
    with open_original(source.twin.path) as twin:  # the camera's own picture, far sooner
        return _render_picture(twin, source.twin.path, long_edge_px)


def _finish(
    picture: Image.Image, long_edge_px: int | None, orientation: int | None, profile: bytes | None
) -> Image.Image:
    """Decode, shrink, convert to sRGB and turn upright, cheapest order first.

    `orientation` and `profile` belong to the main picture when `picture` is its preview.
    """
    size = _fit(picture.size, long_edge_px)  # now: a draft rounds its sides to whole numbers
    if isinstance(picture, ImageFile.ImageFile) and size != picture.size:
        picture.draft(None, size)
    picture.load()
    own_profile = profile_of(picture)
    if orientation is None:
        orientation = orientation_of(picture)  # after load: a TIFF turns itself while loading
    small = to_srgb(_resized(picture, size), own_profile or profile)
    return upright(small, orientation)


def _fit(size: tuple[int, int], long_edge_px: int | None) -> tuple[int, int]:
    """The size that a picture gets; None leaves it as it is."""
    if long_edge_px is None or max(size) <= long_edge_px:
        return size
    scale = long_edge_px / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if size == picture.size:
        return picture
    if picture.mode in ("P", "1"):  # neighbouring palette numbers are not neighbouring colours
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.resize(size, _FILTER, reducing_gap=_REDUCING_GAP)


def profile_of(picture: Image.Image) -> bytes | None:
    """The ICC profile of its pixels; None counts as sRGB."""
    profile = picture.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        return profile
    return adobe_rgb_profile() if says_adobe_rgb(picture) else None
