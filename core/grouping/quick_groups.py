"""The shoots and bursts of `core.grouping.bursts` for thousands of photos in a few milliseconds."""

from collections.abc import Hashable, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from core.grouping.bursts import BURST_GAP, DAY_BEGINS

Numbers = npt.NDArray[np.int64]

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _TICK
_NO_DAY = np.iinfo(np.int64).min


def quick_groups(
    folders: Numbers, ticks: npt.NDArray[np.float64], cameras: Sequence[Hashable]
) -> tuple[Numbers, Numbers]:
    """The numbers (N,) of each photo's shoot and burst.

    Args:
        folders: (N,) equal numbers are one folder.
        ticks: (N,) microseconds since 1970 on the camera's clock; NaN where it is not known.
        cameras: N of them.
    """
    dated = ~np.isnan(ticks)
    times = np.where(dated, ticks, 0).astype(np.int64)
    days = np.where(dated, (times - DAY_BEGINS // _TICK) // _DAY, _NO_DAY)
    shoots = _numbered(folders, days)
    names: dict[Hashable, int] = {}
    makes = np.array([names.setdefault(each, len(names)) for each in cameras], dtype=np.int64)
    order = np.lexsort((times, makes, shoots))
    same = (np.diff(shoots[order]) == 0) & (np.diff(makes[order]) == 0)
    near = np.diff(times[order]) <= BURST_GAP // _TICK
    begins = np.ones(len(folders), dtype=bool)
    begins[1:] = ~(same & near & dated[order][1:])
    bursts = np.empty(len(folders), dtype=np.int64)
    bursts[order] = np.cumsum(begins)
    return shoots, bursts


def _numbered(first: Numbers, second: Numbers) -> Numbers:
    """The number (N,) of each pair."""
    order = np.lexsort((second, first))
    begins = np.ones(len(first), dtype=bool)
    begins[1:] = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    numbers = np.empty(len(first), dtype=np.int64)
    numbers[order] = np.cumsum(begins)
    return numbers
