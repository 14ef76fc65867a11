"""Each technical part falls as its own degradation grows, whatever the picture shows."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.vision import technical


def textured(seed: int, size: tuple[int, int] = (320, 213)) -> Image.Image:
    """Detail at every scale, like foliage or rock: noise whose power falls with frequency."""
    width, height = size
    generator = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(generator.normal(size=(height, width, 3)), axes=(0, 1))
    rows = np.fft.fftfreq(height)[:, None]
    columns = np.fft.rfftfreq(width)[None, :]
    falloff = 1 / np.maximum(np.hypot(rows, columns), 1 / max(size))
    values = np.fft.irfft2(spectrum * falloff[:, :, None], s=(height, width), axes=(0, 1))
    values = (values - values.mean()) / values.std() * 45 + 118
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def brightened(picture: Image.Image, factor: float) -> Image.Image:
    return picture.point(lambda value: min(255, round(value * factor)))


def noisy(picture: Image.Image, deviation: float) -> Image.Image:
    generator = np.random.default_rng(7)
    values = np.asarray(picture) + generator.normal(0, deviation, (*picture.size[::-1], 3))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("seed", range(4))
def test_sharpness_falls_with_every_step_of_defocus(seed: int):
    picture = textured(seed)
    grades = [picture.filter(ImageFilter.GaussianBlur(radius)) for radius in (0, 0.8, 1.6, 3)]
    values = [technical.measure(grade)["sharpness"] for grade in grades]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("seed", range(4))
def test_a_sharp_subject_before_a_soft_background_is_sharp(seed: int):
    picture = textured(seed)
    soft = picture.filter(ImageFilter.GaussianBlur(4))
    subject = (96, 64, 224, 149)
    portrait = soft.copy()
    portrait.paste(picture.crop(subject), subject[:2])
    everywhere = technical.measure(picture)["sharpness"]
    assert technical.measure(portrait)["sharpness"] > everywhere - 10
    assert technical.measure(soft)["sharpness"] < everywhere - 40


def test_freedom_from_noise_falls_with_every_step_of_noise():
    picture = textured(0).filter(ImageFilter.GaussianBlur(2))
    values = [technical.measure(noisy(picture, s))["noise"] for s in (0, 3, 6, 12)]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] > 30


@pytest.mark.parametrize("factors", [(1, 0.6, 0.3, 0.1), (1, 1.6, 2.4, 4)])
def test_exposure_falls_towards_black_and_towards_white(factors: tuple[float, ...]):
    values = [technical.measure(brightened(textured(1), f))["exposure"] for f in factors]
    assert values == sorted(values, reverse=True)
    assert values[0] > 90
    assert values[-1] < 50


def test_contrast_follows_the_range_of_tones():
    picture = textured(2)
    flat = picture.point(lambda value: round(118 + (value - 118) * 0.25))
    assert technical.measure(picture)["contrast"] > 2 * technical.measure(flat)["contrast"]


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 2), (33, 65), (640, 31)])
@pytest.mark.parametrize("colour", ["black", "grey", "white"])
def test_every_size_and_an_empty_picture_have_numbers_in_range(size, colour):
    parts = technical.measure(Image.new("RGB", size, colour))
    assert set(parts) == set(technical.PARTS)
    assert all(0 <= value <= 100 for value in parts.values())
