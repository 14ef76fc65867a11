"""Turns the student's expected rating into a 0 to 100 score whose meaning can be said.

A score is a place among the reference photographs: 72 is better than 72 % of them. The spread
is scaled so that it is right: held-out ratings lie within one spread about as often as they
should, at the typical size of the student's mistakes.
"""

import numpy as np
from numpy.typing import NDArray

from core.learning.evaluation import expected
from core.learning.export import Calibration

_KNOTS = 21
Values = NDArray[np.floating]


def calibrate(
    reference: NDArray[np.float32], held_out: NDArray[np.float32], rated_mean: Values
) -> Calibration:
    """The calibration from distributions of reference photographs (M, K) and held-out ones.

    Args:
        reference: the shipped student's distributions of photographs nobody rated.
        held_out: distributions (N, K) of the rated ones, each predicted without its theme.
        rated_mean: their true mean ratings (N,).
    """
    knots = score_knots(expected(reference), bins=reference.shape[1])
    spread = score_spread(held_out, knots)
    mistakes = to_score(rated_mean, knots) - to_score(expected(held_out), knots)
    scale = float(np.sqrt((mistakes**2).mean() / (spread**2).mean()))
    return Calibration(
        meaning=(
            "72 means that the photo is expected to please more than 72 % of the "
            f"{len(reference):,} reference photographs."
        ),
        rating_to_score=knots,
        spread_scale=round(scale, 4),
    )


def score_knots(ratings: Values, bins: int) -> tuple[tuple[float, float], ...]:
    """A rising piecewise linear map, from ratings to the share of `ratings` below, 0 to 100."""
    shares = np.linspace(0, 100, _KNOTS)[1:-1]
    inner = np.percentile(ratings, shares)
    # Between the last knots and the ends of the scale the map goes on, so that a photo far
    # better than all references still scores above the best of them.
    values = np.concatenate([[1.0], inner, [float(bins)]])
    scores = np.concatenate([[0.0], shares, [100.0]])
    rising = np.concatenate([[True], np.diff(values) > 1e-4])
    pairs = zip(values[rising], scores[rising], strict=True)
    return tuple((round(float(value), 4), round(float(score), 2)) for value, score in pairs)


def to_score(ratings: Values, knots: tuple[tuple[float, float], ...]) -> Values:
    """Scores of ratings."""
    values, scores = zip(*knots, strict=True)
    mapped: Values = np.interp(ratings, values, scores)
    return mapped


def score_spread(
    distributions: NDArray[np.float32], knots: tuple[tuple[float, float], ...]
) -> Values:
    """Deviation (N,) of each distribution in score units, before scaling."""
    scores = to_score(np.arange(1, distributions.shape[1] + 1), knots)
    mean = distributions @ scores
    return np.sqrt(np.maximum(distributions @ scores**2 - mean**2, 0))


def within_one_spread(
    held_out: NDArray[np.float32], rated_mean: Values, calibration: Calibration
) -> float:
    """Share of true ratings that lie within one spread of the predicted score (ideal: .68)."""
    knots = calibration.rating_to_score
    spread = calibration.spread_scale * score_spread(held_out, knots)
    mistakes = to_score(rated_mean, knots) - to_score(expected(held_out), knots)
    return float((np.abs(mistakes) <= spread).mean())
