"""The sharper of two frames of one subject is told at 1:1, and the subject is found again."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.vision.sharpness import sharpness
from core.vision.subject import Place, around, found_again, subject_of
from tests.make_photos import natural_image

SIZE = (900, 600)
# Of the focus stack, where each thing is, in shares, and in which frame it is in focus: the
# focus moves from the front edge of the board to the wall behind it.
STACK = {
    (0.17, 0.63, 0.40, 0.28): 1,  # the socket in front
    (0.65, 0.70, 0.33, 0.22): 1,  # the pins in front
    (0.60, 0.00, 0.06, 0.50): 2,  # the upright board
    (0.35, 0.45, 0.20, 0.20): 5,  # the rows of holes
    (0.00, 0.35, 0.25, 0.20): 5,  # the foot of the capacitor
    (0.82, 0.40, 0.15, 0.20): 6,  # the coil
    (0.30, 0.00, 0.25, 0.30): 7,  # the bar code behind
    (0.70, 0.02, 0.25, 0.25): 7,
}


def scene(seed: int, blur: float = 0.0, gain: float = 1.0, noise: float = 2.0) -> np.ndarray:
    """A textured picture, out of focus, lighter or noisier."""
    rng = np.random.default_rng(seed)
    texture = rng.normal(0, 22, (*SIZE[::-1], 1))
    picture = np.asarray(natural_image(*SIZE, seed), np.float32) + texture
    soft = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.6 + blur)
    )
    values = np.asarray(soft, np.float32) * gain
    values += np.random.default_rng(int(blur * 100) + 7).normal(0, noise, values.shape)
    return values.clip(0, 255).astype(np.uint8)


def moved(picture: np.ndarray, right: int, down: int) -> np.ndarray:
    return np.roll(picture, (down, right), axis=(0, 1))


def part(picture: np.ndarray, place: Place) -> np.ndarray:
    height, width = picture.shape[:2]
    top, left = round(place.top * height), round(place.left * width)
    bottom, right = top + round(place.height * height), left + round(place.width * width)
    return picture[top:bottom, left:right]


@pytest.mark.parametrize("seed", range(4))
def test_each_step_out_of_focus_is_less_sharp(seed: int) -> None:
    found = [sharpness(scene(seed, blur)) for blur in (0, 0.4, 0.9, 1.6, 3.0)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_a_little_more_light_does_not_pass_for_sharpness() -> None:
    sharp, lighter = sharpness(scene(1, gain=0.9)), sharpness(scene(1, gain=1.1))
    assert sharp == pytest.approx(lighter, abs=0.25)


def test_noise_does_not_pass_for_sharpness() -> None:
    sharp = sharpness(scene(2, blur=0.0, noise=2))
    blurred = sharpness(scene(2, blur=2.5, noise=9))
    assert sharp is not None
    assert blurred is not None
    assert sharp > blurred + 1


@pytest.mark.parametrize(
    "picture",
    [np.zeros((300, 300, 3), np.uint8), np.full((20, 300, 3), 128, np.uint8)],
    ids=["black", "a strip"],
)
def test_it_cannot_be_told_of_everything(picture: np.ndarray) -> None:
    assert sharpness(picture) is None


def test_a_plain_wall_has_no_detail() -> None:
    plain = sharpness(np.full((300, 300, 3), 128, np.uint8))
    assert plain is not None
    assert plain < -15


def test_what_stands_out_near_the_middle_is_the_subject() -> None:
    picture = np.full((400, 600, 3), 120, np.uint8)
    picture[150:250, 330:430] = np.random.default_rng(1).integers(0, 256, (100, 100, 3))
    picture[:60, :60] = np.random.default_rng(2).integers(0, 256, (60, 60, 3))
    place = subject_of(picture)
    middle = (place.left + place.width / 2, place.top + place.height / 2)
    assert middle == pytest.approx((380 / 600, 200 / 400), abs=0.06)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (60, -40), (-120, 30)])
def test_a_subject_that_moved_is_found_again_also_out_of_focus(right: int, down: int) -> None:
    anchor = scene(3)
    place = subject_of(anchor)
    again = found_again(place, anchor, moved(scene(3, blur=2.0), right, down))
    assert again is not None
    there = (again.left - place.left, again.top - place.top)
    assert there == pytest.approx((right / SIZE[0], down / SIZE[1]), abs=0.012)


def test_a_subject_that_is_gone_is_not_found() -> None:
    anchor = scene(3)
    assert found_again(subject_of(anchor), anchor, scene(8)) is None


def test_a_turned_frame_is_not_compared() -> None:
    anchor = scene(3)
    assert found_again(subject_of(anchor), anchor, anchor.transpose(1, 0, 2)) is None


@pytest.mark.parametrize("point", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.2)])
def test_a_region_around_a_focus_point_stays_in_the_picture(point: tuple[float, float]) -> None:
    place = around(*point, scene(1))
    assert place.left >= 0
    assert place.top >= 0
    assert place.left + place.width <= 1 + 1e-9
    assert place.top + place.height <= 1 + 1e-9


@pytest.fixture
def stack(training_data: Path) -> list[np.ndarray]:
    files = sorted((training_data / "focus-stack").glob("*.jpg"))
    return [np.asarray(Image.open(file).convert("RGB")) for file in files]


@pytest.mark.training_data
def test_each_part_of_a_focus_stack_is_sharpest_in_its_frame(stack: list[np.ndarray]) -> None:
    best = {}
    for region in STACK:
        found = [sharpness(part(frame, Place(*region))) for frame in stack]
        best[region] = 1 + max(range(len(stack)), key=lambda n, told=found: told[n] or -99.0)
    assert best == STACK
