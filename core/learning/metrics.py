"""How well predicted ratings agree with people's, and how sure one can be of that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def pearson(predicted: Values, truth: Values) -> float:
    """Linear correlation, -1 to 1; 0 where one side is constant."""
    ours, theirs = predicted - predicted.mean(), truth - truth.mean()
    scale = float(np.sqrt((ours**2).sum() * (theirs**2).sum()))
    return float((ours * theirs).sum()) / scale if scale > 0 else 0.0


def spearman(predicted: Values, truth: Values) -> float:
    """Rank correlation (SRCC), -1 to 1; equal values share their mean rank."""
    return pearson(ranks(predicted), ranks(truth))


def ranks(values: Values) -> NDArray[np.float64]:
    """Ranks (N,) from 0; equal values get the mean of their places."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts + 1) / 2)[place]


def pairs_in_order(predicted: Values, truth: Values, groups: Sequence[str] | None = None) -> float:
    """Share of pairs with different truth that the prediction orders rightly; ties count half.

    With `groups`, only pairs from the same group count. NaN where there is no pair.
    """
    different = np.triu(truth[:, None] != truth[None, :], k=1)
    if groups is not None:
        names = np.asarray(groups)
        different &= names[:, None] == names[None, :]
    agreement = np.sign(predicted[:, None] - predicted) * np.sign(truth[:, None] - truth)
    chosen = agreement[different]
    return float((chosen + 1).mean() / 2) if chosen.size else float("nan")


def mean_squared_emd(predicted: Values, truth: Values) -> float:
    """Mean squared earth mover's distance between distributions (N, K)."""
    return float(((predicted.cumsum(1) - truth.cumsum(1)) ** 2).mean())


def bootstrap_interval(
    metric: Callable[[NDArray[np.intp]], float], groups: Sequence[str], *, rounds: int = 500
) -> Interval:
    """A 95 % interval of `metric(rows)` when whole groups are drawn again and again."""
    names, group_of = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(group_of == index) for index in range(len(names))]
    generator = np.random.default_rng(0)
    values = []
    for _ in range(rounds):
        drawn = generator.integers(0, len(names), len(names))
        values.append(metric(np.concatenate([members[index] for index in drawn])))
    low, high = np.percentile(values, (2.5, 97.5))
    return Interval(float(low), float(high))
