"""Phase 2 from the pixels: every layer learns, where `Distillation` stops at the last stage."""

import copy
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.learning.data.frames import Frames
from core.learning.data.views import rating_view, render_all
from core.learning.devices import mixed_precision
from core.learning.semi_supervised import DistillationConfig, Drawn, SemiSupervised
from core.learning.student import Student
from core.learning.teachers.teacher import weights_digest
from core.learning.team import ALONE, Share, Team
from core.learning.training_loop import Plan, train
from core.learning.trunk import StridedDepthwise, as_input
from core.progress import Task

_WARMUP_STEPS = 20


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photographs and the distribution that each should get."""

    frames: Frames
    files: tuple[str, ...]
    wanted: NDArray[np.float32]  # (N, K)
    weight: NDArray[np.float32]  # (N,) how much each counts, 1 on average


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How long and how fast every layer learns."""

    steps: int = 300
    learning_rate: float = 1e-4

    def learning_rate_at(self, step: int) -> float:
        """Rises over the first steps, then falls along a cosine."""
        falling = 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return self.learning_rate * falling * min(1.0, (step + 1) / _WARMUP_STEPS)


@dataclass(frozen=True, slots=True)
class _Views:
    pixels: Tensor  # (N, S, S, 3) uint8
    wanted: Tensor
    weight: Tensor


class EndToEnd(SemiSupervised[_Views]):
    """Phase 2 on freshly drawn views; running statistics stay those of phase 1."""

    def __init__(
        self,
        student: Student,
        labelled: Pictures,
        unlabelled: Pictures,
        size_px: int,
        config: DistillationConfig,
        share: Share = ALONE.share,
    ) -> None:
        super().__init__(student, config, share)
        self._labelled = labelled
        self._unlabelled = unlabelled
        self._size_px = size_px
        student.eval().requires_grad_(True)
        for layer in student.modules():
            if isinstance(layer, StridedDepthwise):
                layer.train()  # computes the same, and its gradient ten times as fast

    def batch(self, step: int) -> Drawn[_Views]:
        config = self._config
        generator = np.random.default_rng((config.seed, step, 4))
        labelled = self._drawn(self._labelled, config.labelled_batch, generator)
        if not config.unlabelled_batch:
            return Drawn(labelled, None)
        unlabelled = self._drawn(self._unlabelled, config.unlabelled_batch, generator)
        return Drawn(labelled, unlabelled)

    def _embedding(self, shown: _Views) -> Tensor:
        pixels = as_input(shown.pixels)
        with mixed_precision(pixels.device):
            levels = self.module.levels(pixels)
        return self.module.embedding(levels.features)

    def _drawn(self, pictures: Pictures, count: int, generator: np.random.Generator) -> _Views:
        chosen = generator.integers(0, len(pictures.files), count)
        # Views are drawn for the whole batch, so that a team sees what one process would see.
        views = self._share.of([rating_view(generator) for _ in chosen])
        rows = self._share.of(chosen)
        files = [pictures.files[row] for row in rows]
        pixels = render_all(pictures.frames, files, views, self._size_px)
        return _Views(
            torch.from_numpy(pixels),
            torch.from_numpy(pictures.wanted[rows]),
            torch.from_numpy(pictures.weight[rows]),
        )


def fine_tune(
    student: Student,
    labelled: Pictures,
    unlabelled: Pictures,
    size_px: int,
    config: DistillationConfig,
    tuning: FineTuning,
    name: str,
    run: Path | None,
    task: Task,
    team: Team = ALONE,
) -> Student:
    """A copy of the network with every layer fitted.

    Args:
        student: with a head that has learned already; left as it is.
        labelled: photographs with the shares of their ratings.
        unlabelled: photographs with a teacher's distributions; not looked at where
            `config.unlabelled_batch` is 0.
        size_px: of a view.
        config: equal configurations and inputs give equal weights.
        tuning: likewise.
        name: of the progress stage.
        run: keeps checkpoints.
        task: reports and cancels.
        team: computes on its device.
    """
    tuned = copy.deepcopy(student)
    objective = EndToEnd(tuned, labelled, unlabelled, size_px, config, team.share)
    plan = Plan(
        name=name,
        steps=tuning.steps,
        learning_rate=tuning.learning_rate_at,
        configuration={
            "from": weights_digest(student),
            "distillation": config.described(),
            "learning_rate": tuning.learning_rate,
            "steps": tuning.steps,
            "size_px": size_px,
            "photographs": [len(labelled.files), len(unlabelled.files)],
        },
        seed=config.seed,
        weight_decay=config.weight_decay,
        average=config.average,
        run=run,
    )
    found = train(objective, plan, task, team)
    assert isinstance(found, Student), "the running mean is a copy of the student"
    return found.eval()
