"""Whether features use the room they have, or have collapsed into a few directions."""

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.floating]


def spectrum(features: Features) -> NDArray[np.float64]:
    """Shares (min(N, D),) of the singular values of centred features (N, D), largest first."""
    centred = features.astype(np.float64) - features.mean(0, dtype=np.float64)
    values = np.linalg.svd(centred, compute_uv=False)
    total = values.sum()
    return values / total if total > 0 else values


def effective_rank(features: Features) -> float:
    """In how many directions features (N, D) spread, 1 to min(N - 1, D); 0 if all are equal.

    The exponential of the entropy of the singular values' shares.

    Source:
        Roy and Vetterli 2007, "The effective rank: a measure of effective dimensionality".
    """
    shares = spectrum(features)
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0
