"""Each technical part falls as its own degradation grows, whatever the picture shows."""

import io
import json
import shutil
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.errors import ModelMismatchError
from core.vision import technical_statistics
from core.vision.model_store import shipped_technical_heads
from core.vision.technical import TechnicalHeads
from tests.make_photos import natural_image

SIZE = (640, 427)


@pytest.fixture(scope="module")
def heads() -> TechnicalHeads:
    return TechnicalHeads(shipped_technical_heads())


@cache
def scene(seed: int) -> Image.Image:
    """As a camera's frame is shown: shrunk, so that its grain hardly shows."""
    return natural_image(4 * SIZE[0], 4 * SIZE[1], seed).reduce(4)


def as_preview(picture: Image.Image, quality: int = 88) -> Image.Image:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return Image.open(target).convert("RGB")


_A_POINT = 1.0  # parts are shown in whole points; near 0 two degrees may swap within one

# The strengths stay within the degrees that the heads' card names.


def defocused(picture: Image.Image, degree: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(3 * degree))


def moved(picture: Image.Image, degree: float) -> Image.Image:
    """A pan: the mean of the picture along a slanting line, without the edges it leaves."""
    way = 14 * degree
    frames = [
        np.asarray(
            picture.transform(
                picture.size,
                Image.Transform.AFFINE,
                (1, 0, 8 + shift, 0, 1, 8 + shift / 2),
                Image.Resampling.BILINEAR,
            )
        )
        for shift in np.linspace(-way / 2, way / 2, 33)
    ]
    mean = np.mean(frames, axis=0).round().astype(np.uint8)
    return Image.fromarray(mean[:-16, :-16])


def noisy(picture: Image.Image, degree: float) -> Image.Image:
    generator = np.random.default_rng(7)
    noise = generator.normal(0, 15 * degree, (*picture.size[::-1], 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


def darker(picture: Image.Image, degree: float) -> Image.Image:
    return picture.point(lambda value: round(value * 2 ** (-1.6 * degree)))


def brighter(picture: Image.Image, degree: float) -> Image.Image:
    return picture.point(lambda value: min(255, round(value * 2 ** (1.6 * degree))))


def coarser(picture: Image.Image, degree: float) -> Image.Image:
    return as_preview(picture, round(70 - 62 * degree))


FLAWS: dict[str, Callable[[Image.Image, float], Image.Image]] = {
    "sharpness": defocused,
    "motion": moved,
    "noise": noisy,
    "underexposure": darker,
    "overexposure": brighter,
    "compression": coarser,
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("part", FLAWS)
def test_a_part_falls_with_every_step_of_its_flaw(heads: TechnicalHeads, part: str, seed: int):
    picture = scene(seed)
    versions = [picture, *(FLAWS[part](picture, degree) for degree in (0.33, 0.66, 1))]
    values = [heads.measure(as_preview(version))[part] for version in versions]
    for better, worse in pairwise(values):
        assert worse < better + _A_POINT
    assert values[0] - values[-1] > 30


@pytest.mark.parametrize("part", ["noise", "underexposure", "overexposure", "motion"])
def test_a_part_does_not_mind_the_flaws_of_others(heads: TechnicalHeads, part: str):
    picture = scene(4)
    before = heads.measure(as_preview(picture))[part]
    for other in FLAWS.keys() - {part, "sharpness" if part == "motion" else part}:
        after = heads.measure(as_preview(FLAWS[other](picture, 0.4)))[part]
        assert abs(after - before) < 25, other


def test_a_sharp_subject_before_a_soft_background_is_sharper_than_the_background(
    heads: TechnicalHeads,
):
    soft = defocused(scene(1), 1)
    portrait = soft.copy()
    subject = (200, 130, 440, 300)
    portrait.paste(scene(1).crop(subject), subject[:2])
    everywhere, part, nowhere = (
        heads.measure(as_preview(picture))["sharpness"] for picture in (scene(1), portrait, soft)
    )
    assert part > nowhere + 15
    assert part > (everywhere + nowhere) / 2


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 50), (50, 1), (2, 2), (33, 65), (640, 31), (6000, 500)]
)
@pytest.mark.parametrize("colour", ["black", "grey", "white"])
def test_every_size_and_an_empty_picture_have_numbers_in_range(heads, size, colour):
    parts = heads.measure(Image.new("RGB", size, colour))
    assert [*parts] == [*heads.parts] == [*FLAWS]
    assert all(0 <= value <= 100 for value in parts.values())


def test_a_night_scene_has_numbers_in_range(heads: TechnicalHeads):
    night = Image.new("RGB", SIZE, (4, 4, 7))
    for place in range(12):
        night.paste("white", (50 * place, 200, 50 * place + 3, 204))
    parts = heads.measure(as_preview(night))
    assert all(0 <= value <= 100 for value in parts.values())


def test_statistics_are_finite_and_as_many_as_they_say():
    for picture in (Image.new("L", (5, 5)), scene(0), Image.new("RGB", (900, 20), "red")):
        found = technical_statistics.measure(picture)
        assert found.shape == (len(technical_statistics.NAMES),)
        assert np.isfinite(found).all()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_technical_heads(), tmp_path / "heads"))


def test_a_flipped_byte_is_refused_with_a_sentence(copy: Path):
    file = copy / "heads.safetensors"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ModelMismatchError, match="altered or damaged"):
        TechnicalHeads(copy)


@pytest.mark.parametrize(
    "broken",
    [
        {"format": 2},
        {"statistics_version": "0"},
        {"parts": ["sharpness"]},
        {"clip": None},
        {"file": "../heads.safetensors"},
        {"file": "other.safetensors"},
        {"sha256": "0" * 64},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(copy: Path, broken: dict[str, object]):
    file = copy / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | broken), "utf-8")
    with pytest.raises(ModelMismatchError):
        TechnicalHeads(copy)


def test_a_copy_without_heads_says_so(tmp_path: Path):
    with pytest.raises(ModelMismatchError, match="missing from this copy"):
        TechnicalHeads(tmp_path)
