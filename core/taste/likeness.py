"""Which photos resemble one another in the eyes of the model."""

import numpy as np
import numpy.typing as npt


def most_alike(
    features: npt.NDArray[np.float32],
    wanted: npt.NDArray[np.float32],
    bursts: npt.NDArray[np.int64],
    count: int = 3,
) -> npt.NDArray[np.intp]:
    """Rows of the features (N, D) that are most like `wanted` (D,), the closest first.

    At most one of each burst (N,); fewer than `count` where there are no more.
    """
    order = np.argsort(-(features @ wanted), kind="stable")
    _, first = np.unique(bursts[order], return_index=True)
    return order[np.sort(first)[:count]]
