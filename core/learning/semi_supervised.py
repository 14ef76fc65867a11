"""Phase 2: the score distribution, from few ratings and many photographs without.

A teacher learner, fitted to the labelled photographs, predicts distributions for unlabelled
ones; the student learns both with the squared earth mover's distance: first a new head on the
embedding as phase 1 left it, then its last stage with it. The stages below stay as they are, so
what they say is computed once.
"""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.features import StudentFeatures, tensors
from core.learning.losses import ranking_loss, squared_emd
from core.learning.student import Student, expected_rating
from core.learning.team import ALONE, Share, Team
from core.learning.training_loop import Plan, train
from core.progress import Task


@dataclass(frozen=True, slots=True)
class DistillationConfig:
    """Everything that decides the outcome of phase 2."""

    head_steps: int = 500  # the new head alone, before anything below it moves
    steps: int = 300
    head_learning_rate: float = 5e-3
    learning_rate: float = 3e-4
    weight_decay: float = 0.05
    labelled_batch: int = 32
    unlabelled_batch: int = 96  # 0 trains on the labels alone
    unlabelled_weight: float = 1.0
    confidence_weighted: bool = False  # count a prediction less where the learners disagree
    ranking_weight: float = 0.0  # of the order of unlabelled photographs, beside their shares
    ranking_margin: float = 0.25  # ratings that the teacher learner must see between two
    dropout: float = 0.2
    average: float = 0.95
    seed: int = 0

    def described(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Targets:
    """Photographs' features, several views each, and the distribution each should get.

    Row i of `features` is a view of photograph `photo[i]`, whose target is `wanted[photo[i]]`.
    """

    features: StudentFeatures
    photo: NDArray[np.intp]  # (N,)
    wanted: NDArray[np.float32]  # (photographs, K)
    weight: NDArray[np.float32]  # (photographs,) how much each counts, 1 on average


class Shown(Protocol):
    """Views of a batch, in whatever form, and what should come out."""

    @property
    def wanted(self) -> Tensor:
        """Distributions (N, K)."""
        ...

    @property
    def weight(self) -> Tensor:
        """How much each counts (N,)."""
        ...


S = TypeVar("S", bound=Shown)


@dataclass(frozen=True, slots=True)
class Drawn(Generic[S]):
    """A step's views with ratings, and those without."""

    labelled: S
    unlabelled: S | None


class SemiSupervised(ABC, Generic[S]):
    """The terms of phase 2 as an objective of the training loop, whatever the network sees."""

    def __init__(self, student: Student, config: DistillationConfig, share: Share) -> None:
        self.module = student
        self._config = config
        self._share = share

    @abstractmethod
    def batch(self, step: int) -> Drawn[S]:
        """This process's share of a step's views."""

    @abstractmethod
    def _embedding(self, shown: S) -> Tensor:
        """Embeddings (N, D), unit length."""

    def losses(self, step: int, batch: Drawn[S]) -> Mapping[str, Tensor]:  # noqa: ARG002
        config = self._config
        terms = {"labels": self._distance(self._predicted(batch.labelled), batch.labelled)}
        if batch.unlabelled is not None:
            predicted = self._predicted(batch.unlabelled)
            distance = self._distance(predicted, batch.unlabelled)
            terms["unlabelled"] = config.unlabelled_weight * distance
            if config.ranking_weight:
                ranking = self._ranking(predicted, batch.unlabelled)
                terms["ranking"] = config.ranking_weight * ranking
        return terms

    def _predicted(self, shown: S) -> Tensor:
        """Distributions (N, K)."""
        embedding = F.dropout(self._embedding(shown), self._config.dropout, training=True)
        return self.module.logits(embedding).softmax(dim=1)

    def _distance(self, predicted: Tensor, shown: S) -> Tensor:
        return (squared_emd(predicted, shown.wanted) * shown.weight).mean()

    def _ranking(self, predicted: Tensor, shown: S) -> Tensor:
        bins = self.module.shape.bins
        ours, theirs = expected_rating(predicted, bins), expected_rating(shown.wanted, bins)
        return ranking_loss(ours, theirs, self._config.ranking_margin)


@dataclass(frozen=True, slots=True)
class _Features:
    """What the lower stages said of the views."""

    pooled: Tensor
    maps: Tensor
    embedding: Tensor
    wanted: Tensor
    weight: Tensor


class Distillation(SemiSupervised[_Features]):
    """Phase 2 from what the lower stages said: the head alone, or the last stage with it."""

    def __init__(
        self,
        student: Student,
        labelled: Targets,
        unlabelled: Targets,
        config: DistillationConfig,
        *,
        head_only: bool,
        share: Share = ALONE.share,
    ) -> None:
        super().__init__(student, config, share)
        self._labelled = labelled
        self._unlabelled = unlabelled
        self._head_only = head_only
        student.eval().requires_grad_(False)  # running statistics stay those of phase 1
        parts: tuple[nn.Module, ...] = (student.head,) if head_only else student.upper_parts()
        for part in parts:
            part.requires_grad_(True)

    def batch(self, step: int) -> Drawn[_Features]:
        generator = np.random.default_rng((self._config.seed, step, 2))
        labelled = self._drawn(self._labelled, self._config.labelled_batch, generator)
        if not self._config.unlabelled_batch:
            return Drawn(labelled, None)
        unlabelled = self._drawn(self._unlabelled, self._config.unlabelled_batch, generator)
        return Drawn(labelled, unlabelled)

    def _embedding(self, shown: _Features) -> Tensor:
        if self._head_only:
            return shown.embedding
        return self.module.upper(shown.pooled, shown.maps)

    def _drawn(self, targets: Targets, count: int, generator: np.random.Generator) -> _Features:
        """Views drawn at random, this process's share of them."""
        rows = self._share.of(generator.integers(0, len(targets.photo), count))
        photo, chosen = targets.photo[rows], targets.features.rows(rows)
        pooled, maps = tensors(chosen)
        return _Features(
            pooled,
            maps,
            torch.from_numpy(chosen.embedding),
            torch.from_numpy(targets.wanted[photo]),
            torch.from_numpy(targets.weight[photo]),
        )


def distil(
    aligned: Student,
    labelled: Targets,
    unlabelled: Targets,
    config: DistillationConfig,
    task: Task,
    team: Team = ALONE,
) -> Student:
    """A copy of the aligned student that predicts score distributions.

    Args:
        aligned: the student after phase 1; left as it is.
        labelled: photographs with the shares of their ratings; the features of both are those
            of `aligned`.
        unlabelled: photographs with the teacher learner's distributions.
        config: equal configurations and inputs give equal weights.
        task: reports and cancels.
        team: the processes that train together.
    """
    student = copy.deepcopy(aligned)
    torch.manual_seed(config.seed)
    student.head.reset_parameters()
    for head_only in (True, False):
        objective = Distillation(
            student, labelled, unlabelled, config, head_only=head_only, share=team.share
        )
        trained = train(objective, _plan(config, head_only=head_only), task, team)
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
