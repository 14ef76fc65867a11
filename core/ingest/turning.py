"""How a place in the pixels as stored and the same place in the upright picture correspond.

Both ways for each EXIF orientation, on continuous coordinates: the corners of a picture are
(0, 0) and (width, height), so that fractions are served with a size of 1 by 1.
"""

Point = tuple[float, float]
Size = tuple[float, float]

_SIDEWAYS = range(5, 9)


def upright_point(point: Point, stored: Size, orientation: int) -> Point:
    """Where a place of the stored picture lies in the upright one.

    Args:
        point: x from the left, y from the top.
        stored: width and height of the stored picture.
        orientation: EXIF 1..8.
    """
    x, y = point
    width, height = stored
    return {
        2: (width - x, y),
        3: (width - x, height - y),
        4: (x, height - y),
        5: (y, x),
        6: (height - y, x),
        7: (height - y, width - x),
        8: (y, width - x),
    }.get(orientation, point)


def stored_point(point: Point, stored: Size, orientation: int) -> Point:
    """Where a place of the upright picture lies in the stored one; `stored` as above."""
    x, y = point
    width, height = stored
    return {
        2: (width - x, y),
        3: (width - x, height - y),
        4: (x, height - y),
        5: (y, x),
        6: (y, height - x),
        7: (width - y, height - x),
        8: (width - y, x),
    }.get(orientation, point)


def upright_size(stored: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height of the upright picture."""
    return stored[::-1] if orientation in _SIDEWAYS else stored
