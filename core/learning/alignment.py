"""Phase 1: the student's features are aligned with the teachers', without any rating.

First every student stage learns the ImageNet teacher's map from the teacher's map before it, all
at once and each with its own easy target (teacher forcing); then the stages are chained and
trained end to end, with the teacher's pooled features as seen from the embedding, and with
CLIP through a projector of its own (the paper's arm: MLP and 1 - cosine).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import TrainingError
from core.learning.alignment_model import AlignmentModel, FeatureLoss
from core.learning.data.frames import Frames
from core.learning.data.training_folder import IndexRow
from core.learning.data.views import WHOLE, View, alignment_view, centre_square, render_all
from core.learning.devices import mixed_precision
from core.learning.losses import cosine_distance, relational_distance, standardised_distance
from core.learning.student import Student
from core.learning.teachers.stage_maps import StageMaps, StageTeacher
from core.learning.team import ALONE, Share, Team
from core.learning.training_loop import Plan, train
from core.learning.trunk import Levels, StagedTrunk, as_input
from core.progress import Task

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
        AlignmentStage("forced", 1000, 128, (3e-2, 1e-3), forced=True),
        AlignmentStage("chained", 4500, 160, (1e-2, 1e-3)),
        AlignmentStage("final", 800, 224, (1e-3, 1e-6)),
    )
    batch_size: int = 32
    feature_loss: FeatureLoss = "cosine"  # to CLIP's features
    clip_weight: float = 1.0
    relational_weight: float = 0.0  # of the likeness between the photographs of a batch
    maps_weight: float = 1.0  # of the stage teacher's feature maps
    statistics_weight: float = 1.0  # of its pooled features
    # Convolutions before a batch normalisation bear, and need, a far faster rate than the linear
    # layers on top. After 150 forced steps the first maps were off by a quarter as much at 3e-2
    # as at 3e-3, the last by two thirds.
    linear_rate: float = 0.2
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
    """Views as uint8 pixels (N, S, S, 3), CLIP features (N, C) and which of them count (N,)."""

    pixels: Tensor
    clip: Tensor
    has_clip: Tensor


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """The photographs of phase 1 and the CLIP features (M, 512) that some of them have."""

    frames: Frames
    rows: Sequence[IndexRow]
    clip: NDArray[np.float32]


class Alignment:
    """A stage of phase 1 as an objective of the training loop."""

    def __init__(
        self,
        module: AlignmentModel,
        teacher: StageTeacher | None,
        photos: Unlabelled,
        config: AlignmentConfig,
        index: int,
        share: Share = ALONE.share,
    ) -> None:
        self.module = module.to(memory_format=torch.channels_last)
        self._share = share
        self._teacher = teacher
        self._photos = photos
        self._config = config
        self._stage = config.stages[index]
        self._steps_before = sum(stage.steps for stage in config.stages[:index])
        if self._stage.forced and (
            teacher is None or not isinstance(module.student.trunk, StagedTrunk)
        ):
            raise TrainingError(
                f"The stage {self._stage.name} needs a teacher with feature maps and a student "
                "with the same stages."
            )

    def batch(self, step: int) -> AlignmentBatch:
        step += self._steps_before
        generator = np.random.default_rng((self._config.seed, step))
        photos = self._photos
        chosen = [photos.rows[index] for index in self._indices(step)]
        # Views are drawn for the whole batch, so that a team sees what one process would see.
        views = self._share.of([_view(generator, row, photos.frames) for row in chosen])
        rows = self._share.of(chosen)
        pixels = render_all(photos.frames, [row.file for row in rows], views, self._stage.size_px)
        has_clip = [
            row.clip_row >= 0 and view.area >= _SEEN_BY_CLIP
            for row, view in zip(rows, views, strict=True)
        ]
        targets = photos.clip[[max(0, row.clip_row) for row in rows]]
        return AlignmentBatch(
            torch.from_numpy(pixels), torch.from_numpy(targets), torch.tensor(has_clip)
        )

    def losses(self, step: int, batch: AlignmentBatch) -> Mapping[str, Tensor]:  # noqa: ARG002
        pixels = as_input(batch.pixels)
        self.module.train()
        wanted = None
        if self._teacher is not None:
            wanted = self.module.standardised(self._teacher.maps(pixels))
        if self._stage.forced:
            assert wanted is not None, "checked when the stage began"
            return self._map_terms(self._forced(pixels, wanted), wanted)
        student = self.module.student
        with mixed_precision(pixels.device):
            levels = student.levels(pixels)
        embedding = student.embedding(levels.features)
        terms = self._clip_terms(embedding, batch)
        if wanted is not None:
            distance = self.module.statistics_distance(embedding, wanted)
            terms["statistics"] = self._config.statistics_weight * distance
            if levels.bridges:
                terms |= self._map_terms(levels, wanted)
        return terms

    def _forced(self, pixels: Tensor, wanted: StageMaps) -> Levels:
        """Every student stage on the teacher's map before it."""
        trunk = self.module.student.trunk
        assert isinstance(trunk, StagedTrunk), "checked when the stage began"
        bridged = []
        with mixed_precision(pixels.device):
            for index, before in enumerate((pixels, *wanted.stages[:-1])):
                inner = trunk.stage(index, before)
                bridged.append(trunk.to_bridge[index](inner))
            return trunk.gathered(bridged, trunk.top(inner))

    def _map_terms(self, levels: Levels, wanted: StageMaps) -> dict[str, Tensor]:
        assert levels.top is not None, "a trunk with stages has a last map"
        top = self.module.as_top(levels.top)
        pairs = zip(levels.bridges, wanted.stages, strict=True)
        terms = {
            f"map_{index}": standardised_distance(level, other)
            for index, (level, other) in enumerate(pairs)
        }
        terms["map_top"] = standardised_distance(top, wanted.top)
        means = top.mean((2, 3)), wanted.top.mean((2, 3))
        terms["top_cosine"] = cosine_distance(*means).mean()
        return {name: self._config.maps_weight * term for name, term in terms.items()}

    def _clip_terms(self, embedding: Tensor, batch: AlignmentBatch) -> dict[str, Tensor]:
        config = self._config
        wanted, found = batch.clip[batch.has_clip], embedding[batch.has_clip]
        if not len(found):
            return {"clip": embedding.sum() * 0}
        terms = {"clip": config.clip_weight * self.module.clip_distances(found, wanted).mean()}
        if config.relational_weight:
            distance = relational_distance(found, wanted)
            terms["relations"] = config.relational_weight * distance
        return terms

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
    student: Student, teacher: StageTeacher | None, photos: Unlabelled, config: AlignmentConfig
) -> AlignmentModel:
    """The student with its projectors, standardised by a sample of the photographs."""
    model = AlignmentModel(student, photos.clip.shape[1], config.feature_loss, teacher)
    if teacher is not None:
        calibrate(model, teacher, photos, config)
    return model


