"""Folds a list of photos into stacks: a closed one shows its cover alone, an open one all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from core.photo import PhotoId
from core.services.group import Grouped


@dataclass(frozen=True, slots=True)
class StackMark:
    """What a cell says of the stack that its photo is in."""

    photos: int  # of the stack that are listed; 2 and more
    number: int  # of this one in the order listed, from 1
    is_open: bool
    is_suggested: bool  # the one to keep first
    name: str  # what the stack is: "burst"


@dataclass(frozen=True, slots=True)
class Folded:
    """The list as it is shown."""

    ids: tuple[PhotoId, ...]
    marks: Mapping[PhotoId, StackMark] = field(default_factory=dict)


Fold = Callable[[Sequence[PhotoId]], Folded]


def unfolded(ids: Sequence[PhotoId]) -> Folded:
    """Every photo for itself."""
    return Folded(tuple(ids))


def fold(ids: Sequence[PhotoId], grouped: Grouped, opened: Collection[PhotoId]) -> Folded:
    """The list with stacks, each where its cover stands.

    Args:
        ids: what the filter lets through, in order; photos that came later stand alone.
        grouped: the groups.
        opened: a stack is open if one of its photos is among these.
    """
    members: dict[int, list[PhotoId]] = {}
    for id_ in ids:
        place = grouped.place_of.get(id_)
        if place is not None:
            members.setdefault(place, []).append(id_)
    listed: list[PhotoId] = []
    marks: dict[PhotoId, StackMark] = {}
    for id_ in ids:
        place = grouped.place_of.get(id_)
        own = members[place] if place is not None else [id_]
        if place is None or len(own) < 2:
            listed.append(id_)
            continue
        group = grouped.groups[place]
        if id_ != _top(own, group.cover, group.ranked):
            continue
        is_open = any(one in opened for one in group.ids)
        shown = [id_, *(one for one in own if one != id_)] if is_open else [id_]
        for number, one in enumerate(shown, 1):
            suggested = one == group.suggestion.id
            marks[one] = StackMark(len(own), number, is_open, suggested, group.name)
        listed += shown
    return Folded(tuple(listed), marks)


def _top(own: Sequence[PhotoId], cover: PhotoId, ranked: Sequence[PhotoId]) -> PhotoId:
    """The cover, or the best one that the filter lets through."""
    known = set(own)
    return cover if cover in known else next(one for one in ranked if one in known)
