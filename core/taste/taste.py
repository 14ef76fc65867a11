"""A photographer's taste as a linear head around the rating that the model gives for everybody."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.taste.evidence import FACTS, Frames


@dataclass(frozen=True, slots=True)
class Taste:
    """How much the rating for everybody counts, and what embedding and facts add to it."""

    weight: float  # of the rating for everybody; 1 leaves it as it is
    slope: npt.NDArray[np.float32]  # (D + len(FACTS),)
    level: float
    fact_centre: npt.NDArray[np.float32]  # (len(FACTS),) what a fact that is missing counts as
    fact_scale: npt.NDArray[np.float32]  # (len(FACTS),) what a difference of 1 stands for

    def __post_init__(self) -> None:
        shape = (len(FACTS),)
        if self.fact_centre.shape != shape or self.fact_scale.shape != shape:
            raise ValueError("the facts are not those of this version")
        if self.slope.ndim != 1 or len(self.slope) <= len(FACTS):
            raise ValueError("the slope does not fit an embedding and the facts")
        parts = (self.slope, self.fact_centre, self.fact_scale)
        finite = all(np.isfinite(part).all() for part in parts)
        finite = finite and bool(np.isfinite([self.weight, self.level]).all())
        if not finite or self.fact_scale.min() <= 0:
            raise ValueError("the numbers are out of range")

    def ratings(self, frames: Frames) -> npt.NDArray[np.float64]:
        """Ratings (N,) on the model's own scale."""
        facts = standardised(frames.facts, self.fact_centre, self.fact_scale)
        width = len(self.slope) - len(FACTS)
        added = frames.features @ self.slope[:width] + facts @ self.slope[width:]
        return self.weight * frames.generic + added + self.level


def standardised(
    facts: npt.NDArray[np.float32],
    centre: npt.NDArray[np.float32],
    scale: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Facts (N, F) as differences from the usual; 0 where one was not measured."""
    known = np.nan_to_num((facts - centre) / scale, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(known, np.float32)