def calibrate(
    model: AlignmentModel, teacher: StageTeacher, photos: Unlabelled, config: AlignmentConfig
) -> None:
    """Standardise the model's view of the teacher's maps by a sample of the photographs."""
    generator = np.random.default_rng(config.seed)
    count = min(_CALIBRATION_PHOTOS, len(photos.rows))
    chosen = generator.choice(len(photos.rows), count, replace=False)
    files = [photos.rows[index].file for index in chosen]
    pixels = render_all(photos.frames, files, [WHOLE] * count, config.final_size_px)
    model.calibrate(teacher.maps(as_input(torch.from_numpy(pixels))))


def align(
    student: Student,
    teacher: StageTeacher | None,
    photos: Unlabelled,
    config: AlignmentConfig,
    run: Path | None,
    task: Task,
    team: Team = ALONE,
) -> AlignmentModel:
    """Phase 1, stage by stage, or what is stored of it.

    Args:
        student: trained in place.
        teacher: gives feature maps; None aligns with the CLIP features alone.
        photos: what to look at; no rating is asked for.
        config: equal configurations and photographs give equal weights.
        run: keeps a checkpoint of each stage; None keeps nothing.
        task: reports and cancels.
        team: the processes that train together.
    """
    module = alignment_model(student, teacher, photos, config)

    def objective(index: int) -> Alignment:
        return Alignment(module, teacher, photos, config, index, team.share)

    return train_stages(module, objective, config, {}, run, task, team)


def train_stages(
    module: AlignmentModel,
    objective: Callable[[int], Alignment],
    config: AlignmentConfig,
    decided_by: Mapping[str, object],
    run: Path | None,
    task: Task,
    team: Team = ALONE,
) -> AlignmentModel:
    """Train `module` stage by stage, each for its own objective, or take what is stored of it.

    `decided_by` is what decides the outcome beside the student's shape and `config`.
    """
    for index, stage in enumerate(config.stages):
        plan = Plan(
            name=f"align: {stage.name}",
            steps=stage.steps,
            learning_rate=stage.learning_rate_at,
            configuration={
                "shape": asdict(module.student.shape),
                "alignment": config.up_to(index).described(),
                **decided_by,
            },
            seed=config.seed,
            linear_rate=config.linear_rate,
            run=None if run is None else run / stage.name,
        )
        train(objective(index), plan, task, team)
    return module.eval()


def _view(generator: np.random.Generator, row: IndexRow, frames: Frames) -> View:
    if row.kind == "exact" and generator.random() < 0.4:
        height, width = frames.shape(row.file)
        return centre_square(width, height, mirrored=bool(generator.random() < 0.5))
    return alignment_view(generator)
