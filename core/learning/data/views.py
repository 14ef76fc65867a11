"""Views of a photograph: which part of the frame, flipped or not, at which size.

The student ships with "stretch": the whole frame becomes a square, because a composition is
judged by its edges too. Views are drawn from a seed and the step, so a resumed run sees
exactly the pictures that an uninterrupted one would have seen.
"""

import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.learning.data.frames import Frame, Frames


@dataclass(frozen=True, slots=True)
class View:
    """A part of the frame in shares of its width and height, mirrored or not."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0
    mirrored: bool = False

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


WHOLE = View()


def render(frame: Frame, view: View, size_px: int) -> Frame:
    """The view as uint8 pixels (size_px, size_px, 3), bicubic with antialiasing."""
    height, width = frame.shape[:2]
    box = (view.left * width, view.top * height, view.right * width, view.bottom * height)
    image = Image.fromarray(frame).resize((size_px, size_px), Image.Resampling.BICUBIC, box=box)
    pixels = np.asarray(image)
    return pixels[:, ::-1] if view.mirrored else pixels


def render_all(frames: Frames, files: Sequence[str], views: Sequence[View], size_px: int) -> Frame:
    """One view of each file, as one array (N, size_px, size_px, 3)."""
    pairs = zip(files, views, strict=True)
    return np.stack([render(frames.frame(file), view, size_px) for file, view in pairs])


def alignment_view(generator: np.random.Generator) -> View:
    """Half of the time nearly the whole frame, else a part of it; shape mildly changed."""
    low, high = (0.8, 1.0) if generator.random() < 0.5 else (0.25, 0.8)
    return _crop(generator, generator.uniform(low, high), stretch=1.25)


def rating_view(generator: np.random.Generator) -> View:
    """A mirrored or mildly cropped whole frame: anything stronger would change the rating."""
    return _crop(generator, generator.uniform(0.85, 1.0), stretch=1.0)


def views_of(
    file: str, count: int, seed: int, draw: Callable[[np.random.Generator], View]
) -> tuple[View, ...]:
    """The whole frame and `count` - 1 views that `draw` gives, whatever other files there are.

    So what a network said of them is still known when photographs are added.
    """
    generator = np.random.default_rng((seed, zlib.crc32(os.fsencode(file))))
    return (WHOLE, *(draw(generator) for _ in range(count - 1)))


def centre_square(width: int, height: int, *, mirrored: bool) -> View:
    """The largest square in the middle, which is what CLIP's own preprocessing sees."""
    across, down = min(1.0, height / width), min(1.0, width / height)
    left, top = (1 - across) / 2, (1 - down) / 2
    return View(left, top, left + across, top + down, mirrored)


def _crop(generator: np.random.Generator, area: float, stretch: float) -> View:
    ratio = np.exp(generator.uniform(-np.log(stretch), np.log(stretch)))
    width = min(1.0, float(np.sqrt(area * ratio)))
    height = min(1.0, float(np.sqrt(area / ratio)))
    left = generator.uniform(0, 1 - width)
    top = generator.uniform(0, 1 - height)
    return View(left, top, left + width, top + height, bool(generator.random() < 0.5))
