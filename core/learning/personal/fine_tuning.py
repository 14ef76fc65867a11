"""Lets the student's last stage and head learn the marks and the teacher learner's opinion."""

import copy
import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from core.learning.personal.seen import Seen
from core.learning.semi_supervised import Distillation, DistillationConfig, Targets
from core.learning.student import Student
from core.learning.training_loop import Plan, train
from core.progress import Task

_WARMUP_STEPS = 10


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How the student learns from one photographer."""

    steps: int = 80
    learning_rate: float = 1e-4
    labelled_batch: int = 32
    unlabelled_batch: int = 64
    unlabelled_weight: float = 3.0  # of what the teacher learner says, against the marks
    dropout: float = 0.1
    average: float = 0.95
    seed: int = 0

    def learning_rate_at(self, step: int) -> float:
        """Rises over the first steps, then falls along a cosine."""
        falling = 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return self.learning_rate * falling * min(1.0, (step + 1) / _WARMUP_STEPS)


def fine_tuned(
    start: Student,
    marked: Targets,
    unmarked: Targets,
    tuning: FineTuning,
    task: Task,
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
    student = copy.deepcopy(start)
    settings = DistillationConfig(
        labelled_batch=tuning.labelled_batch,
        unlabelled_batch=tuning.unlabelled_batch if len(unmarked.wanted) else 0,
        unlabelled_weight=tuning.unlabelled_weight,
        dropout=tuning.dropout,
        seed=tuning.seed,
    )
    plan = Plan(
        name="personal",
        steps=tuning.steps,
        learning_rate=tuning.learning_rate_at,
        configuration=asdict(tuning),
        seed=tuning.seed,
        weight_decay=0.0,  # towards nothing, where it should stay near what is known
        average=tuning.average,
    )
    objective = Distillation(student, marked, unmarked, settings, head_only=False)
    learned = train(objective, plan, task)
    assert isinstance(learned, Student), "the running mean is a copy of the student"
    return learned.requires_grad_(False).eval()


def in_both_views(seen: Seen, wanted: NDArray[np.float32], weight: NDArray[np.floating]) -> Targets:
    """Both views of photos with their distributions (N, K), the weights (N,) brought to mean 1."""
    mean = float(weight.mean()) if len(weight) else 1.0
    return Targets(seen.views, seen.photo, wanted, (weight / mean).astype(np.float32))
