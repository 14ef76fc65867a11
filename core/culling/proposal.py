"""Proposes what to keep: the best frame of every group first, the photographer's word before all.

What was picked or has three stars or more is kept and counts; what was rejected or has one or
two stars is left as it is. Only the rest is proposed for, and a photo without a score never is.
A bracket or a panorama becomes one picture: it is kept or left out whole and counts as one.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.culling.budget import Budget, KeepCount, KeepPerGroup, KeepShare

KEEP_STARS = 3  # from here on, stars say "keep"
# As shares of a score's spread: nearer to the cut-off than this, the score would as well have
# fallen on the other side (40 to 60 % likely, were it normally distributed).
UNSURE_SPREADS = 0.25


class Fate(IntEnum):
    """What is proposed for a photo."""

    LEFT_OUT = 0  # below the cut-off, or behind better frames of its group
    UNSURE_OUT = 1  # just below the cut-off: to be looked at
    UNSURE_KEPT = 2  # just above it: kept, and to be looked at
    KEPT = 3
    DECIDED_KEPT = 4  # by the photographer, before
    DECIDED_OUT = 5  # by the photographer, before
    NO_SCORE = 6  # offline, damaged or not scored yet: nothing is proposed

    @property
    def words(self) -> str:
        """As it is printed."""
        return _WORDS[self]


_WORDS = {
    Fate.LEFT_OUT: "leave",
    Fate.UNSURE_OUT: "unsure",
    Fate.UNSURE_KEPT: "keep, unsure",
    Fate.KEPT: "keep",
    Fate.DECIDED_KEPT: "kept",
    Fate.DECIDED_OUT: "not kept",
    Fate.NO_SCORE: "no score",
}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The photos of N frames that a proposal is about."""

    score: NDArray[np.float32]  # (N,) 0..100, NaN where there is none
    spread: NDArray[np.float32]  # (N,) in points
    stars: NDArray[np.int8]  # (N,) 0 is unrated
    pick: NDArray[np.int8]  # (N,) -1 rejected, 0 undecided, 1 picked
    group: NDArray[np.int64]  # (N,) equal in a group; a single photo has a number of its own
    place: NDArray[np.int64]  # (N,) in its group, 0 is the suggested frame
    is_whole: NDArray[np.bool_]  # (N,) of a bracket or a panorama

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fate for each of N photos."""

    fate: NDArray[np.int8]  # (N,) of `Fate`
    cut_off: float | None  # the score that decides between groups; None where all or none are kept

    def rows(self, *fates: Fate) -> NDArray[np.intp]:
        """The photos with one of these fates."""
        return np.flatnonzero(np.isin(self.fate, fates))


def propose(candidates: Candidates, budget: Budget) -> Proposal:
    """A fate for every candidate.

    Frames of a group take turns: all suggested frames come before any second frame, second
    frames before third ones, and within a turn the higher score goes first. A frame that the
    photographer keeps has taken the first turn of its group.
    """
    fate = np.full(len(candidates), Fate.LEFT_OUT, np.int8)
    is_kept = (candidates.pick > 0) | ((candidates.pick == 0) & (candidates.stars >= KEEP_STARS))
    is_out = ~is_kept & ((candidates.pick < 0) | (candidates.stars > 0))
    fate[np.isnan(candidates.score)] = Fate.NO_SCORE
    fate[is_kept], fate[is_out] = Fate.DECIDED_KEPT, Fate.DECIDED_OUT
    # Whoever keeps a frame of a bracket wants the rest of it too.
    begun = candidates.is_whole & np.isin(candidates.group, candidates.group[is_kept])
    fate[begun & (fate == Fate.LEFT_OUT)] = Fate.KEPT
    open_rows = _one_of_each_whole(candidates, np.flatnonzero(fate == Fate.LEFT_OUT))
    turn = _turns(candidates, open_rows, np.flatnonzero(is_kept))
    score = candidates.score[open_rows]
    order = np.lexsort((open_rows, -score, turn))
    ordered = open_rows[order]
    if isinstance(budget, KeepPerGroup):
        taken = (turn[order] < budget.photos) & (score[order] >= budget.min_score)
        rival = turn[order] < budget.photos  # only the score keeps these apart
        cut_off: float | None = budget.min_score if budget.min_score > 0 else None
    else:
        by_hand = pictures(candidates, np.flatnonzero(is_kept))
        everything = pictures(candidates, np.arange(len(candidates)))
        wanted = min(max(0, _count(budget, everything) - by_hand), len(ordered))
        taken = np.arange(len(ordered)) < wanted
        last_turn = turn[order][wanted - 1] if wanted else -1
        rival = turn[order] == last_turn
        cut_off = _between(score[order], wanted, turn[order])
    fate[ordered[taken]] = Fate.KEPT
    if cut_off is not None:
        near = np.abs(score[order] - cut_off) < UNSURE_SPREADS * candidates.spread[ordered]
        fate[ordered[near & rival & taken]] = Fate.UNSURE_KEPT
        fate[ordered[near & rival & ~taken]] = Fate.UNSURE_OUT
    _follow(candidates, fate, ordered)
    return Proposal(fate, cut_off)


def pictures(candidates: Candidates, rows: NDArray[np.intp]) -> int:
    """How many pictures come of these photos: a bracket or a panorama is one."""
    whole = candidates.is_whole[rows]
    return int((~whole).sum()) + len(np.unique(candidates.group[rows][whole]))


def _one_of_each_whole(candidates: Candidates, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows, of a bracket or a panorama only the one with the highest score."""
    whole = rows[candidates.is_whole[rows]]
    order = whole[np.lexsort((-candidates.score[whole], candidates.group[whole]))]
    _, first = np.unique(candidates.group[order], return_index=True)
    return np.sort(np.concatenate([rows[~candidates.is_whole[rows]], order[first]]))


def _follow(candidates: Candidates, fate: NDArray[np.int8], ordered: NDArray[np.intp]) -> None:
    """The rest of a bracket or a panorama shares the fate of the one that stood for it."""
    leads = ordered[candidates.is_whole[ordered]]
    by_group = dict(zip(candidates.group[leads].tolist(), fate[leads].tolist(), strict=True))
    for row in np.flatnonzero(candidates.is_whole & (fate == Fate.LEFT_OUT)):
        fate[row] = by_group.get(int(candidates.group[row]), Fate.LEFT_OUT)


def _turns(
    candidates: Candidates, open_rows: NDArray[np.intp], kept_rows: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Which turn of its group each open frame takes: kept frames took the first ones."""
    groups, group = np.unique(candidates.group, return_inverse=True)
    already = np.bincount(group[kept_rows], minlength=len(groups))
    own = group[open_rows]
    order = np.lexsort((candidates.place[open_rows], own))
    starts = np.flatnonzero(np.diff(own[order], prepend=-1))
    within = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    turn: NDArray[Any] = np.empty(len(open_rows), np.int64)
    turn[order] = within
    return turn + already[own]


def _count(budget: KeepCount | KeepShare, photos: int) -> int:
    if isinstance(budget, KeepCount):
        return budget.photos
    return max(1, round(photos * budget.percent / 100)) if photos else 0


def _between(score: NDArray[np.float32], wanted: int, turn: NDArray[np.int64]) -> float | None:
    """Half-way between the last that is kept and the first that is not, if of one turn."""
    if not 0 < wanted < len(score) or turn[wanted - 1] != turn[wanted]:
        return None
    return float(score[wanted - 1] + score[wanted]) / 2
