"""How far a ranking agrees with the marks, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_DRAWS = 400

Ratings = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and where 95 of 100 such samples would put it."""

    value: float
    low: float
    high: float


def rank_correlation(rated: Ratings, wanted: Ratings) -> float:
    """Spearman's correlation, -1..1; NaN where either side is all equal."""
    one, other = _ranks(rated), _ranks(wanted)
    one, other = one - one.mean(), other - other.mean()
    length = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / length if length > 0 else float("nan")


def keepers_lost(rated: Ratings, kept: npt.NDArray[np.bool_], percent: int) -> float:
    """Of 100 keepers, how many lie in the lowest `percent` of the ranking; NaN without any.

    A photo that the cut goes through counts by the share of it that is below.
    """
    if not kept.any():
        return float("nan")
    # Places in 0..1; photos of equal rating share the middle of their places.
    places = _ranks(rated) / len(rated)
    below = np.clip((percent / 100 - (places - 1 / len(rated))) * len(rated), 0, 1)
    return 100 * float(below[kept].mean())


def interval(of: Callable[[Rows], float], units: npt.NDArray[np.int64]) -> Interval:
    """The value over all rows, with a 95 % bootstrap interval that draws whole units.

    Args:
        of: gives the value of some rows; rows may repeat.
        units: (N,) equal numbers are drawn together.

    Source:
        Efron and Tibshirani 1993, "An introduction to the bootstrap", 13.3, percentiles;
        widened by Student's factor for few units.
    """
    rows = np.arange(len(units), dtype=np.intp)
    value = of(rows)
    members = [np.flatnonzero(units == unit) for unit in np.unique(units)]
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        chosen = generator.integers(0, len(members), len(members))
        drawn.append(of(np.concatenate([members[index] for index in chosen])))
    found = np.array(drawn)
    found = found[np.isfinite(found)]
    if not len(found):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.percentile(found, (2.5, 97.5))
    wider = np.sqrt(len(members) / max(len(members) - 1, 1)) * (1 + 1 / len(members))
    return Interval(
        value, value - wider * max(value - low, 0.0), value + wider * max(high - value, 0.0)
    )


def _ranks(values: Ratings) -> Ratings:
    """Ranks (N,) from 1, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(((last - counts + 1 + last) / 2)[inverse], np.float64)
