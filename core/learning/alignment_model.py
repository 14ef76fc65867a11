"""The student with what is needed only while it is aligned: projectors and standardisation."""

import math
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import orthogonal

from core.learning.losses import cosine_distance, standardised_distance
from core.learning.student import Student
from core.learning.teachers.stage_maps import StageMaps, StageTeacher
from core.learning.trunk import StagedTrunk, bridge, statistics

FeatureLoss = Literal["cosine", "layer-norm"]


class AlignmentModel(nn.Module):
    """A student, a projector to CLIP's features and, with a stage teacher, one to its maps."""

    def __init__(
        self,
        student: Student,
        clip_dim: int,
        feature_loss: FeatureLoss = "cosine",
        teacher: StageTeacher | None = None,
    ) -> None:
        super().__init__()
        width = student.shape.embedding_dim
        self.student = student
        self.feature_loss = feature_loss
        self.clip_projector = projector(feature_loss, width, clip_dim)
        if teacher is None:
            return
        described = 2 * sum(teacher.channels) + teacher.top_channels
        trunk = student.trunk
        if isinstance(trunk, StagedTrunk):
            self.top_bridge = bridge(trunk.top_channels, teacher.top_channels)
        self.statistics_decoder = nn.Linear(width, described)
        channels = (*teacher.channels, teacher.top_channels, described)
        self.centres = nn.ParameterList(_fixed(torch.zeros(count)) for count in channels)
        self.scales = nn.ParameterList(_fixed(torch.ones(count)) for count in channels)

    def calibrate(self, maps: StageMaps) -> None:
        """Fix the standardisation from the teacher's maps of a sample of photographs."""
        for index, level in enumerate((*maps.stages, maps.top)):
            self.centres[index].copy_(level.mean((0, 2, 3)))
            self.scales[index].copy_(level.std((0, 2, 3)) + 1e-4)
        described = pooled(self.standardised(maps))
        self.centres[-1].copy_(described.mean(0))
        self.scales[-1].copy_(described.std(0) + 1e-4)

    def standardised(self, maps: StageMaps) -> StageMaps:
        """The teacher's maps with mean 0 and deviation 1 in each channel."""
        *stages, top = [
            (level - centre[:, None, None]) / scale[:, None, None]
            for level, centre, scale in zip(
                (*maps.stages, maps.top), self.centres, self.scales, strict=False
            )
        ]
        return StageMaps(tuple(stages), top)

    def as_top(self, top: Tensor) -> Tensor:
        """The student's last map as the teacher's, standardised."""
        centre, scale = self.centres[-2], self.scales[-2]
        bridged: Tensor = self.top_bridge(top)
        standardised: Tensor = (bridged - centre[:, None, None]) / scale[:, None, None]
        return standardised

    def statistics_distance(self, embedding: Tensor, wanted: StageMaps) -> Tensor:
        """How badly the embedding tells the teacher's pooled features at all levels.

        `wanted` is standardised.
        """
        target = (pooled(wanted) - self.centres[-1]) / self.scales[-1]
        return standardised_distance(self.statistics_decoder(self.scaled(embedding)), target)

    def clip_distances(self, embedding: Tensor, wanted: Tensor) -> Tensor:
        """Distance (N,) of embeddings (N, D) to CLIP features (N, C)."""
        projected = self.clip_projector(self.scaled(embedding))
        return feature_distances(self.feature_loss, projected, wanted)

    def scaled(self, embedding: Tensor) -> Tensor:
        """Unit embeddings with entries of about 1, which is what linear layers expect."""
        return embedding * math.sqrt(self.student.shape.embedding_dim)

    def as_clip(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the projector believes CLIP would say (N, C), unit length."""
        own = torch.from_numpy(np.array(embeddings))  # what is stored on disk cannot be written to
        with torch.no_grad():
            predicted = self.clip_projector(self.scaled(own))
        return F.normalize(predicted, dim=1).numpy()


def pooled(maps: StageMaps) -> Tensor:
    """Mean and spread of every stage and the mean of the last map, side by side (N, D)."""
    stages = [statistics(level) for level in maps.stages]
    return torch.cat([*stages, maps.top.mean((2, 3))], dim=1)


def feature_distances(feature_loss: FeatureLoss, projected: Tensor, wanted: Tensor) -> Tensor:
    """Distance (N,) of projected embeddings (N, C) to a teacher's features (N, C).

    "cosine" is the paper's arm: an MLP and 1 - cosine. "layer-norm" is an orthogonal linear
    projector and smooth L1 (beta 2) to the target without its mean and scale.

    Source:
        Miles et al. 2024 (VkD) for the projector, Wei et al. 2022 (FD) for the target.
    """
    if feature_loss == "cosine":
        return cosine_distance(projected, wanted)
    target = F.layer_norm(wanted, wanted.shape[1:])
    return F.smooth_l1_loss(projected, target, beta=2.0, reduction="none").mean(1)


def projector(feature_loss: FeatureLoss, width: int, clip_dim: int) -> nn.Module:
    """From embeddings of `width` entries to a teacher's features, as the arm wants it."""
    if feature_loss == "layer-norm":
        linear = nn.Linear(width, clip_dim, bias=False)
        # Cayley's map, since the others turned to zero after a step where the two sides differ in
        # width (seen in PyTorch 2.15 on a processor).
        return orthogonal(linear, orthogonal_map="cayley")
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, clip_dim))


def _fixed(values: Tensor) -> nn.Parameter:
    return nn.Parameter(values, requires_grad=False)
