"""A folder of made-up photographs: rings of different warmth and size on a ground."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.core.learning.training_folder import picture


def write_photographs(folder: Path, count: int, *, seed: int = 0) -> Path:
    """JPEGs of 80 x 64 pixels, one of them in a sub-folder."""
    (folder / "more").mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    for number in range(count):
        pixels = picture(generator.uniform(0, 1), generator.uniform(0.2, 1))
        name = f"more/{number}.jpg" if number == 0 else f"{number}.jpg"
        Image.fromarray(pixels).save(folder / name)
    return folder
