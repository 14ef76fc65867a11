"""Phase 2: the score distribution, from few ratings and many photographs without.

A teacher learner, fitted to the labelled photographs, predicts distributions for unlabelled
ones; the student's last stage learns both with the squared earth mover's distance. The lower
stages stay as phase 1 left them, so what they say is computed once.
"""

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.features import LowerFeatures, tensors
from core.learning.losses import squared_emd
from core.learning.student import Student
from core.learning.training_loop import Plan, train
from core.progress import Task


@dataclass(frozen=True, slots=True)
class DistillationConfig:
    """Everything that decides the outcome of phase 2."""

    head_steps: int = 60  # the new head alone, before anything below it moves
    steps: int = 60
    head_learning_rate: float = 5e-3
    learning_rate: float = 3e-4
    weight_decay: float = 0.05
    labelled_batch: int = 32
    unlabelled_batch: int = 32  # 0 trains on the labels alone
    unlabelled_weight: float = 1.0
    dropout: float = 0.2
    average: float = 0.95
    seed: int = 0

    def described(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Targets:
    """Photographs' lower features, several views each, and the distribution each should get.

    Row i of `lower` is a view of photograph `photo[i]`, whose target is `wanted[photo[i]]`.
    """

    lower: LowerFeatures
    photo: NDArray[np.intp]  # (N,)
    wanted: NDArray[np.float32]  # (photographs, K)


@dataclass(frozen=True, slots=True)
class _Rows:
    labelled: NDArray[np.intp]
    unlabelled: NDArray[np.intp]


class Distillation:
    """Phase 2 as an objective of the training loop."""

    def __init__(
        self,
        student: Student,
        labelled: Targets,
        unlabelled: Targets,
        config: DistillationConfig,
        *,
        head_only: bool,
    ) -> None:
        self.module = student
        self._labelled = labelled
        self._unlabelled = unlabelled
        self._config = config
        student.eval().requires_grad_(False)  # running statistics stay those of phase 1
        parts: tuple[nn.Module, ...] = (student.head,) if head_only else student.upper_parts()
        for part in parts:
            part.requires_grad_(True)

    def batch(self, step: int) -> _Rows:
        generator = np.random.default_rng((self._config.seed, step, 2))
        return _Rows(
            generator.integers(0, len(self._labelled.photo), self._config.labelled_batch),
            generator.integers(0, len(self._unlabelled.photo), self._config.unlabelled_batch),
        )

    def losses(self, step: int, batch: _Rows) -> Mapping[str, Tensor]:  # noqa: ARG002
        terms = {"labels": self._distance(self._labelled, batch.labelled)}
        if len(batch.unlabelled):
            distance = self._distance(self._unlabelled, batch.unlabelled)
            terms["unlabelled"] = self._config.unlabelled_weight * distance
        return terms

    def _distance(self, targets: Targets, rows: NDArray[np.intp]) -> Tensor:
        embedding = self.module.upper(*tensors(targets.lower, rows))
        embedding = F.dropout(embedding, self._config.dropout, training=True)
        predicted = self.module.logits(embedding).softmax(dim=1)
        wanted = torch.from_numpy(targets.wanted[targets.photo[rows]])
        return squared_emd(predicted, wanted).mean()


def distil(
    aligned: Student, labelled: Targets, unlabelled: Targets, config: DistillationConfig, task: Task
) -> Student:
    """A copy of the aligned student that predicts score distributions.

    Args:
        aligned: the student after phase 1; left as it is.
        labelled: photographs with the shares of their ratings.
        unlabelled: photographs with the teacher learner's distributions.
        config: equal configurations and inputs give equal weights.
        task: reports and cancels.
    """
    student = copy.deepcopy(aligned)
    torch.manual_seed(config.seed)
    student.head.reset_parameters()
    for head_only in (True, False):
        objective = Distillation(student, labelled, unlabelled, config, head_only=head_only)
        trained = train(objective, _plan(config, head_only=head_only), task)
        assert isinstance(trained, Student), "the running mean is a copy of the student"
        student = trained
    return student.requires_grad_(True).eval()


def _plan(config: DistillationConfig, *, head_only: bool) -> Plan:
    steps = config.head_steps if head_only else config.steps
    fastest = config.head_learning_rate if head_only else config.learning_rate
    return Plan(
        name="distil: head" if head_only else "distil",
        steps=steps,
        learning_rate=lambda step: fastest * 0.5 * (1 + math.cos(math.pi * step / steps)),
        configuration=config.described(),
        seed=config.seed,
        weight_decay=config.weight_decay,
        average=config.average,
    )
