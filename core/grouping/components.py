"""What hangs together: the groups that pairs of photos make."""

import numpy as np

from core.grouping.captures import Floats, Numbers, Rows, Vectors


def components(count: int, one: Rows, other: Rows) -> Numbers:
    """The smallest row (N,) of each row's component, of pairs of rows.

    In a few passes over all pairs at once: a row takes the smallest number that it meets, and
    follows it to where that one points.
    """
    labels = np.arange(count)
    while True:
        smaller = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, labels[one], smaller)
        np.minimum.at(labels, labels[other], smaller)
        np.minimum.at(labels, one, smaller)
        np.minimum.at(labels, other, smaller)
        while True:
            further = labels[labels]
            if np.array_equal(further, labels):
                break
            labels = further
        if np.array_equal(labels, before):
            return labels.astype(np.int64)


def joined_by_looks(
    labels: Numbers, one: Rows, other: Rows, alike: Vectors, place: Vectors, farthest: float
) -> Numbers:
    """The labels (N,) after groups that look the same were made one, the most alike first.

    The middles of two groups have to look the same too. Otherwise a portrait session, in which
    each frame is like some other, would become one group link by link.

    Args:
        labels: of each photo's group; the smallest row in it.
        one: (L,) photos that look like those in
        other: (L,).
        alike: (L,) how much.
        place: (N, A) where each photo lies among the others' looks.
        farthest: squared distance of two middles.
    """
    if len(one) == 0:
        return labels
    sums, sizes = _middles(labels, place)
    parent = {int(label): int(label) for label in np.unique(labels[np.concatenate([one, other])])}

    def root(label: int) -> int:
        while parent[label] != label:
            parent[label] = parent[parent[label]]
            label = parent[label]
        return label

    moved = False
    for pair in np.argsort(-alike, kind="stable"):
        first, second = root(int(labels[one[pair]])), root(int(labels[other[pair]]))
        if first == second:
            continue
        apart = sums[first] / sizes[first] - sums[second] / sizes[second]
        if float(apart @ apart) > farthest:
            continue
        low, high = min(first, second), max(first, second)
        parent[high] = low
        sums[low] += sums[high]
        sizes[low] += sizes[high]
        moved = True
    if not moved:
        return labels
    target = np.arange(len(labels))
    for label in parent:
        target[label] = root(label)
    return target[labels].astype(np.int64)


def _middles(labels: Numbers, place: Vectors) -> tuple[Vectors, Floats]:
    """Sums of places (N, A) and sizes (N,) of groups, in the rows of their labels."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    sums = np.zeros_like(place)
    sums[labels[order][starts]] = np.add.reduceat(place[order], starts, axis=0)
    return sums, np.bincount(labels, minlength=len(labels)).astype(np.float64)
