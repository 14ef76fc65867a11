"""Opens a picture with the one decoder that its content asks for.

Runs in a decode worker only. Pillow's own guessing is not used: it would try every format it
knows, and most of them have no place in a photo folder.
"""

from pathlib import Path
from typing import BinaryIO

from PIL import ImageFile

from core.errors import PhotoReadError
from core.ingest.formats import SIGNATURE_BYTES, PictureFormat, format_of

MAX_PIXELS = 250_000_000
# A JPEG spends at least one bit on each 8x8 block of its brightness, so it cannot hold more.
_MAX_JPEG_PIXELS_PER_BYTE = 8 * 64
_HEIF_THREADS = 2  # the pool already keeps every core busy


def content_format(file: BinaryIO) -> PictureFormat | None:
    """What the file says it is; leaves the file at its start."""
    file.seek(0)
    head = file.read(SIGNATURE_BYTES)
    file.seek(0)
    return format_of(head)


def open_picture(file: BinaryIO, path: Path) -> ImageFile.ImageFile:
    """Read the header of a picture; its pixels are decoded when they are asked for.

    Raises:
        PhotoReadError: no picture, too many pixels, or a size that the file cannot hold.
    """
    content = content_format(file)
    if content is None:
        raise PhotoReadError(path, "it is not a picture in a format that Shortlist reads")
    picture = _open_as(content, file)
    _check_size(picture, path, file, content)
    return picture


def _open_as(content: PictureFormat, file: BinaryIO) -> ImageFile.ImageFile:
    match content:
        case PictureFormat.JPEG:
            from PIL.JpegImagePlugin import JpegImageFile

            return JpegImageFile(file)
        case PictureFormat.PNG:
            from PIL.PngImagePlugin import PngImageFile

            return PngImageFile(file)
        case PictureFormat.TIFF:
            from PIL.TiffImagePlugin import TiffImageFile

            return TiffImageFile(file)
        case PictureFormat.WEBP:
            from PIL.WebPImagePlugin import WebPImageFile

            return WebPImageFile(file)
        case PictureFormat.AVIF:
            return _open_avif(file)
        case PictureFormat.HEIF:
            return _open_heif(file)


def _open_avif(file: BinaryIO) -> ImageFile.ImageFile:
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = _HEIF_THREADS
    return AvifImagePlugin.AvifImageFile(file)


def _open_heif(file: BinaryIO) -> ImageFile.ImageFile:
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = _HEIF_THREADS
    picture: ImageFile.ImageFile = pillow_heif.HeifImageFile(file)
    return picture


def _check_size(
    picture: ImageFile.ImageFile, path: Path, file: BinaryIO, content: PictureFormat
) -> None:
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        megapixels = round(pixels / 1e6)
        raise PhotoReadError(path, f"it claims {megapixels} megapixels, more than the 250 allowed")
    if content is not PictureFormat.JPEG or file.closed:
        return
    position = file.tell()
    size_bytes = file.seek(0, 2)
    file.seek(position)
    if pixels > size_bytes * _MAX_JPEG_PIXELS_PER_BYTE:
        raise PhotoReadError(path, "the file is too small for the picture it claims to hold")
