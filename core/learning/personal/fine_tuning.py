"""Lets the student's last stage and head learn the marks and the teacher learner's opinion.

First the embedding and the head learn on the features of all levels, which are known already:
there the teacher learner can be followed closely, and a step costs a twentieth of one through
convolutions. Then the last stage learns with them, little: a few hundred marks do not tell
millions of numbers what to be.
"""

import copy
import math
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.learning.personal.seen import Seen
from core.learning.personal.share_of_task import ShareOfTask
from core.learning.semi_supervised import (
    Distillation,
    DistillationConfig,
    Drawn,
    SemiSupervised,
    Targets,
)
from core.learning.student import Student
from core.learning.team import ALONE
from core.learning.training_loop import Objective, Plan, train
from core.progress import Task

B = TypeVar("B")
_WARMUP_STEPS = 10
_STAGE = "personal"
_HEAD_SHARE = 0.3  # of the time


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How the student learns from one photographer."""

    head_steps: int = 100  # of the embedding and the head alone
    head_learning_rate: float = 5e-4
    steps: int = 20  # of the last stage with them
    learning_rate: float = 5e-5
    labelled_batch: int = 32
    unlabelled_batch: int = 64
    unlabelled_weight: float = 30.0  # of what the teacher learner says, against the marks
    average: float = 0.9
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """Photos, and the distribution that each should get."""

    seen: Seen
    wanted: NDArray[np.float32]  # (N, K)
    weight: NDArray[np.floating]  # (N,) how much each counts

    @property
    def counted(self) -> NDArray[np.float32]:
        """The weights brought to mean 1."""
        mean = float(self.weight.mean()) if len(self.weight) else 1.0
        return (self.weight / mean).astype(np.float32)

    @property
    def in_both_views(self) -> Targets:
        """As phase 2 reads it, mirrored views included."""
        return Targets(self.seen.views, self.seen.photo, self.wanted, self.counted)


@dataclass(frozen=True, slots=True)
class _Described:
    """Features of all levels, and what should come of them."""

    features: Tensor
    wanted: Tensor
    weight: Tensor


class EmbeddingAndHead(SemiSupervised[_Described]):
    """Phase 2 above all convolutions."""

    def __init__(
        self, student: Student, marked: Lesson, unmarked: Lesson, config: DistillationConfig
    ) -> None:
        super().__init__(student, config, ALONE.share)
        self._marked = marked
        self._unmarked = unmarked
        student.eval().requires_grad_(False)
        student.embed.requires_grad_(True)
        student.head.requires_grad_(True)

    def batch(self, step: int) -> Drawn[_Described]:
        config = self._config
        generator = np.random.default_rng((config.seed, step, 6))
        labelled = _drawn(self._marked, config.labelled_batch, generator)
        if not config.unlabelled_batch:
            return Drawn(labelled, None)
        return Drawn(labelled, _drawn(self._unmarked, config.unlabelled_batch, generator))

    def _embedding(self, shown: _Described) -> Tensor:
        return self.module.embedding(shown.features)


def fine_tuned(
    start: Student, marked: Lesson, unmarked: Lesson, tuning: FineTuning, task: Task
) -> Student:
    """A copy of the shipped student that has learned; its last stage and head alone differ.

    Args:
        start: the shipped student, head included; left as it is.
        marked: photos with the photographer's distributions.
        unmarked: photos with the teacher learner's; none is allowed.
        tuning: equal settings and inputs give equal weights.
        task: reports and cancels.

    Raises:
        Cancelled: the task was stopped.
        TrainingError: the training diverged.
    """
    settings = DistillationConfig(
        labelled_batch=tuning.labelled_batch,
        unlabelled_batch=tuning.unlabelled_batch if len(unmarked.wanted) else 0,
        unlabelled_weight=tuning.unlabelled_weight,
        dropout=0.0,
        seed=tuning.seed,
    )
    above = EmbeddingAndHead(copy.deepcopy(start), marked, unmarked, settings)
    first = ShareOfTask(task, _STAGE, 0, _HEAD_SHARE)
    student = _trained(above, tuning.head_steps, tuning.head_learning_rate, tuning, first)
    whole = Distillation(
        student, marked.in_both_views, unmarked.in_both_views, settings, head_only=False
    )
    rest = ShareOfTask(task, _STAGE, _HEAD_SHARE, 1)
    return _trained(whole, tuning.steps, tuning.learning_rate, tuning, rest)


def _trained(
    objective: Objective[B],
    steps: int,
    fastest: float,
    tuning: FineTuning,
    task: Task,
) -> Student:
    def learning_rate(step: int) -> float:
        """Rises over the first steps, then falls along a cosine."""
        falling = 0.5 * (1 + math.cos(math.pi * step / steps))
        return fastest * falling * min(1.0, (step + 1) / _WARMUP_STEPS)

    plan = Plan(
        name=_STAGE,
        steps=steps,
        learning_rate=learning_rate,
        configuration=asdict(tuning),
        seed=tuning.seed,
        weight_decay=0.0,  # towards nothing, where it should stay near what is known
        average=tuning.average,
    )
    learned = train(objective, plan, task)
    assert isinstance(learned, Student), "the running mean is a copy of the student"
    return learned.requires_grad_(False).eval()


def _drawn(lesson: Lesson, count: int, generator: np.random.Generator) -> _Described:
    rows = generator.integers(0, len(lesson.wanted), count)
    return _Described(
        torch.from_numpy(lesson.seen.described[rows]),
        torch.from_numpy(lesson.wanted[rows]),
        torch.from_numpy(lesson.counted[rows]),
    )
