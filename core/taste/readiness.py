"""Whether a photographer has said enough to learn from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FEWEST = 10  # marks under which nothing is tried
ENOUGH = 100  # marks from which more bring little
_SOME = 40

Level = Literal["none", "few", "some", "enough"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """How much there is, and what it is good for."""

    marks: int  # photos with stars, picked or rejected
    shoots: int
    bursts: int
    level: Level  # none: it cannot be tried yet
    sentence: str


def readiness(
    stars: npt.NDArray[np.int8],
    picks: npt.NDArray[np.int8],
    shoots: npt.NDArray[np.int64],
    bursts: npt.NDArray[np.int64],
) -> Readiness:
    """What the marks (N,) of a catalogue suffice for."""
    is_marked = (stars > 0) | (picks != 0)
    marks = int(is_marked.sum())
    counts = marks, len(np.unique(shoots[is_marked])), len(np.unique(bursts[is_marked]))
    if marks < FEWEST:
        missing = FEWEST - marks
        more = "1 more rating" if missing == 1 else f"{missing} more ratings"
        return Readiness(*counts, "none", f"{more} and Shortlist can try to learn your taste.")
    said = np.stack([stars, picks], axis=1)[is_marked]
    if (said == said[0]).all():
        return Readiness(
            *counts,
            "none",
            "All your ratings are equal. Rate some photos that you like less, or more.",
        )
    if marks < _SOME:
        return Readiness(
            *counts, "few", f"Enough to try; with {_SOME - marks} more the gain can be seen."
        )
    if marks < ENOUGH:
        return Readiness(
            *counts, "some", f"Enough to learn from; {ENOUGH - marks} more would sharpen it."
        )
    return Readiness(*counts, "enough", "Plenty to learn from.")
