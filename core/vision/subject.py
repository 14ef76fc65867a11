"""Where the subject of a photo is, and where the same subject is in the next frame.

Told on the small preview, where a slight blur does not show: what stands out there, near the
middle rather than at an edge, is what the photographer looked at.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Light = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

_LONG_EDGE_PX = 240  # of the renditions that are looked at
_SIDE = 0.28  # of the region, as a share of the shorter side of the picture
_MIDDLE = 0.35  # how quickly places away from the middle count less, in shares of each side
_CELL_PX = 4
_RGB = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_STRAY = 0.22  # how far a subject may move between two frames, in shares of the long edge
_BROAD_PX = 8  # structure that is coarser does not tell one subject from another
_FOUND = 0.5  # correlation from which on it is the same thing


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in shares of the width and height of a picture."""

    left: float
    top: float
    width: float
    height: float


def subject_of(picture: Pixels) -> Place:
    """Where a picture (H, W, 3) has most contrast, with a preference for the middle."""
    light = _small(picture)
    stands_out = _contrast(light) * _preference(light.shape)
    side = max(2 * _CELL_PX, round(_SIDE * min(light.shape)))
    top, left = _fullest(stands_out, min(side, *light.shape))
    return _place(left, top, side, light.shape)


def around(x: float, y: float, picture: Pixels) -> Place:
    """The same size of region around a point in shares, such as where the camera focused."""
    height, width = picture.shape[:2]
    side = _SIDE * min(height, width)
    across, down = side / width, side / height
    left = min(max(0.0, x - across / 2), 1 - across)
    top = min(max(0.0, y - down / 2), 1 - down)
    return Place(left, top, across, down)


def found_again(place: Place, anchor: Pixels, other: Pixels) -> Place | None:
    """Where what is at a place of `anchor` is in `other`; None if it is not there.

    Both (H, W, 3), of about one shape. The subject may move by a fifth of the frame.
    """
    first, second = _structure(_small(anchor)), _structure(_small(other))
    if first.shape != second.shape:
        return None
    height, width = first.shape
    top, left = round(place.top * height), round(place.left * width)
    bottom, right = (
        round((place.top + place.height) * height),
        round((place.left + place.width) * width),
    )
    pattern = first[top:bottom, left:right]
    stray = round(_STRAY * max(height, width))
    from_row, from_column = max(0, top - stray), max(0, left - stray)
    searched = second[from_row : bottom + stray, from_column : right + stray]
    match = _correlation(searched, pattern)
    row, column = np.unravel_index(int(match.argmax()), match.shape)
    if match[row, column] < _FOUND:
        return None
    return Place(
        (from_column + int(column)) / width,
        (from_row + int(row)) / height,
        place.width,
        place.height,
    )


def _small(picture: Pixels) -> Light:
    height, width = picture.shape[:2]
    scale = _LONG_EDGE_PX / max(height, width)
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    small = Image.fromarray(picture).resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return cast("Light", np.asarray(small).astype(np.float32) @ _RGB)


def _structure(light: Light) -> Light:
    """Without the large slopes of light, which resemble each other in any two pictures."""
    broad = Image.fromarray(light.astype(np.uint8)).filter(ImageFilter.BoxBlur(_BROAD_PX))
    return cast("Light", light - np.asarray(broad))


def _contrast(light: Light) -> Light:
    """How much each pixel differs from its neighbours, without letting one edge win alone."""
    down = np.abs(np.diff(light, axis=0, append=light[-1:]))
    across = np.abs(np.diff(light, axis=1, append=light[:, -1:]))
    return cast("Light", np.sqrt(down + across))


def _preference(shape: tuple[int, ...]) -> Light:
    rows, columns = (np.linspace(-0.5, 0.5, side) for side in shape)
    away = (rows[:, None] / _MIDDLE) ** 2 + (columns[None, :] / _MIDDLE) ** 2
    return np.exp(-away / 2).astype(np.float32)


def _fullest(values: Light, side: int) -> tuple[int, int]:
    """Top and left of the square with the largest sum."""
    sums = np.pad(values.cumsum(axis=0).cumsum(axis=1), [(1, 0), (1, 0)])
    squares = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    top, left = np.unravel_index(int(squares.argmax()), squares.shape)
    return int(top), int(left)


def _place(left: int, top: int, side: int, shape: tuple[int, ...]) -> Place:
    height, width = shape
    return Place(left / width, top / height, side / width, side / height)


def _correlation(searched: Light, pattern: Light) -> npt.NDArray[np.float64]:
    """The correlation of the pattern with each place of what is searched, -1..1."""
    rows, columns = pattern.shape
    around_mean = (pattern - pattern.mean()).astype(np.float64)
    values = searched.astype(np.float64)
    shape = (values.shape[0] + rows - 1, values.shape[1] + columns - 1)
    products = np.fft.irfft2(
        np.fft.rfft2(values, shape) * np.fft.rfft2(around_mean[::-1, ::-1], shape), shape
    )[rows - 1 : values.shape[0], columns - 1 : values.shape[1]]
    sums, squares = _box_sums(values, rows, columns), _box_sums(values**2, rows, columns)
    spread = np.sqrt(np.maximum(squares - sums**2 / pattern.size, 1e-6))
    match: npt.NDArray[np.float64] = products / (
        spread * max(1e-6, float(np.sqrt((around_mean**2).sum())))
    )
    return match


def _box_sums(values: npt.NDArray[np.float64], rows: int, columns: int) -> npt.NDArray[np.float64]:
    sums = np.pad(values.cumsum(axis=0).cumsum(axis=1), [(1, 0), (1, 0)])
    boxes: npt.NDArray[np.float64] = (
        sums[rows:, columns:]
        - sums[:-rows, columns:]
        - sums[rows:, :-columns]
        + sums[:-rows, :-columns]
    )
    return boxes
