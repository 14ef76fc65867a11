"""Makes pictures with the statistics of photographs, at the size of a camera's preview.

Source: Lee, Mumford and Huang 2001, "Occlusion models for natural images": leaves whose size
falls as a power law, one before the other, give the edges and the 1/f spectrum of a scene.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_OVERSAMPLING = 2  # drawn larger and shrunk: edges without steps
_LARGEST, _SMALLEST = 0.35, 0.006  # leaf radius as a share of the long edge


def dead_leaves(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """A seeded picture (H, W, 3) of overlapping leaves with texture, light and some sky."""
    generator = np.random.default_rng(seed)
    size = width * _OVERSAMPLING, height * _OVERSAMPLING
    leaves = Image.new("RGB", size, _colour(generator))
    draw = ImageDraw.Draw(leaves)
    for _ in range(int(generator.integers(250, 1500))):
        _draw_leaf(draw, size, generator)
    picture = np.asarray(leaves.reduce(_OVERSAMPLING), dtype=np.float32)
    fine = _texture(width, height, generator) * generator.uniform(2, 14)
    broad = _texture(width // 16, height // 16, generator) * generator.uniform(4, 22)
    shade = np.asarray(Image.fromarray(broad).resize((width, height), Image.Resampling.BICUBIC))
    smooth = _smooth_part(height, generator)
    lit = picture + fine[..., None] * smooth + shade[..., None]
    bright = np.clip(lit * generator.uniform(0.7, 1.1), 0, 255)
    return cast("NDArray[np.uint8]", bright.astype(np.uint8))


def _draw_leaf(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], generator: np.random.Generator
) -> None:
    # Radii of density r ** -3, by the inverse of its distribution.
    small, large = _SMALLEST**-2, _LARGEST**-2
    radius = generator.uniform(large, small) ** -0.5 * max(size)
    corners = int(generator.integers(3, 9))
    turns = np.sort(generator.uniform(0, 2 * np.pi, corners))
    centre = generator.random(2) * size
    flatness = generator.uniform(0.4, 1)
    if generator.random() < 0.5:
        reach = np.array([radius, radius * flatness])
        draw.ellipse([*(centre - reach), *(centre + reach)], fill=_colour(generator))
    else:
        outline = centre + radius * np.stack([np.cos(turns), flatness * np.sin(turns)], axis=1)
        draw.polygon([(float(x), float(y)) for x, y in outline], fill=_colour(generator))


def _colour(generator: np.random.Generator) -> tuple[int, int, int]:
    grey = generator.beta(1.3, 1.3) * 235 + 8
    red, green, blue = np.clip(grey + generator.normal(0, 22, 3), 0, 255).astype(int)
    return int(red), int(green), int(blue)


def _texture(width: int, height: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Noise of unit deviation whose amplitude falls with frequency."""
    rows = np.fft.fftfreq(height)[:, None] * height
    columns = np.fft.rfftfreq(width)[None, :] * width
    frequency = np.maximum(np.hypot(rows, columns), 1)
    spectrum = np.fft.rfft2(generator.standard_normal((height, width))) / frequency**0.9
    noise = np.fft.irfft2(spectrum, s=(height, width))
    return cast("NDArray[np.float32]", (noise / noise.std()).astype(np.float32))


def _smooth_part(height: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """How much texture each row has (H, 1, 1): a band of the picture may be sky."""
    sky = generator.uniform(-0.2, 0.6)
    rows = np.linspace(0, 1, height, dtype=np.float32)
    share = np.clip((rows - sky) * 20, 0, 1) * 0.95 + 0.05
    return cast("NDArray[np.float32]", share[:, None, None])
