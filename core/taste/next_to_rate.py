"""Which photos to ask about next: those whose marks would teach most."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.taste.evidence import Evidence, Frames
from core.taste.marks import keepers

_DIFFERENT_SHARE = 0.5  # of the suggestions; with few marks, more
_FEW = 20  # marks under which the line between keep and cut is not known yet


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row of the unmarked photos, and why it would teach something."""

    row: int
    reason: Literal["different", "uncertain"]


def next_to_rate(
    marked: Evidence,
    unmarked: Frames,
    bursts: npt.NDArray[np.int64],
    shoots: npt.NDArray[np.int64],
    count: int = 12,
) -> list[Suggestion]:
    """Photos to ask about: first unlike all that was marked, then near the keep or cut line.

    Args:
        marked: what was said so far; may be empty.
        unmarked: the candidates; `generic` is the rating that is in force.
        bursts: (M,) of the candidates, numbered like those of `marked`; one of each is taken,
            and none of a burst that has a mark.
        shoots: (M,) of the candidates.
        count: how many, where there are as many.
    """
    free = ~np.isin(bursts, marked.bursts)
    known = len(marked) >= _FEW
    different = count if not known else round(_DIFFERENT_SHARE * count)
    chosen = _different(marked, unmarked, bursts, free, different)
    suggestions = [Suggestion(row, "different") for row in chosen]
    if known:
        for row in _uncertain(marked, unmarked, shoots):
            if len(suggestions) == count:
                break
            if free[row] and bursts[row] not in bursts[chosen]:
                chosen.append(int(row))
                suggestions.append(Suggestion(int(row), "uncertain"))
    return suggestions


def _different(
    marked: Evidence,
    unmarked: Frames,
    bursts: npt.NDArray[np.int64],
    free: npt.NDArray[np.bool_],
    count: int,
) -> list[int]:
    """Greedily the photo that is farthest from all that was marked or chosen.

    Source: Gonzalez 1985, farthest-first traversal.
    """
    features = unmarked.features
    if not len(features):
        return []
    if len(marked):
        nearest = (features @ marked.frames.features.T).max(axis=1)
    else:  # begin with the most usual photo, so that the first answer is worth most
        nearest = -(features @ features.mean(axis=0))
    is_free, chosen = free.copy(), list[int]()
    while len(chosen) < count and is_free.any():
        row = int(np.where(is_free, nearest, np.inf).argmin())
        chosen.append(row)
        is_free &= bursts != bursts[row]
        near = features @ features[row]
        first_of_all = not len(marked) and len(chosen) == 1
        nearest = near if first_of_all else np.maximum(nearest, near)
    return chosen


def _uncertain(
    marked: Evidence, unmarked: Frames, shoots: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Rows by how near they are to the rating that parts keepers from the others.

    The shoots take turns, so that one of them does not fill the list.
    """
    kept = keepers(marked)
    ratings = marked.frames.generic
    line = float(np.median(ratings))
    if kept.any() and not kept.all():
        line = float(np.median(ratings[kept]) + np.median(ratings[~kept])) / 2
    order = np.argsort(np.abs(unmarked.generic - line), kind="stable")
    turn = np.zeros(len(order), np.intp)
    seen: dict[int, int] = {}
    for place, row in enumerate(order):
        shoot = int(shoots[row])
        turn[place] = seen[shoot] = seen.get(shoot, -1) + 1
    return order[np.argsort(turn, kind="stable")]
