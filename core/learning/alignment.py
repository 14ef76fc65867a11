"""Phase 1: the student's features are aligned with the teachers', without any rating.

First every student stage learns the ImageNet teacher's map from the teacher's map before it, all
at once and each with its own easy target (teacher forcing); then the stages are chained and
trained end to end, with the teacher's pooled features as seen from the embedding, and with
CLIP through a projector of its own (the paper's arm: MLP and 1 - cosine).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.data.frames import FrameStore
from core.learning.data.training_folder import IndexRow
from core.learning.data.views import WHOLE, View, alignment_view, centre_square, render_all
from core.learning.losses import cosine_distance, standardised_distance
from core.learning.student import Levels, Student, bridge, statistics
from core.learning.teachers.stage_maps import StageMaps, StageTeacher

_WARMUP_STEPS = 50
_CALIBRATION_PHOTOS = 256
_SEEN_BY_CLIP = 0.6  # a crop of at least this share of the frame still shows what CLIP saw


@dataclass(frozen=True, slots=True)
class AlignmentStage:
    """A part of phase 1 with its own length, picture size and learning rates."""

    name: str
    steps: int
    size_px: int
    learning_rates: tuple[float, float]  # first and last, along a cosine
    forced: bool = False  # every student stage reads the teacher's map, not the student's own

    def learning_rate_at(self, step: int) -> float:
        """Rises over the first steps, then falls along a cosine."""
        first, last = self.learning_rates
        falling = last + (first - last) * 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return falling * min(1.0, (step + 1) / _WARMUP_STEPS)


@dataclass(frozen=True, slots=True)
class AlignmentConfig:
    """Everything that decides the outcome of phase 1."""

    stages: tuple[AlignmentStage, ...] = (
        AlignmentStage("forced", 1000, 128, (3e-3, 1e-3), forced=True),
        AlignmentStage("chained", 3200, 160, (1.5e-3, 5e-4)),
        AlignmentStage("final", 800, 224, (5e-4, 1e-6)),
    )
    batch_size: int = 32
    clip_weight: float = 1.0
    statistics_weight: float = 1.0
    seed: int = 0

    @property
    def final_size_px(self) -> int:
        """The picture size that the student ships with."""
        return self.stages[-1].size_px

    def described(self) -> dict[str, object]:
        return asdict(self)

    def up_to(self, index: int) -> "AlignmentConfig":
        """What decides the outcome of stage `index`: later stages do not."""
        return replace(self, stages=self.stages[: index + 1])


@dataclass(frozen=True, slots=True)
class AlignmentBatch:
    """Views as uint8 pixels (N, S, S, 3), CLIP features (N, 512) and which of them count."""

    pixels: NDArray[np.uint8]
    clip: NDArray[np.float32]
    has_clip: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """The photographs of phase 1 and the CLIP features (M, 512) that some of them have."""

    frames: FrameStore
    rows: Sequence[IndexRow]
    clip: NDArray[np.float32]


class AlignmentModel(nn.Module):
    """The student with what is needed only while it is aligned."""

    def __init__(self, student: Student, top_channels: int, clip_dim: int) -> None:
        super().__init__()
        width = student.shape.embedding_dim
        described = 2 * sum(student.shape.bridge_channels) + top_channels
        self.student = student
        self.top_bridge = bridge(student.top_channels, top_channels)
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

    def as_top(self, top: Tensor) -> Tensor:
        """The student's last map as the teacher's, standardised."""
        centre, scale = self.centres[-2], self.scales[-2]
        bridged: Tensor = self.top_bridge(top)
        standardised: Tensor = (bridged - centre[:, None, None]) / scale[:, None, None]
        return standardised

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
    """A stage of phase 1 as an objective of the training loop."""

    def __init__(
        self,
        module: AlignmentModel,
        teacher: StageTeacher,
        photos: Unlabelled,
        config: AlignmentConfig,
        index: int,
    ) -> None:
        self.module = module.to(memory_format=torch.channels_last)
        self._teacher = teacher
        self._photos = photos
        self._config = config
        self._stage = config.stages[index]
        self._steps_before = sum(stage.steps for stage in config.stages[:index])

    def batch(self, step: int) -> AlignmentBatch:
        step += self._steps_before
        generator = np.random.default_rng((self._config.seed, step))
        frames = self._photos.frames
        rows = [self._photos.rows[index] for index in self._indices(step)]
        views = [_view(generator, row, frames) for row in rows]
        pixels = render_all(frames, [row.file for row in rows], views, self._stage.size_px)
        counts = [
            row.clip_row >= 0 and view.area >= _SEEN_BY_CLIP
            for row, view in zip(rows, views, strict=True)
        ]
        targets = self._photos.clip[[max(0, row.clip_row) for row in rows]]
        return AlignmentBatch(pixels, targets, np.array(counts))

    def losses(self, step: int, batch: AlignmentBatch) -> Mapping[str, Tensor]:  # noqa: ARG002
        pixels = as_input(batch.pixels)
        wanted = self._teacher.maps(pixels)
        self.module.train()
        if self._stage.forced:
            return self._map_terms(self._forced(pixels, wanted), wanted)
        student = self.module.student
        with mixed_precision():
            levels = student.levels(pixels)
        levels = Levels(tuple(level.float() for level in levels.bridges), levels.top.float())
        embedding = student.embed_levels(levels) * math.sqrt(student.shape.embedding_dim)
        described = standardised_distance(
            self.module.statistics_decoder(embedding), self.module.described(wanted)
        )
        return {
            **self._map_terms(levels, wanted),
            "statistics": self._config.statistics_weight * described,
            "clip": self._config.clip_weight * self._clip_distance(embedding, batch),
        }

    def _forced(self, pixels: Tensor, wanted: StageMaps) -> Levels:
        """Every student stage on the teacher's map before it."""
        student = self.module.student
        arriving = (pixels, *self.module.standardised(wanted).stages[:-1])
        bridged = []
        with mixed_precision():
            for index, before in enumerate(arriving):
                inner = student.stage(index, before)
                bridged.append(student.to_bridge[index](inner).float())
            return Levels(tuple(bridged), student.top(inner).float())

    def _map_terms(self, levels: Levels, wanted: StageMaps) -> dict[str, Tensor]:
        target = self.module.standardised(wanted)
        top = self.module.as_top(levels.top)
        return {
            **{
                f"map_{index}": standardised_distance(level, other)
                for index, (level, other) in enumerate(
                    zip(levels.bridges, target.stages, strict=True)
                )
            },
            "map_top": standardised_distance(top, target.top),
            "top_cosine": cosine_distance(top.mean((2, 3)), target.top.mean((2, 3))).mean(),
        }

    def _clip_distance(self, embedding: Tensor, batch: AlignmentBatch) -> Tensor:
        distances = cosine_distance(
            self.module.clip_projector(embedding), torch.from_numpy(batch.clip)
        )
        counts = torch.from_numpy(batch.has_clip).float()
        return (distances * counts).sum() / counts.sum().clamp(min=1)

    def _indices(self, step: int) -> NDArray[np.intp]:
        """The photographs of a step: every epoch a new order, none twice before all were seen."""
        size, count = self._config.batch_size, len(self._photos.rows)
        wanted = np.arange(step * size, (step + 1) * size)
        chosen = np.empty(size, np.intp)
        for epoch in np.unique(wanted // count):
            order = np.random.default_rng((self._config.seed, int(epoch), 1)).permutation(count)
            is_here = wanted // count == epoch
            chosen[is_here] = order[wanted[is_here] % count]
        return chosen


def alignment_model(
    student: Student, teacher: StageTeacher, photos: Unlabelled, config: AlignmentConfig
) -> AlignmentModel:
    """The student with its projectors, standardised by a sample of the photographs."""
    model = AlignmentModel(student, teacher.top_channels, photos.clip.shape[1])
    generator = np.random.default_rng(config.seed)
    count = min(_CALIBRATION_PHOTOS, len(photos.rows))
    chosen = generator.choice(len(photos.rows), count, replace=False)
    files = [photos.rows[index].file for index in chosen]
    pixels = render_all(photos.frames, files, [WHOLE] * count, config.final_size_px)
    model.calibrate(teacher.maps(as_input(pixels)))
    return model


def mixed_precision() -> torch.autocast:
    """bfloat16 where it helps: products and convolutions, twice as fast on recent processors."""
    return torch.autocast("cpu", torch.bfloat16)


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
