"""How well the heads put graded versions in order, and what else moves them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.learning.technical.degradations import Kind
from core.learning.technical.gradings import KINDS, Gradings
from core.learning.technical.heads import PARTS


def judge(
    parts: NDArray[np.float64], gradings: Gradings, sources: Sequence[str]
) -> dict[str, object]:
    """Results by part, as the manifest holds them.

    Args:
        parts: (N, P) of the versions in `gradings`.
        gradings: every photograph untouched and at each degree of the ladder.
        sources: for each photograph, which kind of photograph it is.
    """
    return {
        part.name: {
            "in_order": {
                kind.value: _in_order(parts[:, place], gradings, kind, sources)
                for kind in part.lowered_by
            },
            "by_degree": _by_degree(parts[:, place], gradings, part.lowered_by[0]),
            "moved_by_others": {
                kind.value: _moved(parts[:, place], gradings, kind)
                for kind in KINDS
                if kind not in part.lowered_by
            },
        }
        for place, part in enumerate(PARTS)
    }


def pairs_in_order(values: NDArray[np.float64]) -> tuple[int, int]:
    """Of all pairs of a ladder from untouched to worst: how many fall, and how many there are.

    A pair of equal numbers is not in order.
    """
    low, high = np.triu_indices(len(values), 1)
    return int((values[low] > values[high]).sum()), len(low)


def _ladder(
    part: NDArray[np.float64], gradings: Gradings, kind: Kind, photo: int
) -> NDArray[np.float64]:
    is_one = (gradings.kind == KINDS.index(kind)) | (gradings.kind < 0)
    rows = np.flatnonzero((gradings.photo == photo) & is_one)
    values: NDArray[np.float64] = part[rows[np.argsort(gradings.degree[rows], kind="stable")]]
    return values


def _in_order(
    part: NDArray[np.float64], gradings: Gradings, kind: Kind, sources: Sequence[str]
) -> dict[str, float]:
    counts: dict[str, NDArray[np.int64]] = {}
    for photo, source in enumerate(sources):
        found = np.array(pairs_in_order(_ladder(part, gradings, kind, photo)), np.int64)
        for group in ("all", source):
            counts[group] = counts.get(group, np.zeros(2, np.int64)) + found
    return {group: round(float(right / total), 4) for group, (right, total) in counts.items()}


def _by_degree(
    part: NDArray[np.float64], gradings: Gradings, kind: Kind
) -> list[tuple[float, float, float, float]]:
    """Degree, and the 10 %, 50 % and 90 % quantiles of the part over photographs."""
    is_one = (gradings.kind == KINDS.index(kind)) | (gradings.kind < 0)
    rows = []
    for degree in np.unique(gradings.degree[is_one]):
        values = part[is_one & (gradings.degree == degree)]
        low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
        rows.append((round(float(degree), 2), *(round(float(q), 1) for q in (low, middle, high))))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _moved(part: NDArray[np.float64], gradings: Gradings, kind: Kind) -> dict[str, float]:
    """Mean absolute change against the untouched version, in points, at two degrees."""
    untouched = np.zeros(gradings.photo.max() + 1)
    is_first = gradings.kind < 0
    untouched[gradings.photo[is_first]] = part[is_first]
    found = {}
    for degree in (0.4, 1.0):
        rows = (gradings.kind == KINDS.index(kind)) & np.isclose(gradings.degree, degree)
        assert rows.any(), "the ladder has these degrees"
        change = np.abs(part[rows] - untouched[gradings.photo[rows]])
        found[f"{degree:g}"] = round(float(change.mean()), 1)
    return found
