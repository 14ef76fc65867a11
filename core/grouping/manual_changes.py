"""What the photographer changed of the groups, replayed over any automatic grouping.

Later changes have the last word. What a change does not mention it leaves alone, so it holds at
every setting of the thresholds, and photos that came later find their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.grouping.captures import Numbers, Rows


@dataclass(frozen=True, slots=True)
class Together:
    """These photos, and whatever is grouped with one of them, are one group."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Apart:
    """Photos of different sides are in different groups."""

    sides: Sequence[Rows]


Change = Together | Apart


def replayed(
    labels: Numbers, changes: Sequence[Change], places: Numbers
) -> tuple[Numbers, set[int]]:
    """The labels (N,) after the changes, and which of the groups they altered.

    Args:
        labels: of each photo's group; the smallest row in it.
        changes: in the order they were made.
        places: (N,) of each photo in the order taken; who goes with whom when a group is split.
    """
    labels = labels.copy()
    altered: set[int] = set()
    for change in changes:
        match change:
            case Together(rows):
                altered |= _join(labels, rows)
            case Apart(sides):
                altered |= _split(labels, sides, places)
    return labels, {int(labels[label]) for label in altered}


def _join(labels: Numbers, rows: Rows) -> set[int]:
    touched = np.unique(labels[rows])
    if len(touched) < 2:
        return set()
    labels[np.isin(labels, touched)] = touched[0]
    return {int(touched[0])}


def _split(labels: Numbers, sides: Sequence[Rows], places: Numbers) -> set[int]:
    altered: set[int] = set()
    side_of = np.full(len(labels), -1)
    for number, side in enumerate(sides):
        side_of[side] = number
    mentioned = np.flatnonzero(side_of >= 0)
    for label in np.unique(labels[mentioned]):
        members = np.flatnonzero(labels == label)
        known = members[side_of[members] >= 0]
        if len(np.unique(side_of[known])) < 2:
            continue
        going = side_of[_nearest(members, known, places)]
        for number in np.unique(going):
            part = members[going == number]
            labels[part] = part.min()
            altered.add(int(part.min()))
    return altered


def _nearest(members: Rows, known: Rows, places: Numbers) -> Rows:
    """For each member the known one that was taken closest to it; itself if it is known."""
    known = known[np.argsort(places[known])]
    after = np.clip(np.searchsorted(places[known], places[members]), 1, len(known) - 1)
    before = after - 1
    closer = places[members] - places[known[before]] < places[known[after]] - places[members]
    return np.where(closer, known[before], known[after])
