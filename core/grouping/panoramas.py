"""Panoramas: a sweep of overlapping frames at one exposure.

While a camera is swept, each frame is like its neighbours, less like those two away, and so on;
frames of a subject that stays are all equally alike. Between the two it cannot be told: a focus
stack, too, changes steadily, only less.
"""

from itertools import pairwise

import numpy as np

from core.grouping.capture_order import Moments
from core.grouping.captures import Captures, Floats, Rows, Vectors, likeness
from core.grouping.sequences import Kind, Sequence

_PAUSE_S = (0.4, 8.0)  # between frames; faster is a burst, slower another subject
_SAME_EV = 0.1
_OVERLAP = (0.55, 0.995)  # cosines of neighbours: less shares nothing, more did not move
_UNSTEADY = 3.5  # times the usual pause or the usual change end a sweep
_FEWEST, _SURE = 3, 4  # frames
_DRIFT, _MAYBE = 1.75, 1.3  # change over two frames against the change over one
_MOVED = 0.015  # usual change from which on the camera, not its focus alone, must have moved
_IN_ORDER = 0.75  # share of the frames that are most like one of their neighbours
_STAYS = 0.15  # of the usual change: a frame taken twice, at either end


def find_panoramas(captures: Captures, when: Moments, taken_already: Rows) -> list[Sequence]:
    """All sweeps, none sharing a photo with another or with those `taken_already`."""
    found: list[Sequence] = []
    free = np.ones(len(captures), dtype=bool)
    free[taken_already] = False
    exposure = captures.exposure_ev
    for camera in np.unique(captures.camera):
        rows = when.order[(captures.camera[when.order] == camera) & when.is_dated[when.order]]
        for sweep in _sweeps(captures, when, exposure, rows[free[rows]]):
            kind = _kind(captures, exposure, sweep)
            if kind is not None:
                found.append(Sequence(kind, sweep))
    return found


def _sweeps(captures: Captures, when: Moments, exposure: Floats, rows: Rows) -> list[Rows]:
    """Maximal stretches of frames that may be swept."""
    if len(rows) < _FEWEST:
        return []
    pause = np.diff(when.seconds[rows])
    alike = likeness(captures.embeddings, rows[:-1], rows[1:])
    change = np.abs(np.diff(exposure[rows]))
    focal = np.nan_to_num(captures.focal_mm[rows])
    joined = (
        (pause >= _PAUSE_S[0])
        & (pause <= _PAUSE_S[1])
        & (alike >= _OVERLAP[0])
        & (alike <= _OVERLAP[1])
        & ((change <= _SAME_EV) | np.isnan(change))
        & (np.abs(np.diff(focal)) <= 0.02 * focal[:-1])
        & (np.diff(captures.folder[rows]) == 0)
    )
    ends = np.flatnonzero(np.concatenate([[True], ~joined, [True]]))
    stretches = [(start, stop) for start, stop in pairwise(ends) if stop - start >= _FEWEST]
    steady = [
        part
        for start, stop in stretches
        for part in _steady(int(start), pause[start : stop - 1], 1 - alike[start : stop - 1])
    ]
    return [rows[start:stop] for start, stop in steady if stop - start >= _FEWEST]


def _steady(start: int, pause: Floats, change: Vectors) -> list[tuple[int, int]]:
    """The parts of one stretch whose pauses and changes are even, as (first, end)."""
    usual_pause, usual_change = np.median(pause), np.median(change)
    breaks = (pause > _UNSTEADY * usual_pause) | (change > _UNSTEADY * usual_change)
    ends = np.flatnonzero(np.concatenate([[True], breaks, [True]]))
    parts = []
    for first, stop in pairwise(ends):
        while stop - first > 1 and change[first] < _STAYS * usual_change:
            first += 1  # noqa: PLW2901  the end moves inwards
        while stop - first > 1 and change[stop - 2] < _STAYS * usual_change:
            stop -= 1  # noqa: PLW2901
        parts.append((start + int(first), start + int(stop)))
    return parts


def _kind(captures: Captures, exposure: Floats, rows: Rows) -> Kind | None:
    vectors = captures.embeddings[rows]
    away = 1 - vectors @ vectors.T
    one = np.diagonal(away, 1).mean()
    two = np.diagonal(away, 2).mean()
    drift = two / one
    if drift < _MAYBE:
        return None
    np.fill_diagonal(away, np.inf)
    beside = np.abs(away.argmin(axis=1) - np.arange(len(rows))) == 1
    in_order = bool(beside.mean() >= _IN_ORDER)
    moved = np.median(np.diagonal(away, 1)) >= _MOVED
    sure = drift >= _DRIFT and in_order and moved and len(rows) >= _SURE
    return Kind.PANORAMA if sure and not np.isnan(exposure[rows]).any() else Kind.UNSURE
