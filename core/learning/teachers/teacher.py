"""What a teacher is: a network that turns photographs into unit-length features."""

import hashlib
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from core.errors import TrainingError
from core.learning.teachers.preprocessing import Preprocessing


class Teacher(Protocol):
    """A frozen network that gives targets; implemented for open_clip and for timm."""

    @property
    def name(self) -> str:
        """Short, for reports: "ViT-B-32 openai"."""
        ...

    @property
    def dimension(self) -> int:
        """D, of the features."""
        ...

    @property
    def preprocessing(self) -> Preprocessing:
        """How a photograph becomes the pixels that `features` reads."""
        ...

    @property
    def licence(self) -> str:
        """Of the weights, for the model card."""
        ...

    @property
    def identity(self) -> str:
        """Changes whenever equal photographs could get other features."""
        ...

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features (N, D), unit length, of pixels (N, S, S, 3) as `preprocessing` renders them."""
        ...


class NetworkTeacher:
    """A teacher around a network that maps normalised pixels (N, 3, S, S) to features (N, D)."""

    def __init__(
        self,
        network: nn.Module,
        preprocessing: Preprocessing,
        *,
        name: str,
        licence: str,
        device: str = "cpu",
    ) -> None:
        self.name = name
        self.licence = licence
        self.preprocessing = preprocessing
        self._device = torch.device(device)
        self._network = network.eval().requires_grad_(False).to(self._device)
        self.identity = f"{name} {weights_digest(network)} {preprocessing}"
        blank = np.zeros((1, preprocessing.size_px, preprocessing.size_px, 3), np.uint8)
        self.dimension = int(self._raw(blank).shape[1])

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features (N, D), unit length, of pixels (N, S, S, 3).

        Raises:
            TrainingError: the network gave something that is no number.
        """
        found: NDArray[np.float32] = F.normalize(self._raw(pixels), dim=1).cpu().numpy()
        if not np.isfinite(found).all():
            raise TrainingError(f"The teacher {self.name} gave features that are not numbers.")
        return found

    def _raw(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        with torch.inference_mode():
            found = self._network(self.preprocessing.normalised(pixels).to(self._device))
        if not isinstance(found, torch.Tensor) or found.ndim != 2:
            raise TrainingError(f"{self.name} does not give one vector for each photograph.")
        return found.float()


def weights_digest(network: nn.Module) -> str:
    """The start of the SHA-256 of all weights and running statistics, by name."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()[:16]
