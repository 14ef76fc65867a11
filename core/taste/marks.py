"""What stars, picks and rejects say, as numbers on one scale."""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from core.taste.evidence import Evidence

_USUAL_STARS, _USUAL_SPREAD, _AS_IF = 3.0, 1.2, 5.0  # what is assumed before the first marks
_KEPT_STARS = 4
_GONE_THROUGH = 0.5  # of the bursts of a shoot

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


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


def keepers(evidence: Evidence) -> Flags:
    """The photos (N,) that the photographer keeps: picked, or of four stars and not rejected.

    Where there are neither, those with the most stars that were given.
    """
    return _kept(evidence.stars, evidence.picks)


def passed_over(
    stars: npt.NDArray[np.int8],
    picks: npt.NDArray[np.int8],
    shoots: npt.NDArray[np.int64],
    bursts: npt.NDArray[np.int64],
) -> Flags:
    """The photos (N,) without a mark that were seen and left for another of their burst.

    One of the burst is kept, and the photographer has gone through the shoot: at least half of
    its bursts have a mark. Elsewhere a photo without a mark may just not have been seen yet.

    Args:
        stars: (N,) 1 to 5, 0 for none.
        picks: (N,) 1 picked, -1 rejected, 0 neither.
        shoots: (N,) equal numbers are one shoot.
        bursts: (N,) equal numbers are one burst; never in two shoots.
    """
    marked = (stars > 0) | (picks != 0)
    _, first, burst, frames = np.unique(
        bursts, return_index=True, return_inverse=True, return_counts=True
    )
    has_mark = np.bincount(burst, marked) > 0
    has_keeper = np.bincount(burst, _kept(stars, picks)) > 0
    _, shoot = np.unique(shoots[first], return_inverse=True)
    several = frames > 1
    begun = np.bincount(shoot, has_mark & several) >= _GONE_THROUGH * np.bincount(shoot, several)
    return np.asarray(~marked & (has_keeper & begun[shoot])[burst], np.bool_)


def _kept(stars: npt.NDArray[np.int8], picks: npt.NDArray[np.int8]) -> Flags:
    kept: Flags = (picks > 0) | ((stars >= _KEPT_STARS) & (picks == 0))
    if kept.any():
        return kept
    marked = (stars > 0) | (picks != 0)
    top: Flags = (stars == stars.max(initial=0)) & (stars > 0) & (picks == 0)
    return top if (top != marked).any() else np.zeros_like(top)


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
