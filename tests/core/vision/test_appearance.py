"""What a picture looks like, in numbers that move with what they are named after."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from core.vision.appearance import NAMES, measure
from tests.make_photos import natural_image

SIDE = 224


def facts(picture: Image.Image) -> dict[str, float]:
    pixels = np.asarray(picture.convert("RGB").resize((SIDE, SIDE)))
    return dict(zip(NAMES, map(float, measure(pixels)), strict=True))


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return natural_image()


def spot(place: tuple[int, int]) -> npt.NDArray[np.uint8]:
    picture = np.full((SIDE, SIDE, 3), 20, dtype=np.uint8)
    row, column = place
    picture[row : row + 40, column : column + 40] = np.random.default_rng(0).integers(
        150, 256, (40, 40, 1)
    )
    return picture


def test_every_number_is_finite_and_of_order_one(photo: Image.Image):
    extremes = [Image.new("RGB", (60, 40), colour) for colour in ("black", "white", "red", "blue")]
    for picture in (photo, *extremes):
        assert all(abs(value) < 4 for value in facts(picture).values())


def test_a_monochrome_copy_loses_its_colour_and_keeps_its_light(photo: Image.Image):
    before, after = facts(photo), facts(ImageOps.grayscale(photo))
    for name in ("saturation", "colourfulness", "warmth", "tint"):
        assert abs(after[name]) < 0.02
    for name in ("light", "contrast", "symmetry", "evenness"):
        assert after[name] == pytest.approx(before[name], abs=0.02)


def test_light_tells_low_key_from_high_key(photo: Image.Image):
    low, high = facts(photo.point(lambda v: v // 4)), facts(photo.point(lambda v: 192 + v // 4))
    assert low["light"] < 0.3
    assert high["light"] > 0.7
    assert low["shadows"] > high["shadows"]
    assert high["highlights"] > low["highlights"]


@pytest.mark.parametrize(
    ("colour", "name", "sign"),
    [
        ((200, 120, 60), "warmth", 1),
        ((60, 120, 200), "warmth", -1),
        ((90, 180, 90), "tint", 1),
        ((180, 90, 180), "tint", -1),
    ],
)
def test_a_cast_is_named(colour: tuple[int, int, int], name: str, sign: int):
    assert facts(Image.new("RGB", (90, 60), colour))[name] * sign > 0.3


def test_a_mirrored_half_is_symmetrical_and_a_bright_side_is_not(photo: Image.Image):
    half = photo.crop((0, 0, photo.width // 2, photo.height))
    mirrored = Image.new("RGB", (2 * half.width, half.height))
    mirrored.paste(half, (0, 0))
    mirrored.paste(ImageOps.mirror(half), (half.width, 0))
    slope = Image.linear_gradient("L").rotate(90)
    assert facts(mirrored)["symmetry"] > 0.95
    assert facts(slope)["symmetry"] < -0.95


def test_what_lies_in_the_middle_counts_as_centred():
    middle, corner = (
        dict(zip(NAMES, measure(spot(place)), strict=True)) for place in ((92, 92), (4, 4))
    )
    assert middle["centred_detail"] > 0.8
    assert corner["centred_detail"] < 0.2
    assert middle["centred_light"] > 0.1
    assert corner["centred_light"] < -0.01
    assert middle["evenness"] < 0.5


def test_an_even_wall_is_even():
    assert facts(Image.new("RGB", (90, 60), (128, 128, 128)))["evenness"] == pytest.approx(1)
