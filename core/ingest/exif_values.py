"""Turns EXIF tags into the words of the domain; a value that makes no sense counts as unsaid."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.photo import Metadata

Tags = Mapping[str, Any]  # exifread's: "EXIF FNumber" to a tag with `.values`

_TIME_TAGS = (
    ("EXIF DateTimeOriginal", "EXIF SubSecTimeOriginal", "EXIF OffsetTimeOriginal"),
    ("EXIF DateTimeDigitized", "EXIF SubSecTimeDigitized", "EXIF OffsetTimeDigitized"),
    ("Image DateTime", "EXIF SubSecTime", "EXIF OffsetTime"),
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_MAX_OFFSET_MIN = 15 * 60
_ISO_OVERFLOW = 65535  # the old field is full; the value is in a newer one
_SIDEWAYS = range(5, 9)


def metadata_of(tags: Tags, size: tuple[int, int] | None, orientation: int | None) -> Metadata:
    """Everything the tags say.

    Args:
        tags: as exifread gives them; may be empty.
        size: width and height of the stored pixels, before they are turned upright.
        orientation: 1..8 where the decoder knows better than the tags, else None.
    """
    taken_at, offset_min = _taken(tags)
    turned = orientation or _orientation(tags)
    if size is not None and turned in _SIDEWAYS:
        size = size[::-1]
    latitude = _coordinate(tags, "GPS GPSLatitude", "S", 90)
    longitude = _coordinate(tags, "GPS GPSLongitude", "W", 180)
    placed = latitude is not None and longitude is not None
    return Metadata(
        taken_at=taken_at,
        utc_offset_min=offset_min,
        camera=_camera(tags),
        lens=_text(tags, "EXIF LensModel"),
        exposure_s=_positive(tags, "EXIF ExposureTime"),
        aperture=_positive(tags, "EXIF FNumber"),
        iso=_iso(tags),
        focal_length_mm=_positive(tags, "EXIF FocalLength"),
        width_px=size[0] if size else None,
        height_px=size[1] if size else None,
        orientation=turned,
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
    )


def _taken(tags: Tags) -> tuple[datetime | None, int | None]:
    for time_tag, fraction_tag, offset_tag in _TIME_TAGS:
        moment = _moment(_text(tags, time_tag))
        if moment is not None:
            fraction = _fraction(_text(tags, fraction_tag))
            return moment + fraction, _offset_min(_text(tags, offset_tag))
    return None, None


def _moment(text: str) -> datetime | None:
    digits = re.findall(r"\d+", text)
    if len(digits) < 6:
        return None
    try:
        return datetime(*(int(part) for part in digits[:6]))  # type: ignore[arg-type]
    except (ValueError, OverflowError):  # 0000:00:00 of a camera whose clock was never set
        return None


def _fraction(text: str) -> timedelta:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return timedelta()
    return timedelta(microseconds=int(digits[:6].ljust(6, "0")))


def _offset_min(text: str) -> int | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > _MAX_OFFSET_MIN:
        return None
    return -minutes if match[1] == "-" else minutes


def _camera(tags: Tags) -> str:
    make, model = _text(tags, "Image Make"), _text(tags, "Image Model")
    first_word = make.split(" ")[0].casefold()
    if not make or model.casefold().startswith(first_word):
        return model
    return f"{make} {model}".strip()


def _iso(tags: Tags) -> int | None:
    for name in ("EXIF ISOSpeedRatings", "EXIF RecommendedExposureIndex", "EXIF ISOSpeed"):
        number = _number(_first(tags, name))
        if number is not None and 0 < number < 2**31 and number != _ISO_OVERFLOW:
            return round(number)
    return None


def _orientation(tags: Tags) -> int:
    value = _first(tags, "Image Orientation")
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _coordinate(tags: Tags, name: str, negative_ref: str, limit: int) -> float | None:
    values = _values(tags, name)
    if len(values) != 3:
        return None
    numbers = [_number(value) for value in values]
    degrees, minutes, seconds = (number if number is not None else math.nan for number in numbers)
    angle = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= limit:
        return None
    return -angle if _text(tags, name + "Ref").upper() == negative_ref else angle


def _positive(tags: Tags, name: str) -> float | None:
    number = _number(_first(tags, name))
    return number if number is not None and number > 0 else None


def _number(value: object) -> float | None:
    """A finite float from an int or exifread's Ratio (whose denominator may be 0)."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(tags: Tags, name: str) -> str:
    values = getattr(tags.get(name), "values", "")
    if isinstance(values, bytes):
        values = values.decode("utf-8", "replace")
    if not isinstance(values, str):
        return ""
    printable = "".join(letter if letter.isprintable() else " " for letter in values.split("\0")[0])
    return " ".join(printable.split())


def _first(tags: Tags, name: str) -> object:
    values = _values(tags, name)
    return values[0] if values else None


def _values(tags: Tags, name: str) -> list[object]:
    values = getattr(tags.get(name), "values", None)
    return values if isinstance(values, list) else []
