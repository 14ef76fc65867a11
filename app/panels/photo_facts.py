"""What is known of a photo, in the words photographers use. Unknown facts are empty texts."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from core.errors import printable
from core.photo import FileKind, FileState, Metadata, Photo

_KIND_NAMES = {
    FileKind.JPEG: "JPEG",
    FileKind.PNG: "PNG",
    FileKind.TIFF: "TIFF",
    FileKind.WEBP: "WebP",
    FileKind.HEIF: "HEIF",
    FileKind.AVIF: "AVIF",
    FileKind.RAW: "RAW",
}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_LONGEST_FRACTION_S = 0.3  # slower shutter speeds are given in seconds, as cameras do


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the panel: how to find it again, its name and how to read it off a photo."""

    id: str
    name: str
    read: Callable[[Photo], str]
    path: bool = False  # give up the middle when there is no room


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Rows that belong together."""

    title: str
    facts: tuple[Fact, ...]


def fact_groups() -> tuple[FactGroup, ...]:
    """The rows of the information panel, in the user's language."""
    return (
        FactGroup(
            _tr("File"),
            (
                Fact("name", _tr("Name"), lambda p: printable(p.path.name), path=True),
                Fact("folder", _tr("Folder"), lambda p: printable(p.path.parent), path=True),
                Fact("with", _tr("With"), companions_text),
                Fact("size", _tr("Size"), size_text),
                Fact("pixels", _tr("Pixels"), lambda p: pixels_text(p.metadata)),
            ),
        ),
        FactGroup(
            _tr("Shot"),
            (
                Fact("time", _tr("Time"), lambda p: time_text(p.metadata)),
                Fact("exposure", _tr("Exposure"), lambda p: exposure_text(p.metadata)),
                Fact("camera", _tr("Camera"), lambda p: p.metadata.camera),
                Fact("lens", _tr("Lens"), lambda p: p.metadata.lens),
                Fact("place", _tr("Place"), lambda p: place_text(p.metadata)),
            ),
        ),
    )


def exposure_text(metadata: Metadata) -> str:
    """As in a viewfinder: `1/250 s  f/2.8  ISO 400  85 mm`."""
    parts = (
        _shutter_text(metadata.exposure_s),
        f"f/{metadata.aperture:g}" if metadata.aperture else "",
        f"ISO {metadata.iso}" if metadata.iso else "",
        f"{metadata.focal_length_mm:.4g} mm" if metadata.focal_length_mm else "",
    )
    # A line may break between two parts, not between a number and its unit.
    return "  ".join(part.replace(" ", _NO_BREAK) for part in parts if part)


def time_text(metadata: Metadata) -> str:
    """The camera's local time to the millisecond, with the zone where the camera gave one."""
    taken = metadata.taken_at
    if taken is None:
        return ""
    date = QLocale().toString(QDate(taken.year, taken.month, taken.day), "d MMM yyyy")
    clock = f"{taken:%H:%M:%S}"
    if taken.microsecond:
        clock += f".{taken.microsecond // 1000:03d}"
    if metadata.utc_offset_min is None:
        return f"{date}, {clock}"
    hours, minutes = divmod(abs(metadata.utc_offset_min), 60)
    sign = "−" if metadata.utc_offset_min < 0 else "+"  # noqa: RUF001  a minus sign in text
    return f"{date}, {clock} UTC{sign}{hours}:{minutes:02d}"


def pixels_text(metadata: Metadata) -> str:
    """Width and height, upright, and the megapixels they make."""
    width, height = metadata.width_px, metadata.height_px
    if not width or not height:
        return ""
    megapixels = QLocale().toString(width * height / 1e6, "f", 1)
    return f"{width} × {height} ({megapixels} MP)"  # noqa: RUF001  a times sign in text


def size_text(photo: Photo) -> str:
    """`24.3 MB RAW`."""
    return f"{bytes_text(photo.size_bytes)} {_KIND_NAMES[photo.kind]}"


def bytes_text(count: int) -> str:
    """`24.3 MB`, in powers of ten as disks are sold and file managers count."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def companions_text(photo: Photo) -> str:
    """The other files of the item."""
    return ", ".join(printable(path.name) for path in photo.companions)


def place_text(metadata: Metadata) -> str:
    """`48.85840° N, 2.29450° E`; five decimals are about a metre."""
    if metadata.latitude is None or metadata.longitude is None:
        return ""
    north = "N" if metadata.latitude >= 0 else "S"
    east = "E" if metadata.longitude >= 0 else "W"
    return f"{abs(metadata.latitude):.5f}° {north}, {abs(metadata.longitude):.5f}° {east}"


def state_text(photo: Photo) -> str:
    """Why the photo cannot be looked at now, in a sentence."""
    match photo.state:
        case FileState.OFFLINE:
            reason = photo.problem.rstrip(".") or _tr("not found")
            return _tr("The file is out of reach: {reason}. Your rating of it is kept.").format(
                reason=reason
            )
        case FileState.UNREADABLE:
            reason = photo.problem.rstrip(".") or _tr("it is damaged")
            return _tr("The file could not be read: {reason}.").format(reason=reason)
        case FileState.DAMAGED:
            return _tr("The file is damaged: {reason}.").format(reason=photo.problem)
        case _:
            return ""


def _shutter_text(exposure_s: float | None) -> str:
    if not exposure_s:
        return ""
    if exposure_s < _LONGEST_FRACTION_S:
        return f"1/{1 / exposure_s:.0f} s"
    return f"{exposure_s:.2g} s" if exposure_s < 10 else f"{exposure_s:.0f} s"


def _tr(text: str) -> str:
    return QCoreApplication.translate("PhotoFacts", text)
