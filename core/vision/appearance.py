"""How a picture looks: light, colour and where both lie, in twelve numbers that a taste can use.

The network's embedding says what is in the picture; it was taught to overlook much of this.
Everything is measured on the small picture that the network sees, at a fraction of its cost.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

VERSION = "1"  # changes whenever equal pixels would give other numbers

NAMES = (
    "light",
    "contrast",
    "shadows",
    "highlights",
    "saturation",
    "warmth",
    "tint",
    "colourfulness",
    "symmetry",
    "centred_detail",
    "centred_light",
    "evenness",
)

Floats = npt.NDArray[np.float32]

_SIDE = 56  # px; noise and fine texture average out
_MIDDLE = (slice(_SIDE // 4, -_SIDE // 4), slice(_SIDE // 4, -_SIDE // 4))  # of either side
_TILES = 7  # cells on a side for how light is spread
_DARK, _BRIGHT = 0.12, 0.88  # of full luminance
_FLOOR = 0.06  # keeps ratios of what is nearly black finite and small


def measure(picture: npt.NDArray[np.uint8]) -> Floats:
    """Measure an upright sRGB picture.

    Args:
        picture: shape (S, S, 3), 0..255, as the network sees it.

    Returns:
        Shape (12,), finite, of order one, in the order of NAMES:
        light: mean luminance; contrast: four times its standard deviation;
        shadows, highlights: shares of nearly black and nearly white;
        saturation: mean of how far the channels differ, against the largest;
        warmth: red against blue, positive is warm; tint: green against both, negative is
        magenta; colourfulness: 1 is "highly colourful";
        symmetry: correlation of the luminance with its left-right mirror image, -1..1;
        centred_detail: share of the edges' energy in the middle quarter, .25 if evenly spread;
        centred_light: luminance of the middle quarter less that of the rest, doubled;
        evenness: 1 where every part of the frame is equally light, towards 0 for one lit spot.

    Source:
        Hasler and Süsstrunk 2003, "Measuring colourfulness in natural images", for that one.
    """
    small = Image.fromarray(picture).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    red, green, blue = np.moveaxis(np.asarray(small).astype(np.float32) / np.float32(255), 2, 0)
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    light = 0.299 * red + 0.587 * green + 0.114 * blue  # Rec. 601
    return np.array(
        [
            light.mean(),
            4 * light.std(),
            (light < _DARK).mean(),
            (light > _BRIGHT).mean(),
            ((most - least) / (most + _FLOOR)).mean(),
            2 * (red - blue).mean(),
            4 * (green - (red + blue) / 2).mean(),
            _colourfulness(red, green, blue),
            _symmetry(light),
            _centred_detail(light),
            2 * _centred_light(light),
            _evenness(light),
        ],
        dtype=np.float32,
    )


def _colourfulness(red: Floats, green: Floats, blue: Floats) -> float:
    across, along = red - green, (red + green) / 2 - blue
    spread = np.hypot(across.std(), along.std())
    return float(255 / 82 * (spread + 0.3 * np.hypot(across.mean(), along.mean())))


def _symmetry(light: Floats) -> float:
    around = light - light.mean()
    energy = float((around * around).mean())
    # The added constant lets a picture without any structure count as neither.
    return float((around * around[:, ::-1]).mean() / (energy + 1e-4))


def _centred_detail(light: Floats) -> float:
    across, down = np.diff(light, axis=1)[:-1], np.diff(light, axis=0)[:, :-1]
    energy = across * across + down * down + np.float32(1e-6)
    return float(energy[_MIDDLE].sum() / energy.sum())


def _centred_light(light: Floats) -> float:
    middle = light[_MIDDLE]
    rest = (light.sum() - middle.sum()) / (light.size - middle.size)
    return float(middle.mean() - rest)


def _evenness(light: Floats) -> float:
    tiles = light.reshape(_TILES, _SIDE // _TILES, _TILES, _SIDE // _TILES).mean(axis=(1, 3))
    return float(1 / (1 + 2 * tiles.std() / (tiles.mean() + _FLOOR)))
