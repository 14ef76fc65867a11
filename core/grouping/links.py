"""Which photos might belong together: found once, so that moving a threshold costs nothing.

Photos taken one after the other are compared with their next neighbours. Photos that look the
same at quite another time are found between runs: a run is what was taken without pause or
change, and stands for all its frames, so that a burst of thousands is one thing to compare.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.grouping.bursts import shoots_and_bursts
from core.grouping.capture_order import Moments
from core.grouping.captures import Captures, Flags, Floats, Numbers, Rows, Vectors, likeness
from core.grouping.thresholds import LEAST_SAME_AT_ANY_TIME

LONGEST_GAP_S = 120.0  # between frames of one burst, at the widest setting

_REACH = 12  # neighbours in time that a photo is compared with
_RUN_GAP_S = 1.0
_RUN_ALIKE = 0.9
_NEAREST = 6  # runs that a run is linked to
_COPY = 0.998  # alike to this degree, photos are copies wherever they lie
_AXES = 48  # that distances are first measured on; they can only be larger on all
_BLOCK = 512  # runs compared with all others at once


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of photos, and what holds them together."""

    one: Rows  # (L,)
    other: Rows  # (L,)
    gap_s: npt.NDArray[np.float32]  # (L,) between the two; infinite where only looks link them
    by_name: Flags  # (L,) neighbours by file name, of which no time is known
    alike: Vectors  # (L,) cosine; NaN where one of them has never been looked at
    place: Vectors  # (N, A) where each photo lies among the others' looks


def find_links(captures: Captures, when: Moments) -> Links:
    """Every pair that some setting of the thresholds may join."""
    one, other, gap = _in_time(captures, when)
    alike = likeness(captures.embeddings, one, other)
    unseen_pair = np.isnan(alike) & (captures.camera[one] == captures.camera[other])
    keep = ~np.isnan(alike) | unseen_pair
    one, other, gap, alike = one[keep], other[keep], gap[keep], alike[keep]
    place = _placed(captures.embeddings)
    first, second, same = _in_looks(captures, when, place)
    return Links(
        one=np.concatenate([one, first]),
        other=np.concatenate([other, second]),
        gap_s=np.concatenate([gap, np.full(len(first), np.inf)]).astype(np.float32),
        by_name=np.concatenate([~when.is_dated[one], np.zeros(len(first), dtype=bool)]),
        alike=np.concatenate([alike, same]),
        place=place,
    )


def _in_time(captures: Captures, when: Moments) -> tuple[Rows, Rows, Floats]:
    """Pairs of neighbours and the seconds between them; 0 for neighbours by name alone."""
    order = when.order
    dated = when.is_dated[order]
    seconds, folder = when.seconds[order], captures.folder[order]
    ones, others, gaps = [], [], []
    for lag in range(1, min(_REACH, len(order) - 1) + 1):
        both = dated[:-lag] & dated[lag:]
        gap = np.where(both, seconds[lag:] - seconds[:-lag], 0.0)
        neither = ~dated[:-lag] & ~dated[lag:] & (folder[:-lag] == folder[lag:])
        near = np.flatnonzero((both & (gap <= LONGEST_GAP_S)) | neither)
        ones.append(order[near])
        others.append(order[near + lag])
        gaps.append(gap[near])
    if not ones:
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, np.empty(0)
    return np.concatenate(ones), np.concatenate(others), np.concatenate(gaps)


def _in_looks(captures: Captures, when: Moments, place: Vectors) -> tuple[Rows, Rows, Vectors]:
    """Pairs of photos, one of each run, whose runs look the same; and how alike they are."""
    middles = _middles_of_runs(captures, when)
    nothing = np.empty(0, dtype=np.intp)
    if len(middles) < 2:
        return nothing, nothing, np.empty(0, dtype=np.float32)
    first, second = _nearest(place[middles])
    one, other = middles[first], middles[second]
    same = likeness(captures.embeddings, one, other)
    shoot = _shoots(captures, when)
    keep = (same >= LEAST_SAME_AT_ANY_TIME) & ((shoot[one] == shoot[other]) | (same >= _COPY))
    return one[keep], other[keep], same[keep]


def _middles_of_runs(captures: Captures, when: Moments) -> Rows:
    """The photo in the middle of each run, where it was looked at."""
    order = when.order
    alike = likeness(captures.embeddings, order[:-1], order[1:])
    seconds = when.seconds[order]
    with np.errstate(invalid="ignore"):
        joined = (np.diff(seconds) <= _RUN_GAP_S) & (alike >= _RUN_ALIKE)
    starts = np.flatnonzero(np.concatenate([[True], ~joined]))
    lengths = np.diff(np.append(starts, len(order)))
    middles = order[starts + lengths // 2] if len(order) else order
    seen: Rows = middles[captures.is_seen[middles]]
    return seen


def _shoots(captures: Captures, when: Moments) -> Numbers:
    """The number of each photo's shoot (N,), by clocks that were put right."""
    ticks = when.start_us + np.nan_to_num(when.seconds) * 1e6
    known = [
        int(tick) if dated else None
        for tick, dated in zip(ticks.tolist(), when.is_dated.tolist(), strict=True)
    ]
    return shoots_and_bursts(captures.folder.tolist(), known, captures.camera.tolist())[0]


def _placed(embeddings: Vectors) -> Vectors:
    """The embeddings on their main axes (N, A): distances there are never larger than they are."""
    if len(embeddings) == 0:
        return np.empty((0, 1), dtype=np.float32)
    sample = embeddings[:: max(1, len(embeddings) // 4000)]
    centre = sample.mean(axis=0)
    spread = (sample - centre).T @ (sample - centre)
    _, axes = np.linalg.eigh(spread)
    placed: Vectors = (embeddings - centre) @ np.ascontiguousarray(axes[:, ::-1][:, :_AXES])
    return placed.astype(np.float32)


def _nearest(points: Vectors) -> tuple[Rows, Rows]:
    """Pairs of points that are near enough to look the same, the nearest few of each.

    Points are sorted along the main axis, so that most are never compared.
    """
    farthest = np.float32(2 * (1 - LEAST_SAME_AT_ANY_TIME))  # squared, of unit vectors
    by_axis = np.argsort(points[:, 0], kind="stable")
    points = np.ascontiguousarray(points[by_axis])
    along, squares = points[:, 0], np.einsum("nd,nd->n", points, points)
    ends = np.searchsorted(along, along + np.sqrt(farthest), side="right")
    firsts, seconds = [], []
    for start in range(0, len(points), _BLOCK):
        stop = min(start + _BLOCK, len(points))
        until = int(ends[stop - 1])
        here, there = points[start:stop], points[start:until]
        distance = squares[start:stop, None] + squares[None, start:until] - 2 * (here @ there.T)
        rows = np.arange(stop - start)
        distance[rows[:, None] >= np.arange(until - start)[None, :]] = np.inf
        one, other = _few(distance, farthest)
        firsts.append(by_axis[one + start])
        seconds.append(by_axis[other + start])
    return np.concatenate(firsts), np.concatenate(seconds)


def _few(distance: Vectors, farthest: np.float32) -> tuple[Rows, Rows]:
    """The nearest columns of each row that are near enough."""
    if distance.shape[1] > _NEAREST:
        columns = np.argpartition(distance, _NEAREST - 1, axis=1)[:, :_NEAREST]
    else:
        columns = np.broadcast_to(np.arange(distance.shape[1]), distance.shape)
    near = np.take_along_axis(distance, columns, axis=1) <= farthest
    one, place = np.nonzero(near)
    return one, columns[one, place]
