"""Which parts of a photo its rating hangs on, for ratings that a test can foresee."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.vision.attribution import GRID, attribution, rating_changes

SIZE = 140
PART = SIZE // GRID


def scene(row: int, column: int, height: int = SIZE, width: int = SIZE) -> NDArray[np.uint8]:
    """Grey noise with a bright square in one of the parts."""
    generator = np.random.default_rng(0)
    picture = generator.integers(60, 120, (height, width, 3), dtype=np.uint8)
    down, across = height // GRID, width // GRID
    picture[row * down : (row + 1) * down, column * across : (column + 1) * across] = 255
    return picture


def brightest(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Rates how much of a picture is nearly white."""
    return (pictures > 240).mean((1, 2, 3)) * 7


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 3), (2, 5), (6, 1)])
def test_the_map_shows_the_bright_square_that_the_rating_looks_at(row: int, column: int) -> None:
    found = attribution(brightest, scene(row, column))
    assert found.shape == (SIZE, SIZE)
    assert (found.min(), found.max()) == (pytest.approx(0, abs=0.01), pytest.approx(1, abs=0.01))
    down, across = np.unravel_index(found.argmax(), found.shape)
    assert (down // PART, across // PART) == (row, column)
    inside = found[row * PART : (row + 1) * PART, column * PART : (column + 1) * PART]
    assert inside.mean() > 5 * found.mean()


def test_what_lowers_the_rating_is_shown_too_and_told_apart() -> None:
    picture = scene(2, 4)
    np.testing.assert_allclose(
        attribution(lambda pictures: -brightest(pictures), picture), attribution(brightest, picture)
    )
    assert rating_changes(brightest, picture)[2, 4] > 0.1
    assert rating_changes(lambda pictures: -brightest(pictures), picture)[2, 4] < -0.1


def test_a_rating_that_looks_at_nothing_gives_an_empty_map() -> None:
    found = attribution(lambda pictures: np.full(len(pictures), 4.0), scene(1, 1))
    assert not found.any()
    assert found.shape == (SIZE, SIZE)


def test_a_picture_that_is_not_square_gives_a_map_of_its_own_shape() -> None:
    found = attribution(brightest, scene(5, 2, 70, 210))
    assert found.shape == (70, 210)
    down, across = np.unravel_index(found.argmax(), found.shape)
    assert (down // 10, across // 30) == (5, 2)


def test_few_pictures_are_rated_and_few_at_once() -> None:
    sizes: list[int] = []

    def count(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        sizes.append(len(pictures))
        assert pictures.dtype == np.uint8
        return brightest(pictures)

    attribution(count, scene(3, 3))
    assert sum(sizes) == GRID * GRID + 1
    assert max(sizes) <= 10


def test_the_photo_itself_is_left_as_it_is() -> None:
    picture = scene(3, 3)
    before = picture.copy()
    attribution(brightest, picture)
    np.testing.assert_array_equal(picture, before)
