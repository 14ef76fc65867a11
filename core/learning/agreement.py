"""How well a system agrees with people on rated photographs, in all measures at once."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.splits import group_folds
from core.learning.metrics import (
    Values,
    bootstrap_interval,
    keepers_lost,
    mean_over_groups,
    mean_squared_emd,
    ndcg,
    pairs_in_order,
    pearson,
    spearman,
    spread_calibration_error,
)
from core.learning.ridge import fit_ridge

CUTS = (0.1, 0.2, 0.3)  # shares of a shoot that are given up
PROBE_LIMIT = 4000  # photographs; the probe solves a matrix of that size
_PROBE_FOLDS = 5

Figures = dict[str, float | list[float] | None]  # None: cannot be told from these photographs


@dataclass(frozen=True, slots=True)
class Opinions:
    """What a system says of N photographs."""

    rating: NDArray[np.float64]  # (N,) expected rating
    distribution: NDArray[np.float32] | None = None  # (N, K) over the bins of the ratings
    spread: NDArray[np.float64] | None = None  # (N,) of the score, in points of 100
    mistake: NDArray[np.float64] | None = None  # (N,) score less the true one, in points of 100


def agreement(opinions: Opinions, rated: RatedPhotos) -> Figures:
    """All measures of agreement; a measure that these photographs do not allow is None."""
    rating, truth = opinions.rating, rated.mean
    figures: Figures = {
        "srcc": spearman(rating, truth),
        "plcc": pearson(rating, truth),
        "pairs_all": pairs_in_order(rating, truth),
        "pairs_within_group": pairs_in_order(rating, truth, rated.groups),
        "ndcg": ndcg(rating, truth),
        "ndcg_within_group": mean_over_groups(ndcg, rating, truth, rated.groups),
        **{f"keepers_lost_{cut:.0%}": keepers_lost(rating, truth, cut) for cut in CUTS},
        "squared_emd": None,
        "spread_calibration_error": None,
        "share_within_one_spread": None,
    }
    if opinions.distribution is not None and rated.has_votes:
        figures["squared_emd"] = mean_squared_emd(opinions.distribution, rated.histogram)
    if opinions.spread is not None and opinions.mistake is not None:
        mistake, spread = opinions.mistake, opinions.spread
        figures["spread_calibration_error"] = spread_calibration_error(mistake, spread)
        figures["share_within_one_spread"] = float((np.abs(mistake) <= spread).mean())
    return {name: _told(value) for name, value in figures.items()}


def srcc_interval(rating: Values, rated: RatedPhotos) -> list[float] | None:
    """The 95 % interval of SRCC when groups are drawn again; None with fewer than ten groups."""
    if len(set(rated.groups)) < 10:
        return None
    metric: Callable[[NDArray[np.intp]], float] = partial(_spearman_of, rating, rated.mean)
    interval = bootstrap_interval(metric, rated.groups)
    return [interval.low, interval.high]


def linear_probe(
    features: NDArray[np.floating], rated: RatedPhotos, *, folds: int = _PROBE_FOLDS, seed: int = 0
) -> Figures:
    """SRCC of a ridge regression on frozen features (N, D), each group predicted by the others.

    Of more than `PROBE_LIMIT` photographs so many are drawn.

    Raises:
        TrainingError: there are too few groups to hold some out.
    """
    rows = np.arange(len(features))
    if len(rows) > PROBE_LIMIT:
        rows = np.sort(np.random.default_rng(seed).choice(rows, PROBE_LIMIT, replace=False))
        features, rated = features[rows], rated.only(rows)
    fold_of = group_folds(rated.groups, folds, seed)
    rating = np.zeros(len(features))
    for fold in range(folds):
        kept, wanted = np.flatnonzero(fold_of != fold), fold_of == fold
        groups = [rated.groups[row] for row in kept]
        fitted = fit_ridge(features[kept], rated.histogram[kept], groups)
        rating[wanted] = fitted.distributions(features[wanted]) @ np.array(rated.bins)
    return {
        "srcc": spearman(rating, rated.mean),
        "srcc_in_fold": in_fold(rating, rated.mean, fold_of),
        "pairs_within_group": _told(pairs_in_order(rating, rated.mean, rated.groups)),
        "photographs": float(len(rows)),
    }


def in_fold(rating: Values, truth: Values, fold_of: NDArray[np.intp]) -> float:
    """SRCC as the mean over the folds: what one of the fitted systems reaches."""
    found = [
        spearman(rating[fold_of == fold], truth[fold_of == fold]) for fold in np.unique(fold_of)
    ]
    return float(np.mean(found))


def mean_figures(by_seed: Sequence[Figures]) -> Figures:
    """The mean of each figure over the seeds."""
    means: Figures = {}
    for name in by_seed[0]:
        values = [one[name] for one in by_seed]
        numbers = [value for value in values if isinstance(value, float)]
        means[name] = float(np.mean(numbers)) if len(numbers) == len(values) else None
    return means


def _told(value: float | list[float] | None) -> float | list[float] | None:
    """The figure, or None where there was nothing to compute it from."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _spearman_of(rating: Values, truth: Values, rows: NDArray[np.intp]) -> float:
    return spearman(rating[rows], truth[rows])
