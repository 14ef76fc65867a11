"""The student network: what ships, from pixels to an embedding and a score distribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.trunk import Levels, make_trunk


@dataclass(frozen=True, slots=True)
class StudentShape:
    """Everything that decides the student's layers."""

    backbone: str = "mobilenetv2_100"
    bridge_channels: tuple[int, ...] = (16, 24, 32, 64, 96, 160, 320)  # the teacher's, by stage
    embedding_dim: int = 512
    bins: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)  # the rating scale
    size_px: int | None = None  # for backbones that must know it beforehand


class Student(nn.Module):
    """From pixels (N, 3, S, S), 0..255 RGB as float, to `Levels`, embedding and logits."""

    def __init__(self, shape: StudentShape) -> None:
        super().__init__()
        self.shape = shape
        self.trunk = make_trunk(shape.backbone, shape.bridge_channels, shape.size_px)
        self.embed = nn.Linear(self.trunk.feature_dim, shape.embedding_dim, bias=False)
        self.whiten = nn.BatchNorm1d(shape.embedding_dim, affine=False)
        self.head = nn.Linear(shape.embedding_dim, len(shape.bins))

    def levels(self, pixels: Tensor) -> Levels:
        """All feature maps of a batch."""
        return self.trunk.levels(pixels)

    def embedding(self, features: Tensor) -> Tensor:
        """The embedding (N, D), unit length, of the trunk's features (N, F)."""
        return F.normalize(self.whiten(self.embed(features)), dim=1)

    def lower(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """What phase 2 leaves alone: pooled features (N, P) and the last map (N, C, H, W)."""
        return self.trunk.lower(pixels)

    def upper(self, pooled: Tensor, arriving: Tensor) -> Tensor:
        """The rest, on what `lower` gave: the embedding (N, D), unit length."""
        return self.embedding(self.trunk.upper(pooled, arriving))

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
        return (*self.trunk.upper_parts(), self.embed, self.head)


class DeployedStudent(nn.Module):
    """The student as it ships: reads uint8 pixels (N, S, S, 3) as a decoded picture has them."""

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        embedding, distribution = self.student(pixels.permute(0, 3, 1, 2).float())
        return embedding, distribution


def expected_rating(distribution: Tensor, bins: Sequence[float]) -> Tensor:
    """Mean rating (N,) of distributions (N, K) over the bins."""
    return distribution @ distribution.new_tensor(bins)
