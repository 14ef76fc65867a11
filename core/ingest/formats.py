"""Which file names are pictures, and what the first bytes of a file say it really is."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from core.photo import FileKind

_RAW_EXTENSIONS = (
    *("3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "kdc", "mef", "mos"),
    *("mrw", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"),
)

EXTENSIONS: Mapping[str, FileKind] = MappingProxyType(
    {
        ".jpg": FileKind.JPEG,
        ".jpeg": FileKind.JPEG,
        ".jpe": FileKind.JPEG,
        ".jfif": FileKind.JPEG,
        ".png": FileKind.PNG,
        ".tif": FileKind.TIFF,
        ".tiff": FileKind.TIFF,
        ".webp": FileKind.WEBP,
        ".heic": FileKind.HEIF,
        ".heif": FileKind.HEIF,
        ".hif": FileKind.HEIF,
        ".avif": FileKind.AVIF,
    }
    | {f".{extension}": FileKind.RAW for extension in _RAW_EXTENSIONS}
)

SIGNATURE_BYTES = 32  # how much of a file `format_of` wants to see

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}


class PictureFormat(StrEnum):
    """What a file contains. Only these are ever handed to a decoder."""

    JPEG = "JPEG"
    PNG = "PNG"
    TIFF = "TIFF"
    WEBP = "WebP"
    HEIF = "HEIF"
    AVIF = "AVIF"


def kind_of(path: Path) -> FileKind | None:
    """The kind of picture a file name promises; None when it is no picture."""
    return EXTENSIONS.get(path.suffix.lower())


def format_of(head: bytes) -> PictureFormat | None:
    """The format that the first SIGNATURE_BYTES of a file announce; None if unknown.

    RAW files are either TIFF or unknown here: only their extension tells them apart.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return PictureFormat.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PictureFormat.PNG
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return PictureFormat.TIFF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return PictureFormat.WEBP
    if head[4:8] == b"ftyp":
        return _format_of_brands(head)
    return None


def _format_of_brands(head: bytes) -> PictureFormat | None:
    # The major brand may be the neutral mif1; then the compatible ones behind it decide.
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, len(head) - 3, 4))}
    if brands & _AVIF_BRANDS:
        return PictureFormat.AVIF
    return PictureFormat.HEIF if brands & _HEIF_BRANDS else None
