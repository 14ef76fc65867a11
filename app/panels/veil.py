"""An attribution map as a veil over the photo: what counted little is dimmed, nothing is tinted.

A coloured heat map would hide the very light and colour that it wants to explain.
"""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

_DARKEST = 0.78  # how much of the light goes where nothing counted


def veil_of(map_: npt.NDArray[np.float32]) -> QImage:
    """A picture (h, w) of black that is more opaque where the map (h, w), 0..1, is lower."""
    height, width = map_.shape
    counted = np.clip(np.nan_to_num(map_), 0.0, 1.0)
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    pixels[..., 3] = np.rint((1.0 - counted) * _DARKEST * 255)
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    # Another format means a copy: the picture must not outlive the array it was laid over.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
