"""Bursts: frames that one camera took in quick succession, and shoots: a folder and a day."""

from collections.abc import Hashable, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

BURST_GAP = timedelta(seconds=2)  # between neighbours of one burst
DAY_BEGINS = timedelta(hours=4)  # a wedding does not end at midnight

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _TICK
_NO_DAY = np.iinfo(np.int64).min


def shoots_and_bursts(
    folders: Sequence[Hashable],
    ticks: Sequence[int | None],
    cameras: Sequence[Hashable],
    gap: timedelta = BURST_GAP,
) -> tuple[Numbers, Numbers]:
    """The numbers (N,) of each photo's shoot and burst; a few milliseconds for 10,000 photos.

    The photos of a folder without a time are a shoot of their own, and each of them a burst. A
    burst stays within one shoot and one camera, and no two neighbours in it are farther apart
    than `gap`.

    Args:
        folders: N of them.
        ticks: N times in microseconds since 1970 on the camera's clock; None where not known.
        cameras: N of them.
        gap: the longest pause within a burst.
    """
    times = np.array([0 if each is None else each for each in ticks], dtype=np.int64)
    dated = np.array([each is not None for each in ticks], dtype=bool)
    days = np.where(dated, (times - DAY_BEGINS // _TICK) // _DAY, _NO_DAY)
    shoots = _pairs(_numbered(folders), days)
    makes = _numbered(cameras)
    order = np.lexsort((times, makes, shoots))
    same = (np.diff(shoots[order]) == 0) & (np.diff(makes[order]) == 0)
    near = np.diff(times[order]) <= gap // _TICK
    begins = np.ones(len(times), dtype=bool)
    begins[1:] = ~(same & near & dated[order][1:])
    bursts = np.empty(len(times), dtype=np.int64)
    bursts[order] = np.cumsum(begins)
    return shoots, bursts


def _numbered(keys: Sequence[Hashable]) -> Numbers:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _pairs(first: Numbers, second: Numbers) -> Numbers:
    """The number (N,) of each pair."""
    order = np.lexsort((second, first))
    begins = np.ones(len(first), dtype=bool)
    begins[1:] = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    numbers = np.empty(len(first), dtype=np.int64)
    numbers[order] = np.cumsum(begins)
    return numbers
