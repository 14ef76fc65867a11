"""What pictures show of clipping and focus, as pictures to be laid over them. Any thread."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

_WHITE_FROM = 254  # levels; a channel at its end has no detail left
_BLACK_TO = 1
_LIGHTS = (230, 45, 35)  # red and blue, as most cameras and programs warn
_SHADOWS = (40, 110, 235)
_EDGES = (70, 230, 90)
_OPACITY = 0.85
_LUMA = (0.2126, 0.7152, 0.0722)
_LEAST_EDGE = 24.0  # levels between neighbours: fainter is texture or noise
_SHARPEST = 0.985  # of the picture's places are less sharp than what is marked at most
_STRIP = 512  # rows measured at once, which bounds the memory

Mask = npt.NDArray[np.bool_]


def clipping(image: QImage, part: QRect | None = None) -> QImage:
    """Red where a channel is burnt out, blue where all are black; else transparent.

    Args:
        image: as it is shown; `part` of it in its pixels, or all.
    """
    pixels = _pixels(image, part)
    veil = _empty(pixels)
    for rows in _strips(pixels):
        blue, green, red = (pixels[rows, :, channel] for channel in range(3))
        brightest = np.maximum(np.maximum(blue, green), red)  # max(axis=2) takes ten times as long
        _colour(veil[rows], brightest >= _WHITE_FROM, _LIGHTS)
        _colour(veil[rows], brightest <= _BLACK_TO, _SHADOWS)
    return _to_image(veil)


def peaking(image: QImage, part: QRect | None = None) -> QImage:
    """Green on the sharpest edges, at the size at which the picture is shown."""
    pixels = _pixels(image, part)
    edges = np.zeros(pixels.shape[:2], np.float32)
    luma = np.array(_LUMA, np.float32)[::-1]  # pixels are blue, green, red
    for rows in _strips(pixels):
        above = max(0, rows.start - 1)
        grey = pixels[above : rows.stop + 1] @ luma
        step = np.zeros_like(grey)
        step[:, 1:-1] = np.abs(2 * grey[:, 1:-1] - grey[:, :-2] - grey[:, 2:])
        step[1:-1] += np.abs(2 * grey[1:-1] - grey[:-2] - grey[2:])
        first = rows.start - above
        edges[rows] = step[first : first + rows.stop - rows.start]
    veil = _empty(pixels)
    if edges.size:
        sample = edges[::4, ::4]
        _colour(veil, edges >= max(_LEAST_EDGE, float(np.quantile(sample, _SHARPEST))), _EDGES)
    return _to_image(veil)


def _pixels(image: QImage, part: QRect | None) -> npt.NDArray[np.uint8]:
    """(H, W, 3) blue, green, red."""
    image = image if part is None else image.copy(part)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].copy()


def _strips(pixels: npt.NDArray[np.uint8]) -> list[slice]:
    height = len(pixels)
    return [slice(top, min(height, top + _STRIP)) for top in range(0, height, _STRIP)]


def _empty(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.zeros((*pixels.shape[:2], 4), np.uint8)


def _colour(veil: npt.NDArray[np.uint8], where: Mask, colour: tuple[int, int, int]) -> None:
    red, green, blue = (round(channel * _OPACITY) for channel in colour)  # premultiplied
    veil[where] = (blue, green, red, round(255 * _OPACITY))


def _to_image(veil: npt.NDArray[np.uint8]) -> QImage:
    height, width = veil.shape[:2]
    format_ = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(veil.data, width, height, 4 * width, format_).copy()  # outlives the array
