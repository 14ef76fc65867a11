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
    if groups is None:
        right, count = _pairs(predicted, truth)
    else:
        _, group_of = np.unique(groups, return_inverse=True)
        members = np.split(np.argsort(group_of, kind="stable"), np.cumsum(np.bincount(group_of)))
        found = [_pairs(predicted[rows], truth[rows]) for rows in members]
        right, count = sum(one for one, _ in found), sum(many for _, many in found)
    return right / count if count else float("nan")


def _pairs(predicted: Values, truth: Values) -> tuple[float, int]:
    """Pairs in order, ties half, and pairs with different truth; row by row, to save memory."""
    right, count = 0.0, 0
    for row in range(len(truth) - 1):
        wanted = np.sign(truth[row + 1 :] - truth[row])
        agreement = np.sign(predicted[row + 1 :] - predicted[row]) * wanted
        different = int(np.count_nonzero(wanted))
        right += (float(agreement.sum()) + different) / 2
        count += different
    return right, count


def mean_squared_emd(predicted: Values, truth: Values) -> float:
    """Mean squared earth mover's distance between distributions (N, K)."""
    return float(((predicted.cumsum(1) - truth.cumsum(1)) ** 2).mean())


def ndcg(predicted: Values, truth: Values) -> float:
    """Normalised discounted cumulative gain of the whole order, 0 to 1; 1 for the ideal one.

    The gain of a photograph is how far its truth lies above the lowest, its discount the
    binary logarithm of its place + 1. Photographs that are predicted equal share their gains.
    NaN where all truths are equal.

    Source:
        Jarvelin and Kekalainen 2002; ties after McSherry and Najork 2008.
    """
    gains = truth - truth.min()
    discounts = 1 / np.log2(np.arange(len(truth)) + 2)
    ideal = float((np.sort(gains)[::-1] * discounts).sum())
    _, place, counts = np.unique(-predicted, return_inverse=True, return_counts=True)
    shared = np.bincount(place, weights=gains) / counts
    return float((np.repeat(shared, counts) * discounts).sum()) / ideal if ideal else float("nan")


def mean_over_groups(
    metric: Callable[[Values, Values], float],
    predicted: Values,
    truth: Values,
    groups: Sequence[str],
) -> float:
    """The mean of a metric over the groups that it can be computed in; NaN where it cannot."""
    names = np.asarray(groups)
    found = [metric(predicted[names == one], truth[names == one]) for one in np.unique(names)]
    known = [value for value in found if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def keepers_lost(predicted: Values, truth: Values, cut: float, keep: float = 0.2) -> float:
    """Share of the keepers that goes when the photographs predicted lowest are cut.

    Args:
        predicted: (N,) any order-giving value.
        truth: (N,) the ratings; the best share `keep` of them are the keepers.
        cut: share of the photographs, predicted lowest, that is given up.
        keep: share of the photographs that is worth keeping.

    Equal values at a limit count in part, so that the result does not depend on their order.
    """
    lost = _chance_among_lowest(predicted, round(cut * len(truth)))
    kept = _chance_among_lowest(-truth, max(1, round(keep * len(truth))))
    return float((lost * kept).sum() / kept.sum())


def _chance_among_lowest(values: Values, count: int) -> Values:
    """For each value, the chance to be among the `count` lowest when ties are drawn."""
    if count == 0:
        return np.zeros(len(values))
    limit = np.sort(values)[count - 1]
    below, equal = values < limit, values == limit
    chance: Values = below + equal * ((count - below.sum()) / equal.sum())
    return chance


@dataclass(frozen=True, slots=True)
class SpreadBin:
    """Photographs with about the same predicted spread, in the unit of the spread."""

    predicted: float  # root mean square of their spreads
    actual: float  # root mean square of their mistakes; equal where the spread is honest
    count: int


def spread_bins(mistakes: Values, spreads: Values, bins: int = 10) -> tuple[SpreadBin, ...]:
    """Predicted against actual spread, in `bins` parts of equal size, narrowest first."""
    order = np.argsort(spreads, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(
        SpreadBin(_root_mean_square(spreads[part]), _root_mean_square(mistakes[part]), len(part))
        for part in parts
    )


def spread_calibration_error(mistakes: Values, spreads: Values, bins: int = 10) -> float:
    """Expected calibration error of predicted spreads, in their unit; 0 for honest ones.

    The mean over the photographs of how far their bin's predicted spread lies from the actual.

    Source:
        Levi et al. 2022, "Evaluating and calibrating uncertainty prediction in regression
        tasks", eq. 8, without the division by the predicted spread.
    """
    parts = spread_bins(mistakes, spreads, bins)
    off = [abs(part.predicted - part.actual) * part.count for part in parts]
    return float(sum(off) / len(mistakes))


def _root_mean_square(values: Values) -> float:
    return float(np.sqrt((values**2).mean()))


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
