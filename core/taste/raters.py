"""Learns what tastes have in common from many people who rated the same photographs.

Each rater's departure from the mean of the others is taken as a linear function of the
embedding, drawn from a normal distribution whose covariance is estimated over all raters. Only
its few largest directions are kept: a full covariance overfits. What remains is halved, since
the raters judged the same few hundred photographs, whose chance traits look like taste.

Source:
    Laird and Ware 1982, "Random-effects models for longitudinal data", for the estimate.
"""

import numpy as np
import numpy.typing as npt

from core.taste.prior import TastePrior

_COORDINATES = 24  # of the embedding that shared tastes are sought in
_DIRECTIONS = 8  # kept apart; the others get their mean variance
_WIDE = 64
_ROUNDS = 15
_DOUBT = 1.2  # more noise than the raters showed: fewer of them are made worse, the gain stays
_FEWEST_RATINGS = 20
_LEAST_SPREAD = 0.3  # of a rater's ratings; who says the same of everything has no taste

Floats = npt.NDArray[np.float64]


def learn_prior(
    features: npt.NDArray[np.float32],
    facts: npt.NDArray[np.float32],
    generic: Floats,
    ratings: npt.NDArray[np.integer],
) -> TastePrior:
    """What is known of tastes before a photographer has said anything.

    Args:
        features: embeddings (P, D) of the photographs.
        facts: (P, len(FACTS)), NaN where one was not measured.
        generic: (P,) the model's rating for everybody.
        ratings: (R, P) of each rater; 0 where there is none.

    Raises:
        ValueError: too few photographs or raters to learn from.
    """
    centre = features.mean(axis=0)
    width = min(_WIDE, len(features) - 1, features.shape[1])
    basis = _whitening(features - centre, width)
    count = min(_COORDINATES, width)
    coordinates = (features - centre) @ basis[:, :count]
    usual = (generic - generic.mean()) / max(float(generic.std()), 1e-9)
    marks = _standard_marks(ratings)
    if len(marks) < 2 * _DIRECTIONS or count < 2:
        raise ValueError("too few raters or photographs to learn tastes from")
    measured = facts[np.isfinite(facts).all(axis=1)]
    if len(measured) < 2:
        raise ValueError("too few photographs with all facts to learn tastes from")
    fact_centre = measured.mean(axis=0).astype(np.float32)
    fact_scale = np.maximum(measured.std(axis=0), 1e-3).astype(np.float32)
    agreement = _slope(marks, usual)
    covariance = _covariance(_departures(marks), coordinates)
    unexplained = np.nanmean((marks - agreement * usual) ** 2)
    explained = float(np.mean(np.einsum("pi,ij,pj->p", coordinates, covariance, coordinates)))
    return TastePrior(
        centre=centre.astype(np.float32),
        shared=(basis[:, :count] @ _root(covariance)).astype(np.float32),
        wide=(basis / np.sqrt(width)).astype(np.float32),
        fact_centre=fact_centre,
        fact_scale=fact_scale,
        generic_centre=float(generic.mean()),
        generic_spread=max(float(generic.std()), 1e-9),
        agreement=float(np.clip(agreement, 0.1, 1.0)),
        noise=float(max(_DOUBT * (unexplained - explained), 0.2)),
    )


def _whitening(features: npt.NDArray[np.float32], width: int) -> Floats:
    """(D, width): the largest principal directions, each scaled to deviation 1."""
    _, deviations, directions = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    scale = deviations[:width] / np.sqrt(len(features))
    return np.asarray(directions[:width].T / np.maximum(scale, 1e-9), np.float64)


def _standard_marks(ratings: npt.NDArray[np.integer]) -> Floats:
    """Ratings (R, P) of useful raters, with mean 0 and deviation 1 in each; NaN where none."""
    marks = np.where(ratings > 0, ratings.astype(np.float64), np.nan)
    enough = (ratings > 0).sum(axis=1) >= _FEWEST_RATINGS
    marks = marks[enough]
    marks = marks[np.nanstd(marks, axis=1) > _LEAST_SPREAD]
    centred = marks - np.nanmean(marks, axis=1, keepdims=True)
    return np.asarray(centred / np.nanstd(marks, axis=1, keepdims=True), np.float64)


def _departures(marks: Floats) -> Floats:
    """What a rater says beyond the mean of the others, centred for each rater."""
    known = np.isfinite(marks)
    others = known.sum(axis=0) - 1
    total = np.nansum(marks, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        departures = marks - (total - marks) / others
    departures[:, others < 1] = np.nan
    return np.asarray(departures - np.nanmean(departures, axis=1, keepdims=True), np.float64)


def _covariance(departures: Floats, coordinates: Floats) -> Floats:
    """Of the raters' slopes along the coordinates (K, K), by expectation maximisation."""
    sums = []
    for one in departures:
        here = np.isfinite(one)
        design, wanted = coordinates[here], one[here]
        design = design - design.mean(axis=0)
        sums.append((design.T @ design, design.T @ wanted, float(wanted @ wanted), len(wanted)))
    width = coordinates.shape[1]
    covariance, noise = np.eye(width) * 0.003, 0.75
    for _ in range(_ROUNDS):
        precision = np.linalg.inv(covariance)
        spread = np.zeros((width, width))
        residual, count = 0.0, 0
        for gram, moment, square, length in sums:
            uncertainty = np.linalg.inv(precision + gram / noise)
            slope = uncertainty @ moment / noise
            spread += uncertainty + np.outer(slope, slope)
            residual += square - 2 * slope @ moment + slope @ gram @ slope
            residual += float(np.trace(gram @ uncertainty))
            count += length - 1
        covariance, noise = spread / len(sums), residual / count
    return covariance


def _root(covariance: Floats) -> Floats:
    """A square root (K, K) of the covariance with its small directions made equal."""
    variances, directions = np.linalg.eigh(covariance)
    variances = np.maximum(variances, 0)
    rest = variances[:-_DIRECTIONS] if len(variances) > _DIRECTIONS else variances[:0]
    if len(rest):
        variances[: len(rest)] = rest.mean()
    return np.asarray(directions * np.sqrt(variances), np.float64)


def _slope(marks: Floats, usual: Floats) -> float:
    known = np.isfinite(marks)
    return float(np.nansum(marks * usual) / (known * usual**2).sum())
