"""Phase 1 on a short schedule, the same for all who take part, so that choices can be compared.

Equal steps from random weights, then a ridge on the frozen embedding, theme by theme. What comes
of it can be held against each other, not against the shipped student, which learns far longer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.learning.alignment import AlignmentConfig, AlignmentStage, align, alignment_model
from core.learning.collapse import effective_rank
from core.learning.data.splits import group_folds
from core.learning.data.views import WHOLE
from core.learning.evaluation import ridge_probe
from core.learning.features import kept, student_features
from core.learning.reproduce import Recipe, Source, held_out_cosine
from core.learning.student import Student, StudentShape
from core.learning.teachers.stage_maps import StageTeacher
from core.progress import Task


@dataclass(frozen=True, slots=True)
class Study:
    """How long, how large and how often."""

    recipe: Recipe = Recipe()  # noqa: RUF009  a frozen value
    forced_steps: int = 75  # of `steps`, in arms with feature maps
    steps: int = 250
    size_px: int = 128
    learning_rates: tuple[float, float] = (1e-2, 1e-5)
    label_shares: tuple[float, ...] = (0.01, 0.1)  # beside all labels
    seeds: int = 3
    label_seeds: int = 1  # of phase 2 by share of the labels, a quarter of an hour each


@dataclass(frozen=True, slots=True)
class Arm:
    """Which teachers phase 1 has, and how it listens to CLIP."""

    clip: float = 1.0
    relations: float = 0.0
    maps: float = 0.0
    pooled: float = 0.0
    layer_norm: bool = False

    @property
    def sees_imagenet(self) -> bool:
        return bool(self.maps or self.pooled)

    def config(
        self, study: Study, seed: int, rates: tuple[float, float] | None = None
    ) -> AlignmentConfig:
        """This arm on the schedule of the study, at its learning rates or at others."""
        forced = study.forced_steps if self.maps else 0
        first, last = rates or study.learning_rates
        stages = [
            AlignmentStage("forced", forced, study.size_px, (first, first), forced=True),
            AlignmentStage("whole", study.steps - forced, study.size_px, (first, last)),
        ]
        return replace(
            study.recipe.alignment,
            stages=tuple(stage for stage in stages if stage.steps),
            feature_loss="layer-norm" if self.layer_norm else "cosine",
            clip_weight=self.clip,
            relational_weight=self.relations,
            maps_weight=self.maps,
            statistics_weight=self.pooled,
            seed=seed,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What phase 1 came to."""

    distributions: NDArray[np.float32]  # (rated, K) by a ridge on the frozen embedding
    effective_rank: float  # of the embedding of the rated photographs
    clip_cosine: float  # on pairs kept out of phase 1; not a number without CLIP


@dataclass(frozen=True, slots=True)
class Trial:
    """What every short alignment reads, and where its outcome is kept."""

    source: Source
    teacher: StageTeacher
    keep: Path
    study: Study
    task: Task

    def outcome(
        self,
        name: str,
        arm: Arm | None,
        shape: StudentShape,
        seed: int,
        rates: tuple[float, float] | None = None,
    ) -> Outcome:
        """Align a student of this shape by this arm, or take what is stored of it.

        Args:
            name: of what is stored.
            arm: none at all leaves the student as it was made.
            shape: of the student.
            seed: of everything random.
            rates: the first and the last learning rate; those of the study if not given.
        """
        config = (arm or Arm()).config(self.study, seed, rates)
        folds = self.study.recipe.folds
        made_from = {
            "trained": arm is not None,
            "shape": asdict(shape),
            **config.described(),
            "folds": folds,
        }
        stored = kept(self.keep, name, made_from, partial(self._train, arm, shape, config))
        rank, cosine = (float(np.asarray(stored[key])) for key in ("effective_rank", "clip_cosine"))
        return Outcome(np.asarray(stored["distributions"], np.float32), rank, cosine)

    def _train(
        self, arm: Arm | None, shape: StudentShape, config: AlignmentConfig
    ) -> Mapping[str, NDArray[np.generic]]:
        torch.manual_seed(config.seed)
        student = Student(shape)
        photos, rated, size_px = self.source.unlabelled, self.source.rated, self.study.size_px
        listened = self.teacher if arm is not None and arm.sees_imagenet else None
        if arm is None:
            model = alignment_model(student, None, photos, config).eval()
        else:
            model = align(student, listened, photos, config, None, self.task)
        views = [WHOLE] * len(rated.files)
        frames = self.source.frames
        shown = student_features(student, frames, rated.files, views, size_px, self.task)
        knows_clip = arm is not None and arm.clip > 0
        cosine = held_out_cosine(model, self.source, size_px, self.task) if knows_clip else np.nan
        return {
            "distributions": self._probe(shown.embedding, config.seed),
            "effective_rank": np.array(effective_rank(shown.embedding)),
            "clip_cosine": np.array(cosine),
        }

    def _probe(self, features: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
        rated, folds = self.source.rated, self.study.recipe.folds
        fold_of = group_folds(rated.groups, folds, seed)
        probe = ridge_probe(features, rated)
        predicted = np.zeros_like(rated.histogram)
        for fold in range(folds):
            wanted = np.flatnonzero(fold_of == fold)
            predicted[wanted] = probe(np.flatnonzero(fold_of != fold), wanted)
        return predicted
