"""Which parts of a photo its rating hangs on, for any model that rates pictures.

One part after the other is blurred away and the picture rated again: where the rating changes
most, there is what it hangs on. It asks the model itself, so it serves the model for everybody
and every personal one alike, and needs none of their insides.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Rate = Callable[[NDArray[np.uint8]], NDArray[np.float64]]  # (n, h, w, 3) to ratings (n,)

GRID = 7  # parts along each side: 49 pictures and the photo itself
_BATCH = 10  # pictures rated at once, which bounds the memory
_BLUR = 0.1  # radius, as a share of the longer side: no detail survives, the colours do
_NOTHING = 1e-6  # ratings


def attribution(rate: Rate, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much the rating hangs on each place, whether it is raised or lowered by it.

    Args:
        rate: rates pictures of the size of `picture`; on any scale.
        picture: (h, w, 3), sRGB, as the model reads it.

    Returns:
        (h, w), 0 to 1: 1 where the rating changes most, 0 where it does not change. All 0 if
        it changes nowhere.
    """
    strength = np.abs(rating_changes(rate, picture)).astype(np.float32)
    largest = float(strength.max())
    if largest < _NOTHING:
        return np.zeros(picture.shape[:2], np.float32)
    height, width = picture.shape[:2]
    smooth = Image.fromarray(strength / largest).resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(smooth, np.float32), 0, 1)


def rating_changes(rate: Rate, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What each part adds to the rating (GRID, GRID): the rating as it is minus without it.

    Args:
        rate: rates pictures of the size of `picture`.
        picture: (h, w, 3), sRGB, as the model reads it.
    """
    height, width = picture.shape[:2]
    blur = ImageFilter.GaussianBlur(_BLUR * max(height, width))
    blurred = np.asarray(Image.fromarray(picture).filter(blur), np.float32)
    difference = blurred - picture
    down, across = _windows(height), _windows(width)
    parts = [np.outer(down[row], across[column]) for row in range(GRID) for column in range(GRID)]
    ratings = [float(rate(picture[None])[0])]
    for start in range(0, len(parts), _BATCH):
        without = [picture + part[..., None] * difference for part in parts[start : start + _BATCH]]
        ratings.extend(rate(np.rint(np.stack(without)).astype(np.uint8)).tolist())
    changes: NDArray[np.float64] = ratings[0] - np.array(ratings[1:]).reshape(GRID, GRID)
    return changes


def _windows(length: int) -> NDArray[np.float32]:
    """How far each place along a side belongs to each part (GRID, length), with soft edges."""
    place = (np.arange(length) + 0.5) * GRID / length - 0.5
    away = np.abs(place[None, :] - np.arange(GRID)[:, None])  # in parts
    belonging: NDArray[np.float32] = np.clip(2 - 2 * away, 0, 1).astype(np.float32)
    return belonging
