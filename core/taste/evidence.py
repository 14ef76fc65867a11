"""What is known of the photos that a photographer has judged, and of all the others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FACTS = (  # beside the embedding, in this order; each of order one
    "sharpness",
    "motion",
    "noise",
    "underexposure",
    "overexposure",
    "compression",
    "light",
    "contrast",
    "shadows",
    "highlights",
    "saturation",
    "warmth",
    "tint",
    "colourfulness",
    "symmetry",
    "centred_detail",
    "centred_light",
    "evenness",
)


@dataclass(frozen=True, slots=True)
class Frames:
    """Photos as the model sees them, one row each."""

    features: npt.NDArray[np.float32]  # (N, D) embeddings of the model, unit length
    facts: npt.NDArray[np.float32]  # (N, len(FACTS)); NaN where it was not measured
    generic: npt.NDArray[np.float64]  # (N,) expected rating by the model for everybody

    def rows(self, rows: npt.NDArray[np.intp]) -> "Frames":
        """Some of them."""
        return Frames(self.features[rows], self.facts[rows], self.generic[rows])

    def __len__(self) -> int:
        return len(self.generic)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Photos that the photographer has marked, or passed over for another of their burst."""

    frames: Frames
    stars: npt.NDArray[np.int8]  # (N,) 1 to 5, 0 for none
    picks: npt.NDArray[np.int8]  # (N,) 1 picked, -1 rejected, 0 neither; passed over without both
    shoots: npt.NDArray[np.int64]  # (N,) equal numbers are one shoot (folder and day)
    bursts: npt.NDArray[np.int64]  # (N,) equal numbers are one burst; never in two shoots

    @property
    def is_marked(self) -> npt.NDArray[np.bool_]:
        """Whether each photo has stars or a verdict (N,); the others were passed over."""
        return np.asarray((self.stars > 0) | (self.picks != 0), np.bool_)

    @property
    def marked(self) -> "Evidence":
        """Only what has a mark."""
        return self.rows(np.flatnonzero(self.is_marked))

    def rows(self, rows: npt.NDArray[np.intp]) -> "Evidence":
        """Some of them."""
        return Evidence(
            self.frames.rows(rows),
            self.stars[rows],
            self.picks[rows],
            self.shoots[rows],
            self.bursts[rows],
        )

    def __len__(self) -> int:
        return len(self.stars)
