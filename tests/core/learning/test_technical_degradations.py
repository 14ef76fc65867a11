"""What is done to photographs before heads learn from them: known degrees, and no other harm."""

import io

import numpy as np
import pytest
from PIL import Image

from core.learning.technical.degradations import (
    LADDER,
    Kind,
    encoded,
    jpeg_quality,
    spoil,
    to_frame,
    to_light,
)
from tests.make_photos import natural_image


@pytest.fixture(scope="module")
def frame() -> np.ndarray:
    return np.asarray(natural_image(240, 160, seed=3))


def point() -> np.ndarray:
    """A small white spot on black, far from every edge, as soft as a lens makes it."""
    along = np.exp(-0.5 * (np.arange(-100, 101) / 1.2) ** 2)
    return to_frame(np.repeat(np.outer(along, along)[..., None], 3, axis=2).astype(np.float32))


def test_light_and_back_loses_nothing() -> None:
    every_level = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    np.testing.assert_array_equal(to_frame(to_light(every_level)), every_level)


@pytest.mark.parametrize("kind", Kind)
def test_equal_seeds_give_equal_files_and_every_degree_another(kind: Kind, frame) -> None:
    files = [encoded(spoil(frame, {kind: degree}, seed=5)) for degree in LADDER]
    assert files[2] == encoded(spoil(frame, {kind: LADDER[2]}, seed=5))
    assert len({*files, encoded(spoil(frame, {}, seed=5))}) == len(LADDER) + 1


def test_what_is_not_spoilt_stays_as_it_is(frame) -> None:
    assert np.array_equal(spoil(frame, {}, seed=1).frame, frame)
    with Image.open(io.BytesIO(encoded(spoil(frame, {}, seed=1)))) as picture:
        np.testing.assert_array_equal(np.asarray(picture), frame)


@pytest.mark.parametrize("kind", [Kind.DEFOCUS, Kind.MOTION])
def test_blur_moves_light_and_makes_none(kind: Kind) -> None:
    before, after = (to_light(each) for each in (point(), spoil(point(), {kind: 1.0}, 2).frame))
    assert after.sum() == pytest.approx(before.sum(), rel=0.1)  # 8 bits round
    assert after.max() < 0.8 * before.max()


def test_defocus_spreads_a_point_over_a_disc_of_its_radius() -> None:
    light = to_light(spoil(point(), {Kind.DEFOCUS: 1.0}, seed=0).frame)[..., 0]
    rows, columns = np.indices(light.shape) - 100
    variance = (light * (rows**2 + columns**2)).sum() / light.sum()
    radius = 0.01 * 201
    assert variance == pytest.approx(2 * 1.2**2 + radius**2 / 2, rel=0.1)  # spot and disc add up


def test_motion_spreads_a_point_along_a_line_of_its_length() -> None:
    light = to_light(spoil(point(), {Kind.MOTION: 1.0}, seed=4).frame)[..., 0]
    places = np.indices(light.shape).reshape(2, -1) - 100
    across, along = np.linalg.eigvalsh(np.cov(places, aweights=light.ravel()))
    length = 0.025 * 201
    assert across == pytest.approx(1.2**2, rel=0.1)
    assert along == pytest.approx(1.2**2 + length**2 / 12, rel=0.1)


def test_exposure_is_a_factor_of_light_and_clips_at_white() -> None:
    grey = np.full((16, 16, 3), 118, np.uint8)
    light = to_light(grey)[0, 0, 0]
    darker = to_light(spoil(grey, {Kind.UNDEREXPOSURE: 0.4}, 0).frame)[0, 0, 0]
    brighter = to_light(spoil(grey, {Kind.OVEREXPOSURE: 0.4}, 0).frame)[0, 0, 0]
    assert darker == pytest.approx(light * 2**-1.4, rel=0.05)
    assert brighter == pytest.approx(light * 2**1.4, rel=0.05)
    assert (spoil(grey, {Kind.OVEREXPOSURE: 1.0}, 0).frame == 255).all()


def test_noise_is_relative_to_the_size_of_the_picture() -> None:
    """Shrunk to one size, a large and a small picture are equally noisy."""
    found = []
    for side in (160, 640):
        grey = np.full((side, side, 3), 118, np.uint8)
        noisy = to_light(spoil(grey, {Kind.NOISE: 0.8}, 0).frame)[..., 0]
        cells = noisy.reshape(160, side // 160, 160, side // 160).mean(axis=(1, 3))
        found.append(cells.std())
    assert found[0] == pytest.approx(found[1], rel=0.1)


def test_jpeg_quality_falls_evenly() -> None:
    assert [jpeg_quality(degree) for degree in LADDER] == [80, 61, 32, 16, 8]


def test_several_flaws_happen_in_the_order_of_light(frame) -> None:
    both = spoil(frame, {Kind.NOISE: 1.0, Kind.DEFOCUS: 1.0}, seed=0).frame
    blurred = spoil(frame, {Kind.DEFOCUS: 1.0}, seed=0).frame
    rough = np.abs(np.diff(both.astype(int), axis=1)).mean()
    assert rough > 2 * np.abs(np.diff(blurred.astype(int), axis=1)).mean()
