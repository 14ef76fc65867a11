"""Fits a taste to marks: the mean over what might be behind them, each as likely as it proves.

Bayesian linear regression with a few hypotheses of how far, and in what, this photographer
departs from everybody. "Not at all" is one of them, so that little evidence changes little.
Source:
    Bishop 2006, "Pattern recognition and machine learning", 3.3 to 3.4, for the regression and
    the evidence; Hoeting et al. 1999, "Bayesian model averaging", for the mean.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.observations import observations
from core.taste.prior import TastePrior
from core.taste.taste import Taste

Floats = npt.NDArray[np.float64]

_SURE_OF_NOISE = 20.0  # marks that must disagree before the prior's noise is given up
_LEVEL = 100.0  # variance of the level: anything goes


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """How this photographer may depart from everybody: prior variances, and how likely."""

    name: str
    likely: float
    shared: float = 0.0  # along the directions that many people share; 1 is usual
    wide: float = 0.0  # in anything that the embedding tells
    facts: float = 0.0  # in the facts, all together
    fact: str = ""  # or in one of them
    generic: float = 0.0  # how far the opinion of everybody may count more or less


# Chosen on the raters of the training data (`python -m tests.bench.tastes`): more weight on strong
# tastes finds these no sooner, since they prove themselves, and harms those who have none.
HYPOTHESES = (
    Hypothesis("like everybody", 0.20),
    Hypothesis("shared taste", 0.66, shared=0.6, generic=0.005),
    Hypothesis("strong shared taste", 0.02, shared=1.5, generic=0.05),
    Hypothesis("own taste", 0.02, shared=0.6, wide=0.3, generic=0.05),
    Hypothesis("strong own taste", 0.01, shared=0.6, wide=3.0, generic=0.2),
    Hypothesis("light and colour", 0.03, shared=0.6, facts=0.3, generic=0.05),
    Hypothesis("strong light and colour", 0.01, facts=3.0, generic=0.2),
    Hypothesis("strong in all", 0.01, shared=0.6, wide=2.0, facts=2.0, generic=0.2),
    *(Hypothesis(f"strong {fact}", 0.04 / len(FACTS), fact=fact, generic=0.2) for fact in FACTS),
)
_ONE_FACT = 2.0  # variance of a strong single fact


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted taste and what is believed of the photographer."""

    taste: Taste
    beliefs: dict[str, float]  # by hypothesis; they add up to 1


def fit_taste(evidence: Evidence, prior: TastePrior, photos: Frames) -> Fit:
    """The taste that marks speak for.

    Args:
        evidence: one row or more.
        prior: of the model whose embeddings these are.
        photos: the photographer's photos, marked or not; their spread fixes the scale.
    """
    design, target = observations(evidence, prior)
    logs, means = _posteriors(design, target, prior)
    beliefs = np.exp(logs - logs.max())
    beliefs /= beliefs.sum()
    names = (one.name for one in HYPOTHESES)
    return Fit(
        _as_taste(beliefs @ means, prior, photos),
        dict(zip(names, (float(one) for one in beliefs), strict=True)),
    )


def _posteriors(design: Floats, target: Floats, prior: TastePrior) -> tuple[Floats, Floats]:
    """Log of prior times evidence (H,), and the mean of the coefficients (H, P).

    Coefficients are normal with variances relative to a noise that is itself inverse gamma.
    """
    variances = _variances(prior.shared.shape[1], prior.wide.shape[1]) / prior.noise
    free = variances > 0
    logs, means = np.empty(len(HYPOTHESES)), np.zeros((len(HYPOTHESES), design.shape[1]))
    gram, moment, square = design.T @ design, design.T @ target, float(target @ target)
    widths = free.sum(axis=1)
    for width in np.unique(widths):  # hypotheses with equally many free coefficients at once
        here = np.flatnonzero(widths == width)
        columns = np.nonzero(free[here])[1].reshape(len(here), width)
        deviations = np.sqrt(np.take_along_axis(variances[here], columns, axis=1))
        if width <= len(target):
            scaled = deviations[:, :, None] * gram[columns[:, :, None], columns[:, None, :]]
            scaled = np.eye(width) + scaled * deviations[:, None, :]
            wanted = deviations * moment[columns]
            solved = np.linalg.solve(scaled, wanted[:, :, None])[:, :, 0]
            unexplained = square - (wanted * solved).sum(axis=1)
        else:  # the same by the smaller matrix of the observations
            seen = design.T[columns] * deviations[:, :, None]  # (h, width, M)
            scaled = np.eye(len(target)) + seen.transpose(0, 2, 1) @ seen
            left = np.linalg.solve(scaled, np.broadcast_to(target, scaled.shape[:2])[:, :, None])
            solved = (seen @ left)[:, :, 0]
            unexplained = left[:, :, 0] @ target
        means[here[:, None], columns] = deviations * solved
        lower = np.linalg.cholesky(scaled)
        volume = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        residual = _SURE_OF_NOISE * prior.noise / 2 + np.maximum(unexplained, 0) / 2
        logs[here] = -volume - (_SURE_OF_NOISE + len(target)) / 2 * np.log(residual)
    return logs + np.log([one.likely for one in HYPOTHESES]), means


@lru_cache(maxsize=4)
def _variances(shared: int, wide: int) -> Floats:
    """Of the coefficients by each hypothesis (H, P)."""
    return np.array([_variance(one, shared, wide) for one in HYPOTHESES])


def _variance(one: Hypothesis, shared: int, wide: int) -> Floats:
    facts = np.full(len(FACTS), one.facts)
    if one.fact:
        facts[FACTS.index(one.fact)] = _ONE_FACT * len(FACTS)
    return np.concatenate(
        [[_LEVEL, one.generic], np.full(shared, one.shared), np.full(wide, one.wide), facts]
    )


def _as_taste(coefficients: Floats, prior: TastePrior, photos: Frames) -> Taste:
    """Coefficients in units of marks as a taste on the model's rating scale.

    The ratings of the photographer's photos keep the mean and at most the spread that the
    model gives them, so that a score stays what it was: a place among many photographs.
    """
    unit = prior.generic_spread / prior.agreement
    width, wide = prior.shared.shape[1], prior.wide.shape[1]
    generic, shared, rest = coefficients[1], coefficients[2 : 2 + width], coefficients[2 + width :]
    by_feature = prior.shared @ shared + prior.wide @ rest[:wide]
    by_fact = rest[wide:] / np.sqrt(len(FACTS))
    taste = Taste(
        weight=float(1 + generic / prior.agreement),
        slope=(unit * np.concatenate([by_feature, by_fact])).astype(np.float32),
        level=0.0,
        fact_centre=prior.fact_centre,
        fact_scale=prior.fact_scale,
    )
    found = taste.ratings(photos)
    usual = max(float(photos.generic.std()), 0.5 * prior.generic_spread)
    shrink = min(1.0, usual / max(float(found.std()), 1e-9))
    return Taste(
        weight=shrink * taste.weight,
        slope=(shrink * taste.slope).astype(np.float32),
        level=float(photos.generic.mean() - shrink * found.mean()),
        fact_centre=prior.fact_centre,
        fact_scale=prior.fact_scale,
    )
