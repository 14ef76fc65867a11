"""Technical facts of a picture, measured without a network, each 0..100, higher is better.

Facts, not verdicts: a low-key portrait is dark on purpose. They are measured on the
preview, so they tell what can be seen at its size, not what shows at 1:1.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

Luminance = npt.NDArray[np.int16]  # shape (H, W), Rec. 601 luma, 0..255
Tiles = npt.NDArray[np.float64]  # the mean of each tile

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
    luminance = np.asarray(grey).astype(np.int16)  # exact here, and half the work of floats
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
    # Every other line tells as much of a tile as all of them. The last row and column take no
    # part, so that both directions have the same tiles.
    lost_across, all_across = _detail_lost(luminance[:-1:2].T)
    lost_down, all_down = _detail_lost(np.ascontiguousarray(luminance[:, :-1:2]))
    lost, total = lost_across.T + lost_down, all_across.T + all_down
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
    tiles = np.sort(_tiles(laplacian, _TILE_PX, _TILE_PX), axis=None)
    calm = float(tiles[: max(1, len(tiles) // 10)].mean())
    return _percent(calm * float(np.sqrt(np.pi / 2)) / 6, worst=16.0, best=0.0)


def _detail_lost(lines: Luminance) -> tuple[Tiles, Tiles]:
    """Steps between neighbours along axis 0 that a re-blur removes, and all steps, by tile.

    Of two neighbouring averages all but the ends cancel out, so the step between them is that
    between a pixel entering the average and one leaving it, over its width.
    """
    half = _RE_BLUR_PX // 2
    padded = np.pad(lines, ((half, half), (0, 0)), mode="edge")
    step = _RE_BLUR_PX * np.abs(lines[1:] - lines[:-1])
    kept = np.abs(padded[_RE_BLUR_PX:] - padded[:-_RE_BLUR_PX])
    lost = np.maximum(step - kept, 0)
    size = (_TILE_PX, _TILE_PX // 2)
    return _tiles(lost, *size) / _RE_BLUR_PX, _tiles(step, *size) / _RE_BLUR_PX


def _tiles(values: Luminance, height: int, width: int) -> Tiles:
    """Mean of each tile, counted from the left and the top; the last ones may be narrower."""
    rows, columns = values.shape
    down, across = -(-rows // height), -(-columns // width)
    whole = np.zeros((down * height, across * width), np.uint16)
    whole[:rows, :columns] = values
    strips = whole.reshape(down, height, -1).sum(axis=1, dtype=np.uint32)
    sums = strips.reshape(down, across, width).sum(axis=2, dtype=np.float64)
    heights = np.diff(np.arange(0, rows, height), append=rows)
    widths = np.diff(np.arange(0, columns, width), append=columns)
    means: Tiles = sums / np.outer(heights, widths)
    return means


def _percent(value: float, *, worst: float, best: float) -> float:
    return float(np.clip((value - worst) / (best - worst), 0, 1)) * 100
