"""Bursts with one sharpest frame: the others are blurred by degrees, or focused behind.

Each frame is framed a little otherwise, a little lighter or darker, has noise of its own, and
is stored as a JPEG, as a camera would.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 900)
BLURS_PX = (0.0, 0.5, 0.8, 1.2, 1.8, 2.6)  # standard deviations, at 1:1

_MARGIN = 40
_SOFT_LENS_PX = 0.6
_NOISE = 3.0  # levels

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class GradedBurst:
    """Frames of one subject, and which of them is the sharpest."""

    frames: list[Pixels]  # (H, W, 3)
    sharpest: int


def graded_bursts(count: int, seed: int) -> Iterator[GradedBurst]:
    """Every third has two frames whose focus lies on the background."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        background, subject, mask = _scene(rng)
        blurs = rng.permutation(BLURS_PX)
        missed = set(rng.choice(np.flatnonzero(blurs > 0), 2, replace=False).tolist())
        frames = []
        for frame, blur in enumerate(blurs):
            behind = number % 3 == 0 and frame in missed
            front = _blurred(subject, 1.5 if behind else float(blur))
            back = _blurred(background, 0.0 if behind else float(blur) + 1.0)
            picture = Image.composite(front, back, mask)
            frames.append(_shot(picture, rng))
        yield GradedBurst(frames, int(np.argmin(blurs)))


def _scene(rng: np.random.Generator) -> tuple[Image.Image, Image.Image, Image.Image]:
    """What is behind, the subject, and where it is."""
    width, height = SIZE[0] + 2 * _MARGIN, SIZE[1] + 2 * _MARGIN
    background, subject = (_texture(rng, width, height, power) for power in (1.3, 0.9))
    mask = Image.new("L", (width, height), 0)
    middle = (rng.uniform(0.4, 0.6) * width, rng.uniform(0.4, 0.6) * height)
    across, down = rng.uniform(0.12, 0.22) * width, rng.uniform(0.16, 0.3) * height
    box = (middle[0] - across, middle[1] - down, middle[0] + across, middle[1] + down)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return background, subject, mask


def _texture(rng: np.random.Generator, width: int, height: int, power: float) -> Image.Image:
    """Noise whose spectrum falls with frequency, in one colour."""
    down = np.fft.fftfreq(height)[:, None] * height
    across = np.fft.rfftfreq(width)[None, :] * width
    frequency = np.hypot(down, across)
    frequency[0, 0] = np.inf
    waves = rng.standard_normal(frequency.shape) + 1j * rng.standard_normal(frequency.shape)
    light = np.fft.irfft2(waves / frequency**power, s=(height, width))
    values = 120 + 45 * (light / light.std())[..., None] * rng.uniform(0.7, 1.2, 3)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _blurred(picture: Image.Image, blur_px: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(float(np.hypot(_SOFT_LENS_PX, blur_px))))


def _shot(picture: Image.Image, rng: np.random.Generator) -> Pixels:
    left, top = rng.integers(0, 2 * _MARGIN, 2)
    part = np.asarray(picture.crop((left, top, left + SIZE[0], top + SIZE[1])), np.float32)
    noise = rng.normal(0, _NOISE, (*part.shape[:2], 1))
    values = part * rng.uniform(0.94, 1.06) + noise
    stored = io.BytesIO()
    Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(stored, "JPEG", quality=92)
    return np.asarray(Image.open(stored))
