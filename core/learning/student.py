"""The student network: what ships, from pixels to an embedding and a score distribution.

A backbone of the MobileNet family is cut into its stages. What a stage puts out is compared with
the teacher's feature map in phase 1, its mean and spread over the picture are features of the
embedding, and it is also what the next stage reads; where the student has other channels than
the teacher, a linear bridge translates. So a stage that was trained on the teacher's map fits
behind a stage that learned to imitate it, and all levels, from texture to content, reach the
score.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import timm
import torch
from timm.models.efficientnet import EfficientNet
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import TrainingError


@dataclass(frozen=True, slots=True)
class StudentShape:
    """Everything that decides the student's layers."""

    backbone: str = "mobilenetv2_100"
    bridge_channels: tuple[int, ...] = (16, 24, 32, 64, 96, 160, 320)  # the teacher's, by stage
    embedding_dim: int = 512
    bins: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)  # the rating scale


@dataclass(frozen=True, slots=True)
class Levels:
    """The student's view of a batch: `bridges` one map (N, C, H, W) a stage, `top` the last."""

    bridges: tuple[Tensor, ...]
    top: Tensor


class Student(nn.Module):
    """From pixels (N, 3, S, S), 0..255 RGB as float, to `Levels`, embedding and logits."""

    def __init__(self, shape: StudentShape) -> None:
        super().__init__()
        self.shape = shape
        # The padding of the teacher, or every map would be shifted against the student's.
        network = timm.create_model(
            shape.backbone, pretrained=False, num_classes=0, pad_type="same"
        )
        if not isinstance(network, EfficientNet):
            raise TrainingError(f"{shape.backbone} is not a network of the MobileNet family.")
        first, *others = network.blocks
        self.stages = nn.ModuleList([nn.Sequential(network.conv_stem, network.bn1, first), *others])
        self.top = nn.Sequential(network.conv_head, network.bn2)
        own, theirs = _channels(self.stages), shape.bridge_channels
        if len(own) != len(theirs):
            raise TrainingError(
                f"{shape.backbone} has {len(own)} stages, the teacher has {len(theirs)}."
            )
        self.to_bridge = nn.ModuleList(bridge(*pair) for pair in zip(own, theirs, strict=True))
        self.from_bridge = nn.ModuleList(
            bridge(*pair) for pair in zip(theirs[:-1], own[:-1], strict=True)
        )
        self.top_channels = int(network.conv_head.out_channels)
        self.embed = nn.Linear(2 * sum(theirs) + self.top_channels, shape.embedding_dim, bias=False)
        self.whiten = nn.BatchNorm1d(shape.embedding_dim, affine=False)
        self.head = nn.Linear(shape.embedding_dim, len(shape.bins))

    def stage(self, index: int, arriving: Tensor) -> Tensor:
        """Stage `index` on the pixels (index 0) or on the bridge map before it (C, H, W each)."""
        inner = normalise(arriving) if index == 0 else self.from_bridge[index - 1](arriving)
        return self.stages[index](inner)  # type: ignore[no-any-return]

    def levels(self, pixels: Tensor) -> Levels:
        """All feature maps of a batch."""
        bridges: list[Tensor] = []
        arriving = pixels
        for index, bridge in enumerate(self.to_bridge):
            inner = self.stage(index, arriving)
            arriving = bridge(inner)
            bridges.append(arriving)
        return Levels(tuple(bridges), self.top(inner))

    def embed_levels(self, levels: Levels) -> Tensor:
        """The embedding (N, D), unit length."""
        pooled = torch.cat([statistics(bridge) for bridge in levels.bridges[:-1]], dim=1)
        return self._embed(pooled, levels.bridges[-1], levels.top)

    def lower(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """All but the last stage: pooled features (N, P) and the last bridge map (N, C, H, W)."""
        arriving = pixels
        pooled: list[Tensor] = []
        for index in range(len(self.stages) - 1):
            arriving = self.to_bridge[index](self.stage(index, arriving))
            pooled.append(statistics(arriving))
        return torch.cat(pooled, dim=1), arriving

    def upper(self, pooled: Tensor, arriving: Tensor) -> Tensor:
        """The last stage, on what `lower` gave: the embedding (N, D), unit length."""
        last = len(self.stages) - 1
        inner = self.stage(last, arriving)
        return self._embed(pooled, self.to_bridge[last](inner), self.top(inner))

    def logits(self, embedding: Tensor) -> Tensor:
        """Logits over the bins (N, K) of unit embeddings."""
        # A unit vector's entries are about 1/sqrt(D); the head learns at its usual scale.
        return self.head(embedding * math.sqrt(self.shape.embedding_dim))  # type: ignore[no-any-return]

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (N, D), unit length, and distribution over the bins (N, K)."""
        embedding = self.upper(*self.lower(pixels))
        return embedding, self.logits(embedding).softmax(dim=1)

    def upper_parts(self) -> tuple[nn.Module, ...]:
        """What phase 2 trains: everything from the last stage on."""
        last = len(self.stages) - 1
        own = (self.from_bridge[last - 1], self.stages[last], self.to_bridge[last], self.top)
        return (*own, self.embed, self.head)

    def _embed(self, pooled: Tensor, bridge: Tensor, top: Tensor) -> Tensor:
        features = torch.cat([pooled, statistics(bridge), top.mean((2, 3))], dim=1)
        return F.normalize(self.whiten(self.embed(features)), dim=1)


class DeployedStudent(nn.Module):
    """The student as it ships: reads uint8 pixels (N, S, S, 3) as a decoded picture has them."""

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        embedding, distribution = self.student(pixels.permute(0, 3, 1, 2).float())
        return embedding, distribution


def bridge(own: int, theirs: int) -> nn.Module:
    """A linear translation between two networks' channels; nothing where they are equal."""
    return nn.Identity() if own == theirs else nn.Conv2d(own, theirs, 1)


def normalise(pixels: Tensor) -> Tensor:
    """0..255 to -1..1, the same range the teacher reads."""
    return pixels / 128.0 - 1.0


def statistics(level: Tensor) -> Tensor:
    """Mean and spread of each channel over the picture: (N, C, H, W) to (N, 2C)."""
    mean = level.mean((2, 3))
    variance = (level - mean[:, :, None, None]).square().mean((2, 3))
    return torch.cat([mean, (variance + 1e-5).sqrt()], dim=1)


def expected_rating(distribution: Tensor, bins: Sequence[float]) -> Tensor:
    """Mean rating (N,) of distributions (N, K) over the bins."""
    return distribution @ torch.tensor(bins, dtype=distribution.dtype)


def _channels(stages: nn.ModuleList) -> tuple[int, ...]:
    """Of what each stage puts out."""
    stages.eval()
    flowing = torch.zeros(1, 3, 64, 64)
    channels = []
    with torch.no_grad():
        for stage in stages:
            flowing = stage(flowing)
            channels.append(flowing.shape[1])
    stages.train()
    return tuple(channels)
