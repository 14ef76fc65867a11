"""Photos for the tests of views, which need values and no files."""

from pathlib import Path
from typing import Any

from core.photo import FileKind, Photo, PhotoId, Score


def photo(number: int, **facts: Any) -> Photo:
    """A plain online JPEG with this id; `facts` replace its fields."""
    plain: dict[str, Any] = {
        "path": Path(f"/shoot/IMG_{number:04}.JPG"),
        "kind": FileKind.JPEG,
        "size_bytes": 1000 + number,
        "mtime_ns": number,
    }
    return Photo(id=PhotoId(number), **(plain | facts))


def scored(value: float) -> Score:
    """A score of this value."""
    return Score(value, value, 5.0, {}, "test 1")


def ids(*numbers: int) -> tuple[PhotoId, ...]:
    """Photo ids."""
    return tuple(PhotoId(number) for number in numbers)
