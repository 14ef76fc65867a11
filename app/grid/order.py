"""How a list of photos takes in news without moving what the photographer looks at."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.photo import PhotoId


@dataclass(frozen=True, slots=True)
class Removal:
    """Rows first..last (both included) go away."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """`ids` appear in front of row `row`."""

    row: int
    ids: tuple[PhotoId, ...]


def merged(shown: Sequence[PhotoId], wanted: Sequence[PhotoId]) -> list[PhotoId]:
    """The members of `wanted`; those already shown keep their order.

    A photo that is new comes directly after the photo that precedes it in `wanted`.
    """
    members = set(wanted)
    known = set(shown)
    after: dict[PhotoId, list[PhotoId]] = {}
    chain: list[PhotoId] = []
    head = chain
    for id_ in wanted:
        if id_ in known:
            chain = after.setdefault(id_, [])
        else:
            chain.append(id_)
    result = list(head)
    for id_ in shown:
        if id_ in members:
            result.append(id_)
            result.extend(after[id_])
    return result


def steps(
    old: Sequence[PhotoId], new: Sequence[PhotoId], *, limit: int
) -> list[Removal | Insertion] | None:
    """The removals (last first), then the insertions (first first), that turn old into new.

    The common photos must be in the same order. None when more than `limit` steps are needed;
    the list is then better replaced as a whole.
    """
    members = set(new)
    known = set(old)
    removals = [Removal(first, last) for first, last in _runs(old, members)]
    insertions = [
        Insertion(first, tuple(new[first : last + 1])) for first, last in _runs(new, known)
    ]
    if len(removals) + len(insertions) > limit:
        return None
    return [*reversed(removals), *insertions]


def survivor(
    old: Sequence[PhotoId], row: int, members: set[PhotoId] | frozenset[PhotoId]
) -> PhotoId | None:
    """The photo at `row`, or else the nearest after it, or else before it, that stays."""
    for id_ in old[row:]:
        if id_ in members:
            return id_
    for id_ in reversed(old[:row]):
        if id_ in members:
            return id_
    return None


def _runs(ids: Sequence[PhotoId], others: set[PhotoId]) -> list[tuple[int, int]]:
    """Row ranges of `ids` that are not in `others`."""
    runs: list[tuple[int, int]] = []
    for row, id_ in enumerate(ids):
        if id_ in others:
            continue
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
