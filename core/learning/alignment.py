"""Phase 1: the student's features are aligned with the teachers', without any rating.

First every stage learns the ImageNet teacher's map from the teacher's map before it, all at
once and each with its own easy target (teacher forcing); then the stages are chained and
trained end to end, with the teacher's pooled features as seen from the embedding, and with
CLIP through a projector of its own (the paper's arm: MLP and 1 - cosine).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.datasets import IndexRow
from core.learning.losses import cosine_distance, standardised_distance
from core.learning.shards import FrameStore
from core.learning.student import TOP_CHANNELS, Student, statistics
from core.learning.teachers import StageMaps, StageTeacher
from core.learning.views import WHOLE, View, alignment_view, centre_square, render_all

_SEEN_BY_CLIP = 0.6  # a crop of at least this share of the frame still shows what CLIP saw


@dataclass(frozen=True, slots=True)
class AlignmentConfig:
    """Everything that decides the outcome of phase 1."""

    forced_steps: int = 500
    chained_steps: int = 3000
    final_steps: int = 1000  # at the final size, with the learning rate going to zero
    size_px: int = 160
    final_size_px: int = 224
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup_steps: int = 100
    clip_weight: float = 1.0
    statistics_weight: float = 1.0
    seed: int = 0

    @property
    def steps(self) -> int:
        return self.forced_steps + self.chained_steps + self.final_steps

    def size_at(self, step: int) -> int:
        """Picture size in pixels at a step."""
        is_final = step >= self.forced_steps + self.chained_steps
        return self.final_size_px if is_final else self.size_px

    def learning_rate_at(self, step: int) -> float:
        """Rises, stays, and falls along a cosine in the final steps."""
        final = step - self.forced_steps - self.chained_steps
        if final < 0 or self.final_steps == 0:
            return self.learning_rate * min(1.0, (step + 1) / max(1, self.warmup_steps))
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * final / self.final_steps))

    def described(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AlignmentBatch:
    """Views as uint8 pixels (N, S, S, 3), CLIP features (N, 512) and which of them count."""

    pixels: NDArray[np.uint8]
    clip: NDArray[np.float32]
    has_clip: NDArray[np.bool_]


class AlignmentModel(nn.Module):
    """The student with what is needed only while it is aligned."""

    def __init__(self, student: Student, top_channels: int, clip_dim: int) -> None:
        super().__init__()
        width = student.shape.embedding_dim
        described = 2 * sum(student.shape.bridge_channels) + top_channels
        self.student = student
        self.top_bridge = nn.Conv2d(TOP_CHANNELS, top_channels, 1)
        self.statistics_decoder = nn.Linear(width, described)
        self.clip_projector = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, clip_dim)
        )
        channels = (*student.shape.bridge_channels, top_channels, described)
        self.centres = nn.ParameterList(_fixed(torch.zeros(count)) for count in channels)
        self.scales = nn.ParameterList(_fixed(torch.ones(count)) for count in channels)

    def standardised(self, maps: StageMaps) -> StageMaps:
        """The teacher's maps with mean 0 and deviation 1 in each channel."""
        levels = [
            (level - centre[:, None, None]) / scale[:, None, None]
            for level, centre, scale in zip(
                (*maps.stages, maps.top), self.centres, self.scales, strict=False
            )
        ]
        return StageMaps(tuple(levels[:-1]), levels[-1])

    def described(self, maps: StageMaps) -> Tensor:
        """The teacher's pooled features at all levels (N, D), standardised, of its maps."""
        standardised: Tensor = (pooled(maps) - self.centres[-1]) / self.scales[-1]
        return standardised

    def as_clip(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the projector believes CLIP would say (N, 512), unit length."""
        scale = math.sqrt(self.student.shape.embedding_dim)
        with torch.no_grad():
            predicted = self.clip_projector(torch.from_numpy(embeddings) * scale)
        return F.normalize(predicted, dim=1).numpy()

    def calibrate(self, maps: StageMaps) -> None:
        """Fix the standardisation from the teacher's maps of a sample of photographs."""
        for index, level in enumerate((*maps.stages, maps.top)):
            self.centres[index].copy_(level.mean((0, 2, 3)))
            self.scales[index].copy_(level.std((0, 2, 3)) + 1e-4)
        described = pooled(self.standardised(maps))
        self.centres[-1].copy_(described.mean(0))
        self.scales[-1].copy_(described.std(0) + 1e-4)


class Alignment:
    """Phase 1 as an objective of the training loop."""

    def __init__(
        self,
        student: Student,
        teacher: StageTeacher,
        frames: FrameStore,
        rows: Sequence[IndexRow],
        clip: NDArray[np.float32],
        config: AlignmentConfig,
    ) -> None:
        self._teacher = teacher
        self._frames = frames
        self._rows = rows
        self._clip = clip
        self._config = config
        model = AlignmentModel(student, teacher.top_channels, clip.shape[1])
        self.module = model.to(memory_format=torch.channels_last)
        self.module.calibrate(self._sample_maps())

    def batch(self, step: int) -> AlignmentBatch:
        config = self._config
        generator = np.random.default_rng((config.seed, step))
        rows = [self._rows[index] for index in self._indices(step)]
        views = [_view(generator, row, self._frames) for row in rows]
        pixels = render_all(self._frames, [row.file for row in rows], views, config.size_at(step))
        counts = [
            row.clip_row >= 0 and view.area >= _SEEN_BY_CLIP
            for row, view in zip(rows, views, strict=True)
        ]
        targets = self._clip[[max(0, row.clip_row) for row in rows]]
        return AlignmentBatch(pixels, targets, np.array(counts))

    def losses(self, step: int, batch: AlignmentBatch) -> Mapping[str, Tensor]:
        pixels = as_input(batch.pixels)
        maps = self._teacher.maps(pixels)
        wanted = self.module.standardised(maps)
        self.module.train()
        if step < self._config.forced_steps:
            return self._forced(pixels, wanted)
        return self._chained(pixels, wanted, batch)

    def _forced(self, pixels: Tensor, wanted: StageMaps) -> Mapping[str, Tensor]:
        student = self.module.student
        terms: dict[str, Tensor] = {}
        arriving = (pixels, *wanted.stages[:-1])
        for index, (before, target) in enumerate(zip(arriving, wanted.stages, strict=True)):
            inner = student.stage(index, before)
            terms[f"map_{index}"] = standardised_distance(student.to_bridge[index](inner), target)
        top = self.module.top_bridge(student.top(inner))
        terms["map_top"] = standardised_distance(top, wanted.top)
        return terms

    def _chained(
        self, pixels: Tensor, wanted: StageMaps, batch: AlignmentBatch
    ) -> Mapping[str, Tensor]:
        student = self.module.student
        levels = student.levels(pixels)
        terms = {
            f"map_{index}": standardised_distance(level, target)
            for index, (level, target) in enumerate(zip(levels.bridges, wanted.stages, strict=True))
        }
        top = self.module.top_bridge(levels.top)
        terms["map_top"] = standardised_distance(top, wanted.top)
        terms["top_cosine"] = cosine_distance(top.mean((2, 3)), wanted.top.mean((2, 3))).mean()
        embedding = student.embed_levels(levels) * math.sqrt(student.shape.embedding_dim)
        described = self.module.statistics_decoder(embedding)
        terms["statistics"] = self._config.statistics_weight * standardised_distance(
            described, self.module.described(wanted)
        )
        terms["clip"] = self._config.clip_weight * self._clip_distance(embedding, batch)
        return terms

    def _clip_distance(self, embedding: Tensor, batch: AlignmentBatch) -> Tensor:
        distances = cosine_distance(
            self.module.clip_projector(embedding), torch.from_numpy(batch.clip)
        )
        counts = torch.from_numpy(batch.has_clip).float()
        return (distances * counts).sum() / counts.sum().clamp(min=1)

    def _indices(self, step: int) -> NDArray[np.intp]:
        """The photographs of a step: every epoch a new order, none twice before all were seen."""
        size, count = self._config.batch_size, len(self._rows)
        wanted = np.arange(step * size, (step + 1) * size)
        chosen = np.empty(size, np.intp)
        for epoch in np.unique(wanted // count):
            order = np.random.default_rng((self._config.seed, int(epoch), 1)).permutation(count)
            is_here = wanted // count == epoch
            chosen[is_here] = order[wanted[is_here] % count]
        return chosen

    def _sample_maps(self) -> StageMaps:
        generator = np.random.default_rng(self._config.seed)
        count = min(256, len(self._rows))
        chosen = generator.choice(len(self._rows), count, replace=False)
        files = [self._rows[index].file for index in chosen]
        pixels = render_all(self._frames, files, [WHOLE] * count, self._config.size_px)
        return self._teacher.maps(as_input(pixels))


def as_input(pixels: NDArray[np.uint8]) -> Tensor:
    """Pixels (N, S, S, 3) as the float tensor (N, 3, S, S) that the networks read."""
    tensor = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    return tensor.contiguous(memory_format=torch.channels_last)


def pooled(maps: StageMaps) -> Tensor:
    """Mean and spread of every stage and the mean of the last map, side by side (N, D)."""
    stages = [statistics(level) for level in maps.stages]
    return torch.cat([*stages, maps.top.mean((2, 3))], dim=1)


def _view(generator: np.random.Generator, row: IndexRow, frames: FrameStore) -> View:
    if row.kind == "exact" and generator.random() < 0.4:
        _, height, width = frames.places[row.file]
        return centre_square(width, height, mirrored=bool(generator.random() < 0.5))
    return alignment_view(generator)


def _fixed(values: Tensor) -> nn.Parameter:
    return nn.Parameter(values, requires_grad=False)
