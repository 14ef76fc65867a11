"""Ridge regression from features to score distributions: the teacher learner and the probes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.learning.data.splits import group_folds
from core.learning.metrics import mean_squared_emd

Matrix = NDArray[np.floating]
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0)
_INNER_FOLDS = 4


@dataclass(frozen=True, slots=True)
class DistributionRidge:
    """A linear map from features to cumulated shares, fitted on few labelled photographs."""

    centre: Matrix  # (D,) of the features
    scale: Matrix  # (D,)
    slope: Matrix  # (D, K)
    level: Matrix  # (K,) mean cumulated shares
    penalty: float

    def distributions(self, features: Matrix) -> NDArray[np.float32]:
        """Distributions (N, K) over the bins for features (N, D)."""
        cumulated = (features - self.centre) / self.scale @ self.slope + self.level
        # A linear map knows no bounds: keep the shares between 0 and 1 and rising.
        rising = np.maximum.accumulate(np.clip(cumulated, 0, 1), axis=1)
        rising[:, -1] = 1
        return np.diff(rising, axis=1, prepend=0).astype(np.float32)


def fit_ridge(features: Matrix, histograms: Matrix, themes: Sequence[str]) -> DistributionRidge:
    """Fit on features (N, D) and rating shares (N, K); the penalty by inner theme folds.

    Where one theme is all there is, nothing can be held out and the largest penalty is taken.
    """
    folds = _inner_folds(themes)
    if not folds.any():
        return _solve(features, histograms, PENALTIES[-1:])[0]
    errors = np.zeros(len(PENALTIES))
    for fold in range(folds.max() + 1):
        is_kept = folds != fold
        for index, ridge in enumerate(_solve(features[is_kept], histograms[is_kept], PENALTIES)):
            predicted = ridge.distributions(features[~is_kept])
            errors[index] += mean_squared_emd(predicted, histograms[~is_kept])
    return _solve(features, histograms, (PENALTIES[int(errors.argmin())],))[0]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a committee says of N photographs."""

    distributions: NDArray[np.float32]  # (N, K)
    confidence: NDArray[np.float32]  # (N,) 1 on average, less where the members disagree


def fit_committee(
    features: Matrix, histograms: Matrix, themes: Sequence[str]
) -> list[DistributionRidge]:
    """The ridge on all photographs, and one for each inner fold, on the others.

    The first decides what is said, the others tell by their disagreement how sure it is.
    """
    whole = fit_ridge(features, histograms, themes)
    folds = _inner_folds(themes)
    parts = [
        _solve(features[folds != fold], histograms[folds != fold], (whole.penalty,))[0]
        for fold in range(folds.max() + 1)
        if folds.any()
    ]
    return [whole, *parts]


def ask_committee(members: Sequence[DistributionRidge], features: Matrix) -> Opinion:
    """Distributions for features (N, D), and how far the committee agrees on each."""
    said = [member.distributions(features) for member in members]
    if len(said) == 1:
        return Opinion(said[0], np.ones(len(features), np.float32))
    bins = np.arange(said[0].shape[1])
    disagreement = np.std([one @ bins for one in said[1:]], axis=0)
    # Half the weight where the members disagree as much as they typically do.
    weight = 1 / (1 + (disagreement / (np.median(disagreement) + 1e-6)) ** 2)
    return Opinion(said[0], (weight / weight.mean()).astype(np.float32))


def _inner_folds(themes: Sequence[str]) -> NDArray[np.intp]:
    """The fold (N,) of each photograph; all 0 where one theme is all there is."""
    return group_folds(themes, min(_INNER_FOLDS, len(set(themes))), seed=0)


def _solve(
    features: Matrix, histograms: Matrix, penalties: Sequence[float]
) -> list[DistributionRidge]:
    centre, scale = features.mean(0), features.std(0) + 1e-6
    standardised = (features - centre) / scale
    cumulated = histograms.cumsum(1)
    level = cumulated.mean(0)
    width = features.shape[1]
    # There are fewer photographs than features, so the small side is solved.
    kernel = standardised @ standardised.T / width
    values, vectors = np.linalg.eigh(kernel)
    turned = vectors.T @ (cumulated - level)
    return [
        DistributionRidge(
            centre,
            scale,
            standardised.T @ (vectors @ (turned / (values[:, None] + penalty))) / width,
            level,
            penalty,
        )
        for penalty in penalties
    ]
