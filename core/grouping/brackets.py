"""Brackets: the same framing, one after the other, at exposures in equal steps.

Automatic exposure steps too when the light changes. But then the pictures stay equally light,
while those of a bracket get lighter with every step; without knowing how light they are, small
steps cannot be told from it.
"""

from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.grouping.capture_order import Moments
from core.grouping.captures import Captures, Flags, Floats, Rows, Vectors, likeness
from core.grouping.sequences import Kind, Sequence

_LENGTHS = (9, 7, 5, 3)  # frames that cameras offer; the longest that fits is taken
_PAUSE_S = 2.5  # between the end of one exposure and the beginning of the next
_LEAST_STEP_EV = 0.28  # a third of a stop, as cameras round it
_UNEVEN = 0.2  # of a step, and at least
_UNEVEN_EV = 0.13  # because 1/60 and 1/125 are not exactly a stop apart
_CLEAR_STEP_EV = 0.6  # automatic exposure seldom steps that far, again and again evenly
_SAME_EV = 0.05
_LIGHTER = 0.15  # stops of mean luminance for each stop of exposure; where nothing clips, 0.45
_BLACK = 0.02  # of full luminance, where a picture cannot get darker
_DIMMER = -0.03  # what noise of measuring may undo from one exposure to the next


def find_brackets(captures: Captures, when: Moments) -> list[Sequence]:
    """All brackets, none sharing a photo with another, each in the order taken."""
    found: list[Sequence] = []
    exposure = captures.exposure_ev
    for camera in np.unique(captures.camera):
        taken = when.order[(captures.camera[when.order] == camera) & when.is_dated[when.order]]
        free = np.ones(len(taken), dtype=bool)
        for length in _LENGTHS:
            for start, kind in _of_length(captures, when, exposure, taken, length):
                window = slice(start, start + length)
                if free[window].all():
                    free[window] = False
                    found.append(Sequence(kind, taken[window]))
    return found


def _of_length(
    captures: Captures, when: Moments, exposure: Floats, taken: Rows, length: int
) -> list[tuple[int, Kind]]:
    """Where brackets of so many frames may begin, and what they are."""
    if len(taken) < length:
        return []
    ev = sliding_window_view(exposure[taken], length)
    ranked = np.sort(ev, axis=1)
    steps = np.diff(ranked, axis=1)
    step = (ranked[:, -1] - ranked[:, 0]) / (length - 1)
    with np.errstate(invalid="ignore"):
        even = np.abs(steps - step[:, None]).max(axis=1) <= np.maximum(_UNEVEN_EV, _UNEVEN * step)
        fits = even & (step >= _LEAST_STEP_EV) & _in_camera_order(ev)
    fits &= _unbroken(captures, when, taken, length)
    return [
        (int(start), kind)
        for start in np.flatnonzero(fits)
        if (kind := _kind(captures, taken[start : start + length], ev[start], float(step[start])))
    ]


def _in_camera_order(ev: Floats) -> Flags:
    """Exposures (W, n) rise, fall, or begin with the middle one, as cameras take them."""
    changes = np.diff(ev, axis=1)
    middle = np.median(ev, axis=1)
    rises, falls = (changes > 0).all(axis=1), (changes < 0).all(axis=1)
    ordered: Flags = rises | falls | (np.abs(ev[:, 0] - middle) < _SAME_EV)
    return ordered


def _unbroken(captures: Captures, when: Moments, taken: Rows, length: int) -> Flags:
    """Whether frames follow at once, with one lens setting, at each place (W,)."""
    pauses = np.diff(when.seconds[taken]) - np.nan_to_num(captures.exposure_s[taken][:-1])
    focal = np.nan_to_num(captures.focal_mm[taken])
    same_lens = np.abs(np.diff(focal)) <= 0.02 * focal[:-1]
    same_folder = np.diff(captures.folder[taken]) == 0
    follows = (pauses <= _PAUSE_S) & same_lens & same_folder
    return cast("Flags", sliding_window_view(follows, length - 1).all(axis=1))


def _kind(captures: Captures, rows: Rows, ev: Floats, step: float) -> Kind | None:
    by_exposure = rows[np.argsort(ev)]
    alike = likeness(captures.embeddings, by_exposure[:-1], by_exposure[1:])
    if not _one_framing(alike, step):
        return None
    light = captures.light[by_exposure]
    if np.isnan(light).any():
        return Kind.BRACKET if step >= _CLEAR_STEP_EV else Kind.UNSURE
    stops = step * (len(rows) - 1)
    gained = float(np.log2((light[-1] + _BLACK) / (light[0] + _BLACK)))
    lighter = gained >= _LIGHTER * stops and (np.diff(light) >= _DIMMER).all()
    return Kind.BRACKET if lighter else None


def _one_framing(alike: Vectors, step: float) -> bool:
    """Whether frames one step apart look like one framing; far steps change looks by themselves.

    The network sees a picture that is two stops too light as a different one, so this can only
    keep apart what has nothing in common.
    """
    least = max(0.35, 0.85 - 0.25 * step)
    return bool((np.isnan(alike) | (alike >= least)).all())
