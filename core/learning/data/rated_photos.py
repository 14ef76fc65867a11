"""Photographs with human ratings, whatever they were read from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RatedPhotos:
    """Photographs with human ratings, in the order of the ratings file."""

    files: tuple[str, ...]
    groups: tuple[str, ...]  # photographs of one group must not stand on both sides of a split
    mean: NDArray[np.float32]  # (N,) mean rating
    histogram: NDArray[np.float32]  # (N, K) share of the raters who chose each bin
