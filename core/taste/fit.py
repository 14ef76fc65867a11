"""Fits a taste to marks: the mean over what might be behind them, each as likely as it proves.

Bayesian linear regression with a few hypotheses of how far, and in what, this photographer
departs from everybody. "Not at all" is one of them, so that little evidence changes little.
Frames of one burst, and of one shoot, share what their occasion is worth to the photographer;
so within a burst only the differences count, and a burst counts little more than a frame.

Source:
    Bishop 2006, "Pattern recognition and machine learning", 3.3 to 3.4, for the regression and
    the evidence; Hoeting et al. 1999, "Bayesian model averaging", for the mean.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.marks import levels
from core.taste.prior import TastePrior
from core.taste.taste import Taste

Floats = npt.NDArray[np.float64]

_BURST, _SHOOT = 0.25, 0.1  # shares of the noise that are one for a burst, and for a shoot
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
    design = _design(evidence.frames, prior)
    wanted = levels(evidence) - prior.agreement * _generic(evidence.frames, prior)
    whitened, target = _independent(np.column_stack([design, wanted]), evidence)
    gram, moment, square = whitened.T @ whitened, whitened.T @ target, float(target @ target)
    posteriors = [_posterior(gram, moment, square, len(target), one, prior) for one in HYPOTHESES]
    logs = np.array([log for log, _ in posteriors])
    beliefs = np.exp(logs - logs.max())
    beliefs /= beliefs.sum()
    coefficients = np.einsum("h,hp->p", beliefs, np.array([mean for _, mean in posteriors]))
    names = (one.name for one in HYPOTHESES)
    return Fit(
        _as_taste(coefficients, prior, photos),
        dict(zip(names, (float(one) for one in beliefs), strict=True)),
    )


def _design(frames: Frames, prior: TastePrior) -> Floats:
    """Level, rating for everybody, and the prior's coordinates, (N, P)."""
    return np.column_stack(
        [
            np.ones(len(frames)),
            _generic(frames, prior),
            prior.shared_coordinates(frames.features),
            prior.wide_coordinates(frames.features),
            prior.fact_coordinates(frames.facts) / np.sqrt(len(FACTS)),
        ]
    ).astype(np.float64)


def _generic(frames: Frames, prior: TastePrior) -> Floats:
    return (frames.generic - prior.generic_centre) / prior.generic_spread


def _independent(rows: Floats, evidence: Evidence) -> tuple[Floats, Floats]:
    """Design and target, turned so that what bursts and shoots share is gone from the noise."""
    turned = np.empty_like(rows)
    for shoot in np.unique(evidence.shoots):
        here = np.flatnonzero(evidence.shoots == shoot)
        bursts = evidence.bursts[here]
        correlation = np.full((len(here), len(here)), _SHOOT)
        correlation += _BURST * (bursts[:, None] == bursts)
        correlation += (1 - _BURST - _SHOOT) * np.eye(len(here))
        lower = np.linalg.cholesky(correlation)
        turned[here] = np.linalg.solve(lower, rows[here])
    return turned[:, :-1], turned[:, -1]


def _posterior(
    gram: Floats, moment: Floats, square: float, count: int, one: Hypothesis, prior: TastePrior
) -> tuple[float, Floats]:
    """Log of prior times evidence, and the mean of the coefficients (P,).

    Coefficients are normal with variances relative to a noise that is itself inverse gamma.
    """
    variances = _variances(one, prior) / prior.noise
    free = np.flatnonzero(variances)
    deviations = np.sqrt(variances[free])
    scaled = np.eye(len(free)) + deviations[:, None] * gram[np.ix_(free, free)] * deviations
    lower = np.linalg.cholesky(scaled)
    half = np.linalg.solve(lower, deviations * moment[free])
    mean = np.zeros(len(moment))
    mean[free] = deviations * np.linalg.solve(lower.T, half)
    shape, scale = _SURE_OF_NOISE / 2, _SURE_OF_NOISE * prior.noise / 2
    residual = scale + 0.5 * max(square - float(half @ half), 0.0)
    evidence = -np.log(np.diag(lower)).sum() - (shape + count / 2) * np.log(residual)
    return float(np.log(one.likely) + evidence), mean


def _variances(one: Hypothesis, prior: TastePrior) -> Floats:
    facts = np.full(len(FACTS), one.facts)
    if one.fact:
        facts[FACTS.index(one.fact)] = _ONE_FACT * len(FACTS)
    return np.concatenate(
        [
            [_LEVEL, one.generic],
            np.full(prior.shared.shape[1], one.shared),
            np.full(prior.wide.shape[1], one.wide),
            facts,
        ]
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
