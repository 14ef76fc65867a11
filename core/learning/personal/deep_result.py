"""What the deep arm gives back; loads no torch, as the window's process must not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STAGE = "deep"


@dataclass(frozen=True, slots=True)
class DeepResult:
    """A personal model, and what is needed to judge it. Ratings are on the model's scale."""

    held_out: NDArray[np.float64]  # (N,) of the marked, by models that saw nothing of the fold
    marked: NDArray[np.float64]  # (N,) of the marked photos, by the model from all marks
    unmarked: NDArray[np.float64]  # (M,) of the others, by the same
    content: bytes  # the changed initialisers as safetensors; core.vision.patched_model reads it
