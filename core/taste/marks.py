"""What stars, picks and rejects say, as numbers on one scale."""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from core.taste.evidence import Evidence

_USUAL_STARS, _USUAL_SPREAD, _AS_IF = 3.0, 1.2, 5.0  # what is assumed before the first marks
_KEPT_STARS = 4

Floats = npt.NDArray[np.float64]


def levels(evidence: Evidence) -> Floats:
    """How much the photographer likes each photo (N,): about mean 0 and deviation 1.

    A photo with stars and a verdict has the mean of both.
    """
    stars, picks = evidence.stars.astype(np.float64), evidence.picks
    has_stars, has_verdict = stars > 0, picks != 0
    said = np.zeros(len(stars))
    said[has_stars] += _standard(stars[has_stars])
    said[has_verdict] += _verdicts(picks[has_verdict])
    return np.asarray(said / np.maximum(has_stars.astype(int) + has_verdict, 1), np.float64)


def keepers(evidence: Evidence) -> npt.NDArray[np.bool_]:
    """The photos (N,) that the photographer keeps: picked, or of four stars and not rejected.

    Where there are neither, those with the most stars that were given.
    """
    stars, picks = evidence.stars, evidence.picks
    kept: npt.NDArray[np.bool_] = (picks > 0) | ((stars >= _KEPT_STARS) & (picks == 0))
    if kept.any():
        return kept
    top = (stars == stars.max(initial=0)) & (stars > 0) & (picks == 0)
    return top if not top.all() else np.zeros_like(top)


def _standard(stars: Floats) -> Floats:
    count = len(stars)
    if not count:
        return stars
    weight = count + _AS_IF
    centre = (stars.sum() + _AS_IF * _USUAL_STARS) / weight
    spread = np.sqrt((((stars - centre) ** 2).sum() + _AS_IF * _USUAL_SPREAD**2) / weight)
    return (stars - centre) / spread  # type: ignore[no-any-return]


def _verdicts(picks: npt.NDArray[np.int8]) -> Floats:
    """The mean of the upper and of the lower part of a normal distribution, cut by the share."""
    if not len(picks):
        return np.zeros(0)
    share = float((picks > 0).sum() + 1) / (len(picks) + 2)
    normal = NormalDist()
    height = normal.pdf(normal.inv_cdf(1 - share))
    return np.where(picks > 0, height / share, -height / (1 - share))
