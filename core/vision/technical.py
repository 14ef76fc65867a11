"""Technical facts of a picture, measured without a network, each 0..100, higher is better.

Facts, not verdicts: a low-key portrait is dark on purpose. They are measured on the
preview, so they tell what can be seen at its size, not what shows at 1:1.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

Luminance = npt.NDArray[np.float32]  # shape (H, W), Rec. 601 luma, 0..255

PARTS = ("sharpness", "exposure", "contrast", "noise")

_TILE_PX = 32
_RE_BLUR_PX = 9  # width of the averaging filter of Crete et al.
_TEXTURE = 1.0  # mean step between neighbours, 8-bit units, under which a tile is flat


def measure(picture: Image.Image) -> dict[str, float]:
    """Measure all parts of an upright sRGB picture.

    Returns:
        One number in 0..100 for each name in PARTS.
    """
    grey = picture.convert("L")
    histogram = np.asarray(grey.histogram(), dtype=np.float64)
    luminance = np.asarray(grey, dtype=np.float32)
    return {
        "sharpness": sharpness(luminance),
        "exposure": exposure(histogram),
        "contrast": contrast(histogram),
        "noise": noise(luminance),
    }


def sharpness(luminance: Luminance) -> float:
    """How much detail a re-blur would take away, in the sharpest part of the frame.

    Only the sharpest tenth of the textured tiles counts, so that a sharp subject before a
    soft background is sharp. A frame without texture gets 0: nothing in it is in focus.

    Source:
        Crete et al. 2007, "The blur effect: perception and estimation with a new no-reference
        perceptual blur metric", eq. 1 to 6, per tile instead of per frame.
    """
    if min(luminance.shape) < 2:
        return 0.0
    lost_across, all_across = _detail_lost(luminance)
    lost_down, all_down = _detail_lost(np.ascontiguousarray(luminance.T))
    lost, total = lost_across + lost_down.T, all_across + all_down.T
    textured = total > 2 * _TEXTURE
    if not textured.any():
        return 0.0
    kept = np.sort(lost[textured] / total[textured])
    best = kept[-max(1, len(kept) // 10) :].mean()
    return _percent(float(best), worst=0.30, best=0.85)


def exposure(histogram: npt.NDArray[np.float64]) -> float:
    """How near the frame is to a middle brightness, and how little of it is clipped.

    Args:
        histogram: shape (256,), pixels of each luminance.
    """
    share = histogram / histogram.sum()
    brightness = float(share @ np.arange(256)) / 255
    clipped = float(share[:3].sum() + share[-3:].sum())
    off_middle = abs(brightness - 0.46) / 0.46
    return _percent(min(1.0, off_middle**2 + 0.8 * clipped), worst=1.0, best=0.0)


def contrast(histogram: npt.NDArray[np.float64]) -> float:
    """The range that holds the middle 90 % of the pixels, of the whole range.

    Args:
        histogram: shape (256,), pixels of each luminance.
    """
    below = np.cumsum(histogram) / histogram.sum()
    low, high = np.searchsorted(below, (0.05, 0.95))
    return _percent(float(high - low), worst=0.0, best=220.0)


def noise(luminance: Luminance) -> float:
    """Freedom from noise: 100 at none, 0 at a deviation of 16 of 255.

    Source:
        Immerkaer 1996, "Fast noise variance estimation", per tile; the calmest tenth of the
        tiles counts, because texture elsewhere would be taken for noise.
    """
    if min(luminance.shape) < 3:
        return 100.0
    rows = luminance[:-2] - 2 * luminance[1:-1] + luminance[2:]
    laplacian = np.abs(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:])
    tiles = np.sort(_tiles(laplacian), axis=None)
    calm = float(tiles[: max(1, len(tiles) // 10)].mean())
    return _percent(calm * float(np.sqrt(np.pi / 2)) / 6, worst=16.0, best=0.0)


def _detail_lost(luminance: Luminance) -> tuple[Luminance, Luminance]:
    """Steps between neighbours along axis 1 that a re-blur removes, and all steps, by tile.

    Every other row tells as much of a tile as all of them. The last row and column take no
    part, so that both directions have the same tiles.
    """
    rows = luminance[:-1:2]
    step = np.abs(rows[:, 1:] - rows[:, :-1])
    re_blurred = _box_filter(rows)
    kept = np.abs(re_blurred[:, 1:] - re_blurred[:, :-1])
    lost = np.maximum(step - kept, 0)
    return _tiles(lost, _TILE_PX // 2), _tiles(step, _TILE_PX // 2)


def _box_filter(luminance: Luminance) -> Luminance:
    half = _RE_BLUR_PX // 2
    padded = np.pad(luminance, ((0, 0), (half + 1, half)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float32)
    return (sums[:, _RE_BLUR_PX:] - sums[:, :-_RE_BLUR_PX]) / np.float32(_RE_BLUR_PX)


def _tiles(values: Luminance, rows: int = _TILE_PX) -> Luminance:
    """Mean of each tile, counted from the left and the top; the last ones may be narrower."""
    tops = np.arange(0, values.shape[0], rows)
    lefts = np.arange(0, values.shape[1], _TILE_PX)
    sums = np.add.reduceat(np.add.reduceat(values, tops, axis=0), lefts, axis=1)
    heights = np.diff(tops, append=values.shape[0])
    widths = np.diff(lefts, append=values.shape[1])
    means: Luminance = (sums / np.outer(heights, widths)).astype(np.float32)
    return means


def _percent(value: float, *, worst: float, best: float) -> float:
    return float(np.clip((value - worst) / (best - worst), 0, 1)) * 100
