"""Bursts: frames that one camera took in quick succession, and shoots: a folder and a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

BURST_GAP = timedelta(seconds=2)  # between neighbours of one burst
DAY_BEGINS = timedelta(hours=4)  # a wedding does not end at midnight


@dataclass(frozen=True, slots=True)
class Taken:
    """Where, when and with what a photo was taken."""

    folder: Path
    at: datetime | None  # the camera's local time
    camera: str


def shoots_of(photos: Sequence[Taken]) -> npt.NDArray[np.int64]:
    """The number (N,) of each photo's shoot: its folder and day; undated ones are a shoot."""
    days = [None if one.at is None else (one.at - DAY_BEGINS).date() for one in photos]
    return _numbered([(one.folder, day) for one, day in zip(photos, days, strict=True)])


def bursts_of(photos: Sequence[Taken], gap: timedelta = BURST_GAP) -> npt.NDArray[np.int64]:
    """The number (N,) of each photo's burst; a photo without a time is a burst of its own.

    A burst stays within one shoot and one camera, and no two neighbours in it are farther
    apart than `gap`.
    """
    shoots = shoots_of(photos)
    found = np.arange(len(photos), dtype=np.int64)
    order = sorted(
        (row for row, one in enumerate(photos) if one.at is not None),
        key=lambda row: (shoots[row], photos[row].camera, photos[row].at, row),
    )
    for before, row in pairwise(order):
        one, other = photos[before], photos[row]
        assert one.at is not None, "undated photos were left out"
        assert other.at is not None, "undated photos were left out"
        together = shoots[before] == shoots[row] and one.camera == other.camera
        if together and other.at - one.at <= gap:
            found[row] = found[before]
    return found


def _numbered(keys: Sequence[object]) -> npt.NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
