"""Eight numbers that a photographer could name: the baseline without any learned features."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.learning.data.frames import Frame, Frames


def handmade_features(frames: Frames, files: Sequence[str]) -> NDArray[np.float32]:
    """Light, contrast, colour and detail of each photograph (N, 8)."""
    return np.array([_described(frames.frame(file)) for file in files], np.float32)


def _described(frame: Frame) -> list[float]:
    """Mean and deviation of light and of saturation, dark and bright share, colour, detail.

    Source:
        Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images", for colour.
    """
    red, green, blue = (frame[..., channel].astype(np.float32) / 255 for channel in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    strongest = np.maximum(np.maximum(red, green), blue)
    weakest = np.minimum(np.minimum(red, green), blue)
    saturation = (strongest - weakest) / np.maximum(strongest, 1e-3)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    colour = np.hypot(red_green.std(), yellow_blue.std()) + 0.3 * np.hypot(
        red_green.mean(), yellow_blue.mean()
    )
    detail = np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean()
    return [
        float(value)
        for value in (
            light.mean(),
            light.std(),
            saturation.mean(),
            saturation.std(),
            (light < 0.1).mean(),
            (light > 0.9).mean(),
            colour,
            detail,
        )
    ]
