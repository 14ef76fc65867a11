"""Whether a photographer has said enough to learn from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.taste.marks import passed_over

FEWEST = 10  # marks under which nothing is tried
ENOUGH = 100  # marks from which more bring little
SOME = 40  # marks from which a gain can be seen

Level = Literal["none", "few", "some", "enough"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """How much there is, and what it is good for."""

    marks: int  # photos with stars, picked or rejected
    shoots: int
    bursts: int
    level: Level  # none: it cannot be tried yet
    sentence: str


@dataclass(frozen=True, slots=True)
class Count:
    """Marks of some shoots; the sum of two is the count of both."""

    marks: int = 0  # photos with stars, picked or rejected
    shoots: int = 0
    bursts: int = 0
    passed_over: int = 0  # photos that were left for another of their burst
    kinds: frozenset[tuple[int, int]] = frozenset()  # stars and pick that were given

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.marks + other.marks,
            self.shoots + other.shoots,
            self.bursts + other.bursts,
            self.passed_over + other.passed_over,
            self.kinds | other.kinds,
        )


def counted(
    stars: npt.NDArray[np.int8],
    picks: npt.NDArray[np.int8],
    shoots: npt.NDArray[np.int64],
    bursts: npt.NDArray[np.int64],
) -> Count:
    """The marks of all photos (N,) of some shoots, or of those that tell something."""
    marked = np.flatnonzero((stars > 0) | (picks != 0))
    return Count(
        len(marked),
        len(np.unique(shoots[marked])),
        len(np.unique(bursts[marked])),
        int(passed_over(stars, picks, shoots, bursts).sum()),
        frozenset(zip(stars[marked].tolist(), picks[marked].tolist(), strict=True)),
    )


def readiness(count: Count) -> Readiness:
    """What marks suffice for."""
    counts = count.marks, count.shoots, count.bursts
    if count.marks < FEWEST:
        missing = FEWEST - count.marks
        more = "1 more rating" if missing == 1 else f"{missing} more ratings"
        return Readiness(*counts, "none", f"{more} and Shortlist can try to learn your taste.")
    if len(count.kinds) == 1 and count.passed_over < FEWEST:
        return Readiness(
            *counts,
            "none",
            "All your ratings are equal. Rate some photos that you like less, or more.",
        )
    if count.marks < SOME:
        missing = SOME - count.marks
        return Readiness(
            *counts, "few", f"Enough to try; with {missing} more the gain can be seen."
        )
    if count.marks < ENOUGH:
        missing = ENOUGH - count.marks
        return Readiness(*counts, "some", f"Enough to learn from; {missing} more would sharpen it.")
    return Readiness(*counts, "enough", "Plenty to learn from.")
