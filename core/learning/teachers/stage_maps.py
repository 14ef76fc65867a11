"""The networks that give targets. Their weights are read, never trained and never shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from core.errors import TrainingError, printable
from core.learning.data.tables import read_arrays
from core.learning.trunk import normalise

MOBILENET = "mobilenetv2_100"
MOBILENET_SETTINGS: Mapping[str, Any] = MappingProxyType({"num_classes": 1001, "pad_type": "same"})
MOBILENET_WEIGHTS = "mobilenetv2_100-imagenet.safetensors"


@dataclass(frozen=True, slots=True)
class StageMaps:
    """A teacher's feature maps (N, C, H, W): one for each student stage, and its last."""

    stages: tuple[Tensor, ...]
    top: Tensor


class StageTeacher(Protocol):
    """Any network whose inner feature maps can be read off."""

    @property
    def channels(self) -> tuple[int, ...]:
        """Of the maps, stage by stage."""
        ...

    @property
    def top_channels(self) -> int:
        """Of the last map."""
        ...

    def maps(self, pixels: Tensor) -> StageMaps:
        """Maps for pixels (N, 3, S, S), 0..255 as float."""
        ...


class MobileNetTeacher(nn.Module):
    """An ImageNet MobileNetV2 with the maps of its seven stages."""

    channels: tuple[int, ...] = (16, 24, 32, 64, 96, 160, 320)
    top_channels = 1280

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network: Any = (
            network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        )

    def maps(self, pixels: Tensor) -> StageMaps:
        # bfloat16 runs three times as fast here and is far finer than what the student matches.
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            stages: list[Tensor] = []
            flowing = self.network.bn1(self.network.conv_stem(normalise(pixels)))
            for block in self.network.blocks:
                flowing = block(flowing)
                stages.append(flowing.float())
            top = self.network.bn2(self.network.conv_head(flowing)).float()
        return StageMaps(tuple(stages), top)


@dataclass(frozen=True, slots=True)
class AestheticHead:
    """LAION's linear aesthetic score on CLIP ViT-B/32 features, about 1 to 10."""

    weight: NDArray[np.float32]
    bias: float

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (N,) of unit-length CLIP features (N, 512)."""
        return (features @ self.weight + self.bias).astype(np.float32)


def mobilenet_teacher(data: Path) -> MobileNetTeacher:
    """The ImageNet teacher of the training data.

    Raises:
        TrainingError: its weights are missing, damaged or of another network.
    """
    return read_mobilenet(data / MOBILENET_WEIGHTS)


def read_mobilenet(path: Path) -> MobileNetTeacher:
    """The ImageNet teacher from its safetensors file.

    Raises:
        TrainingError: the file is missing, damaged or of another network.
    """
    network = timm.create_model(MOBILENET, pretrained=False, **MOBILENET_SETTINGS)
    try:
        weights = {name: value.float() for name, value in load_file(path).items()}
        network.load_state_dict(weights)
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing in {printable(path.parent)}.") from error
    except (SafetensorError, RuntimeError) as error:
        raise TrainingError(f"{path.name} does not hold the teacher's weights: {error}") from error
    return MobileNetTeacher(network)


def aesthetic_head(data: Path) -> AestheticHead:
    """LAION's head of the training data.

    Raises:
        TrainingError: it is missing or damaged.
    """
    weight, bias = read_arrays(data / "laion-aesthetic-vit-b-32.npz", ("weight", "bias"))
    return AestheticHead(weight.astype(np.float32), float(bias.astype(np.float32)))
