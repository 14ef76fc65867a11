"""In which order photos were taken, and when: clocks that are absurd, coarse or apart.

A camera without fractions of a second gives every frame of a second the same time; they are
spread over it in the order of their file numbers. Times that cannot be meant, such as those of a
clock that was never set, count as unknown: such photos are ordered by name alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from core.grouping.captures import Captures, Flags, Floats, Numbers, Rows

_SECOND_US = 1_000_000
_EARLIEST_US = datetime(1990, 1, 1, tzinfo=UTC).timestamp() * _SECOND_US
_LATEST_US = datetime(2100, 1, 1, tzinfo=UTC).timestamp() * _SECOND_US
_MOST_IN_A_SECOND = 240  # of one camera; a clock that gives more to one second stands still
_WRAP = 5000  # file numbers of one second that far apart went from 9999 to 0001
_NUMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Moments:
    """When N photos were taken, on one clock."""

    seconds: Floats  # (N,) since the first photo; NaN where it is not known
    order: Rows  # (N,) rows as they were taken; those without a time come last, by name
    start_us: float  # that moment, in microseconds since 1970

    @property
    def is_dated(self) -> Flags:
        """Whether the time is known (N,)."""
        known: Flags = ~np.isnan(self.seconds)
        return known


def moments(captures: Captures, clock_offsets_s: Mapping[int, float] | None = None) -> Moments:
    """Order the photos.

    Args:
        captures: the photos.
        clock_offsets_s: for cameras whose clocks differ from the others', what to add to their
            times (as `absolute_us` gives them).
    """
    absolute = absolute_us(captures)
    seconds = _spread(absolute, captures) / _SECOND_US
    for camera, offset in (clock_offsets_s or {}).items():
        seconds[captures.camera == camera] += offset
    start = 0.0 if np.isnan(seconds).all() else float(np.nanmin(seconds))
    seconds -= start  # small numbers keep their fractions
    undated = np.isnan(seconds)
    keys = (captures.name_rank, captures.folder, np.where(undated, 0, seconds), undated)
    return Moments(seconds, np.lexsort(keys), start * _SECOND_US)


def absolute_us(captures: Captures) -> Floats:
    """Times (N,) in microseconds, as clocks of the usual zone show them.

    Cameras that always say how far they are from UTC are read in one zone. It is the one that
    most photos name, because cameras that never say, and phones beside them that do, were most
    likely set to the same.
    """
    times = captures.taken_us.copy()
    with np.errstate(invalid="ignore"):
        times[(times < _EARLIEST_US) | (times > _LATEST_US)] = np.nan
    dated = ~np.isnan(times)
    silent = np.unique(captures.camera[dated & np.isnan(captures.utc_offset_min)])
    in_utc = dated & ~np.isin(captures.camera, silent)
    if in_utc.any():
        usual = np.median(captures.utc_offset_min[in_utc])
        times[in_utc] += (usual - captures.utc_offset_min[in_utc]) * 60 * _SECOND_US
    times[_is_frozen(times, captures)] = np.nan
    return times


def _is_frozen(times: Floats, captures: Captures) -> Flags:
    """Photos whose camera gave the same second to more of them than it can take in one."""
    dated = np.flatnonzero(~np.isnan(times))
    frozen = np.zeros(len(times), dtype=bool)
    if len(dated) == 0:
        return frozen
    second = np.floor(times[dated] / _SECOND_US).astype(np.int64)
    keys = np.stack([captures.camera[dated], second], axis=1)
    _, which, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    frozen[dated] = counts[which.ravel()] > _MOST_IN_A_SECOND
    return frozen


def _spread(times: Floats, captures: Captures) -> Floats:
    """The times (N,), with the frames of a clock of whole seconds spread over each second."""
    dated = ~np.isnan(times)
    precise = np.unique(captures.camera[dated & (captures.taken_us % _SECOND_US != 0)])
    coarse = np.flatnonzero(dated & ~np.isin(captures.camera, precise))
    spread = times.copy()
    if len(coarse) == 0:
        return spread
    numbers = _unwrapped(times, coarse, captures)
    keys = (captures.name_rank[coarse], numbers, captures.folder[coarse])
    order = coarse[np.lexsort((*keys, times[coarse], captures.camera[coarse]))]
    starts = _starts(times[order], captures.camera[order])
    lengths = np.diff(np.append(starts, len(order)))
    place = np.arange(len(order)) - np.repeat(starts, lengths)
    spread[order] += (place + 0.5) / np.repeat(lengths, lengths) * _SECOND_US
    return spread


def _unwrapped(times: Floats, rows: Rows, captures: Captures) -> Numbers:
    """File numbers (M,) of the rows, so that 0001 comes after 9999 within a second."""
    order = np.lexsort((times[rows], captures.camera[rows]))
    sorted_rows = rows[order]
    numbers = captures.file_number[sorted_rows].copy()
    starts = _starts(times[sorted_rows], captures.camera[sorted_rows])
    lengths = np.diff(np.append(starts, len(order)))
    largest = np.repeat(np.maximum.reduceat(numbers, starts), lengths)
    wrapped = (numbers >= 0) & (largest < _NUMBERS) & (largest - numbers > _WRAP)
    numbers[wrapped] += _NUMBERS
    unwrapped = np.empty_like(numbers)
    unwrapped[order] = numbers
    return unwrapped


def _starts(times: Floats, cameras: Numbers) -> Rows:
    """Where another time or camera begins, in columns that are sorted by both."""
    begins = np.ones(len(times), dtype=bool)
    begins[1:] = (np.diff(times) != 0) | (np.diff(cameras) != 0)
    return np.flatnonzero(begins)
