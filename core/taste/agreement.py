"""How far a ranking agrees with the marks; by drawing photos again, how sure that is.

A measure is taken over many samples at once. A sample says how often each photo is in it, so
that no photo has to be copied and the ranks of all samples come from one sorting.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ratings = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float64]  # (B, N) how often each photo is in each sample
Measure = Callable[[Samples], npt.NDArray[np.float64]]  # (B,), NaN where it cannot be told


def rank_correlation(rated: Ratings, wanted: Ratings) -> float:
    """Spearman's correlation, -1..1; NaN where either side is all equal."""
    return float(rank_correlations(rated, wanted)(_once(rated))[0])


def rank_correlations(rated: Ratings, wanted: Ratings) -> Measure:
    """Spearman's correlation over samples."""
    one, other = _Ranked.of(rated), _Ranked.of(wanted)

    def measure(samples: Samples) -> npt.NDArray[np.float64]:
        count = np.maximum(samples.sum(axis=1, keepdims=True), 1)
        left, right = one.ranks(samples), other.ranks(samples)
        left -= (samples * left).sum(axis=1, keepdims=True) / count
        right -= (samples * right).sum(axis=1, keepdims=True) / count
        weighted = samples * left
        length = np.sqrt((weighted * left).sum(axis=1) * (samples * right * right).sum(axis=1))
        together = (weighted * right).sum(axis=1)
        told = length > 0
        return np.where(told, together / np.where(told, length, 1), np.nan)

    return measure


def keepers_lost(rated: Ratings, kept: npt.NDArray[np.bool_], percent: int) -> float:
    """Of 100 keepers, how many lie in the lowest `percent` of the ranking; NaN without any.

    A photo that the cut goes through counts by the share of it that is below.
    """
    return float(losses(rated, kept, percent)(_once(rated))[0])


def losses(rated: Ratings, kept: npt.NDArray[np.bool_], percent: int) -> Measure:
    """`keepers_lost` over samples."""
    ranked = _Ranked.of(rated)

    def measure(samples: Samples) -> npt.NDArray[np.float64]:
        # Photos of equal rating share the middle of their places.
        cut = percent / 100 * samples.sum(axis=1, keepdims=True)
        below = np.clip(cut - ranked.ranks(samples) + 1, 0, 1)
        keepers = samples * kept
        count = keepers.sum(axis=1)
        lost = 100 * (keepers * below).sum(axis=1)
        return np.where(count > 0, lost / np.maximum(count, 1), np.nan)

    return measure


def preferences(
    rated: Ratings,
    better: npt.NDArray[np.bool_],
    worse: npt.NDArray[np.bool_],
    bursts: npt.NDArray[np.int64],
) -> Measure:
    """Over samples, how many more pairs of a burst are in order than are not, -1..1.

    Every `worse` photo (N,) counts once, by all the `better` ones of its burst. A sample has
    all photos of a burst or none. NaN where no burst has both.
    """
    both = np.isin(bursts, bursts[better]) & worse
    order = np.zeros(len(rated))
    for burst in np.unique(bursts[both]):
        here = bursts == burst
        behind = np.flatnonzero(here & worse)
        order[behind] = np.sign(rated[here & better][:, None] - rated[behind]).mean(axis=0)

    def measure(samples: Samples) -> npt.NDArray[np.float64]:
        count = (samples * both).sum(axis=1)
        return np.where(count > 0, samples @ order / np.maximum(count, 1), np.nan)

    return measure


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Values (N,), sorted once."""

    order: npt.NDArray[np.intp]
    begins: npt.NDArray[np.intp]  # (G,) of each group of equal values, in that order
    group: npt.NDArray[np.intp]  # (N,)

    @staticmethod
    def of(values: Ratings) -> "_Ranked":
        _, begins, group = np.unique(np.sort(values), return_index=True, return_inverse=True)
        order = np.argsort(values, kind="stable")
        place = np.empty_like(group)
        place[order] = group
        return _Ranked(order, begins, place)

    def ranks(self, samples: Samples) -> npt.NDArray[np.float64]:
        """Ranks (B, N) from 1 within each sample, equal values sharing the mean of theirs."""
        counts = np.add.reduceat(samples[:, self.order], self.begins, axis=1)
        middle = np.cumsum(counts, axis=1) - (counts - 1) / 2
        return np.asarray(middle[:, self.group], np.float64)


def _once(rated: Ratings) -> Samples:
    return np.ones((1, len(rated)))
