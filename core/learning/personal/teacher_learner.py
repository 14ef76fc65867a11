"""The teacher learner of one photographer: ridges that correct the model for everybody.

From a hundred or two marks nobody learns what a good photo is, so the ridges learn only how
this photographer differs from people at large. How far they may go is decided on marks that
were left out, and "nowhere" is one of the choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.learning.ridge import Matrix, Opinion

PENALTIES = (10.0, 30.0, 100.0, 300.0, 1000.0, float("inf"))


@dataclass(frozen=True, slots=True)
class Marks:
    """Marked photos as the teacher learner sees them."""

    features: Matrix  # (N, F)
    generic: Matrix  # (N, K) distributions by the model for everybody
    wanted: Matrix  # (N, K) distributions by the photographer
    weight: Matrix  # (N,) how much each counts
    folds: NDArray[np.intp]  # (N,) equal numbers may know of each other

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Marks":
        """Some of them."""
        return Marks(
            self.features[chosen],
            self.generic[chosen],
            self.wanted[chosen],
            self.weight[chosen],
            self.folds[chosen],
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A linear map from features to what is added to the cumulated shares."""

    centre: Matrix  # (F,) of the features
    scale: Matrix  # (F,)
    slope: Matrix  # (F, K)
    level: Matrix  # (K,)
    penalty: float

    def distributions(self, features: Matrix, generic: Matrix) -> NDArray[np.float32]:
        """Distributions (N, K) for features (N, F) and generic distributions (N, K)."""
        added = (features - self.centre) / self.scale @ self.slope + self.level
        # A linear map knows no bounds: keep the shares between 0 and 1 and rising.
        rising = np.maximum.accumulate(np.clip(generic.cumsum(1) + added, 0, 1), axis=1)
        rising[:, -1] = 1
        return np.diff(rising, axis=1, prepend=0).astype(np.float32)


def fit_corrections(marks: Marks, penalties: Sequence[float] = PENALTIES) -> list[Correction]:
    """The correction from all marks, and one from all but each fold.

    The first decides what is said, the others tell by their disagreement how sure it is. Where
    all marks are of one fold nothing can be left out, and the largest penalty is taken.
    """
    folds = np.unique(marks.folds)
    if len(folds) < 2:
        return _solve(marks, penalties[-1:])
    parts = [_solve(marks.rows(marks.folds != fold), penalties) for fold in folds]
    errors = np.zeros(len(penalties))
    for fold, by_penalty in zip(folds, parts, strict=True):
        left_out = marks.rows(marks.folds == fold)
        errors += [_error(correction, left_out) for correction in by_penalty]
    best = int(errors.argmin())
    return [*_solve(marks, penalties[best : best + 1]), *(part[best] for part in parts)]


def ask_corrections(members: Sequence[Correction], features: Matrix, generic: Matrix) -> Opinion:
    """Distributions for features (N, F), and how far the members agree on each."""
    said = [member.distributions(features, generic) for member in members]
    bins = np.arange(generic.shape[1])
    disagreement = np.std([one @ bins for one in said[1:] or said], axis=0)
    if not disagreement.any():
        return Opinion(said[0], np.ones(len(features), np.float32))
    # Half the weight where the members disagree as much as they typically do.
    weight = 1 / (1 + (disagreement / (np.median(disagreement) + 1e-6)) ** 2)
    return Opinion(said[0], (weight / weight.mean()).astype(np.float32))


def _error(correction: Correction, marks: Marks) -> float:
    """Sum over the marks of the squared difference of the mean ratings."""
    bins = np.arange(marks.wanted.shape[1])
    said = correction.distributions(marks.features, marks.generic)
    return float((marks.weight * ((said - marks.wanted) @ bins) ** 2).sum())


def _solve(marks: Marks, penalties: Sequence[float]) -> list[Correction]:
    share = (marks.weight / marks.weight.sum())[:, None]
    centre = (share * marks.features).sum(0)
    scale = np.sqrt((share * (marks.features - centre) ** 2).sum(0)) + 1e-6
    added = marks.wanted.cumsum(1) - marks.generic.cumsum(1)
    level = (share * added).sum(0)
    root = np.sqrt(share * len(share))
    standardised = root * (marks.features - centre) / scale
    width = standardised.shape[1]
    # There are fewer photos than features, so the small side is solved.
    values, vectors = np.linalg.eigh(standardised @ standardised.T / width)
    turned = vectors.T @ (root * (added - level))
    return [
        Correction(
            centre,
            scale,
            standardised.T @ (vectors @ (turned / (values[:, None] + penalty))) / width,
            level,
            penalty,
        )
        for penalty in penalties
    ]
