"""How sharp a part of a photo is at 1:1, to compare it between frames of one burst.

The fine detail of the part, for its lightness, so that frames that are a little lighter still
compare. What noise alone would make is taken off first. It is not weighed against coarser
detail: far out of focus, that goes too, and the blurred frame would seem sharp for what is left
of it. So between different subjects the numbers mean nothing.
"""

from typing import cast

import numpy as np
import numpy.typing as npt

VERSION = "1"  # changes whenever equal pixels would give another number

Light = npt.NDArray[np.float32]

_TILE_PX = 32
_LEAST_PX = 2 * _TILE_PX
_RGB = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # Rec. 601
_BUSIEST = 0.3  # of the tiles are looked at: the rest of the part is background
_CALMEST = 0.05  # of the tiles tell the noise
_DARKEST = 8.0  # levels; what is darker shows no detail that could be compared
_NOTHING = 2.0**-20  # detail against lightness, of a part without any


def sharpness(part: npt.NDArray[np.uint8]) -> float | None:
    """How much fine detail a part has for its lightness, as a binary logarithm.

    Args:
        part: (H, W, 3), sRGB, at 1:1.

    Returns:
        -20 (without any) to about 0; None where the part is too small or too dark to tell. A
        blur that takes half of the amplitude of the detail takes 2.
    """
    if min(part.shape[:2]) < _LEAST_PX:
        return None
    light = part.astype(np.float32) @ _RGB
    level = float(light.mean())
    if level < _DARKEST:
        return None
    fine, middle = (_tile_means(ring * ring) for ring in _detail(light))
    noise = float(np.quantile(fine, _CALMEST))
    detail = fine - noise + middle - _NOISE_HANDED_ON * noise
    busy = float(detail[detail >= np.quantile(detail, 1 - _BUSIEST)].mean())
    return float(np.log2(max(busy / level**2, _NOTHING)))


def _detail(light: Light) -> tuple[Light, Light]:
    """What two smoothings take away, the finer first; each (H, W)."""
    smoother = _smoothed(light, 1)
    return light - smoother, smoother - _smoothed(smoother, 2)


def _smoothed(light: Light, step: int) -> Light:
    """With the weights 1 2 1 both ways, over neighbours `step` pixels away."""
    wide = np.pad(light, step, mode="reflect")
    rows = wide[: -2 * step] + 2 * wide[step:-step] + wide[2 * step :]
    both = rows[:, : -2 * step] + 2 * rows[:, step:-step] + rows[:, 2 * step :]
    return cast("Light", both / np.float32(16))


def _tile_means(values: Light) -> Light:
    rows, columns = (side // _TILE_PX for side in values.shape)
    whole = values[: rows * _TILE_PX, : columns * _TILE_PX]
    tiles = whole.reshape(rows, _TILE_PX, columns, _TILE_PX)
    return cast("Light", tiles.mean(axis=(1, 3)))


def _handed_on() -> float:
    """How much of the noise in the finest detail is in the next, for white noise."""
    noise = np.random.default_rng(0).standard_normal((256, 256)).astype(np.float32)
    fine, middle = _detail(noise)
    return float((middle * middle).mean() / (fine * fine).mean())


_NOISE_HANDED_ON = _handed_on()
