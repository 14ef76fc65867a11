"""Parts of a photo: cut out of its pixels, or pointed at by the camera."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the upright photo at full size; x from the left, y from the top."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FocusPoint:
    """The area that a camera focused, upright, as shares of the width and height of the photo."""

    x: float  # of its centre, from the left, 0..1
    y: float  # from the top
    width: float = 0.0  # 0 where only a point is known
    height: float = 0.0
