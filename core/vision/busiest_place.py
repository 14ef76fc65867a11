"""Where a picture has the most fine detail: a guess at the subject, where nobody says.

What is sharp was focused, and what was focused was meant. A background in focus has detail all
over, a subject in front of a soft one has nearly all of it, so the place where detail gathers
is taken, and the middle of the frame is preferred where there are several.
"""

import numpy as np
import numpy.typing as npt

_CELLS = 24  # along the longer side
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LEAST = 1.0  # levels: fainter detail is noise
_MIDDLE = 0.45  # standard deviation of the preference for the middle, in shares of a side
_NEAR = 2  # cells around the best one whose centre of gravity is taken


def busiest_place(picture: npt.NDArray[np.uint8]) -> tuple[float, float] | None:
    """The centre of the finest detail as shares of width and height; None in a flat picture.

    Args:
        picture: (H, W, 3) sRGB 0..255; a preview is enough.
    """
    height, width = picture.shape[:2]
    side = max(height, width) // _CELLS
    if side < 2 or min(height, width) < 2 * side:
        return None
    grey = picture.astype(np.float32) @ _LUMA
    detail = np.zeros_like(grey)
    detail[1:-1, 1:-1] = np.abs(
        4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    )
    rows, columns = height // side, width // side
    cells = detail[: rows * side, : columns * side].reshape(rows, side, columns, side)
    energy = cells.mean(axis=(1, 3))
    if float(energy.max()) < _LEAST:
        return None
    y, x = (np.indices(energy.shape) + 0.5) / np.array([rows, columns])[:, None, None]
    middle = np.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / (2 * _MIDDLE**2))
    weight = _smoothed(energy**2) * middle
    top, left = np.unravel_index(int(weight.argmax()), weight.shape)
    near = np.zeros_like(weight)
    around = (
        slice(max(0, int(top) - _NEAR), int(top) + _NEAR + 1),
        slice(max(0, int(left) - _NEAR), int(left) + _NEAR + 1),
    )
    near[around] = weight[around]
    total = float(near.sum())
    return (
        float((near * x).sum() / total) * columns * side / width,
        float((near * y).sum() / total) * rows * side / height,
    )


def _smoothed(energy: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean over each cell and its neighbours."""
    padded = np.pad(energy, 1, mode="edge")
    rows, columns = energy.shape
    shifted = [padded[dy : dy + rows, dx : dx + columns] for dy in range(3) for dx in range(3)]
    mean: npt.NDArray[np.float32] = np.mean(shifted, axis=0)
    return mean
