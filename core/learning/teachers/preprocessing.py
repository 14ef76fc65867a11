"""From a photograph to the pixels a teacher reads, exactly as its library prepares them.

Source: torchvision's Resize and CenterCrop on PIL pictures, which open_clip (transform.py) and
timm (data/transforms_factory.py) build their evaluation transforms from.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.errors import TrainingError
from core.learning.data.frames import Frame
from core.learning.data.views import View

_RESAMPLING = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
}


class Fit(StrEnum):
    """How a frame that is no square becomes one."""

    CROP = "crop"  # the short side fits, the middle of the long side is kept
    STRETCH = "stretch"  # the whole frame, its shape changed


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """A teacher's input; its text is part of the teacher's identity."""

    size_px: int
    mean: tuple[float, float, float]  # of RGB in 0..1
    std: tuple[float, float, float]
    fit: Fit
    interpolation: str = "bicubic"
    crop_share: float = 1.0  # timm's crop_pct: the share of the resized side that is kept

    def __post_init__(self) -> None:
        if self.interpolation not in _RESAMPLING:
            raise TrainingError(f"The interpolation {self.interpolation} is not known.")

    def render(self, frame: Frame, view: View) -> Frame:
        """The view of a frame as uint8 pixels (size_px, size_px, 3).

        For the whole frame these are the pixels that the library's own transform reads.
        """
        height, width = frame.shape[:2]
        box = (view.left * width, view.top * height, view.right * width, view.bottom * height)
        across, down = self._resized(box[2] - box[0], box[3] - box[1])
        resampling = _RESAMPLING[self.interpolation]
        image = Image.fromarray(frame).resize((across, down), resampling, box=box)
        left, top = round((across - self.size_px) / 2), round((down - self.size_px) / 2)
        pixels = np.asarray(image.crop((left, top, left + self.size_px, top + self.size_px)))
        return pixels[:, ::-1] if view.mirrored else pixels

    def normalised(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Pixels (N, S, S, 3), 0..255, as the tensor (N, 3, S, S) the network reads."""
        values = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(three)[:, None, None] for three in (self.mean, self.std))
        return ((values - mean) / std).contiguous()

    def _resized(self, width: float, height: float) -> tuple[int, int]:
        side = math.floor(self.size_px / self.crop_share)
        if self.fit is Fit.STRETCH:
            return side, side
        if width <= height:
            return side, int(side * height / width)
        return int(side * width / height), side
