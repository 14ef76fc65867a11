"""What each part of CSKD is worth: `python -m core.learning --ablations`.

Phase 1 is judged arm by arm on a schedule that is short and the same for all: equal steps from
the same random weights, then a ridge on the frozen embedding, theme by theme. Phase 2 is judged
on the aligned student of a run of `python -m core.learning`, with all and with few labels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.learning.alignment import AlignmentConfig, AlignmentStage, align, alignment_model
from core.learning.card import systems_table
from core.learning.collapse import effective_rank
from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.splits import group_folds
from core.learning.data.views import WHOLE
from core.learning.evaluation import (
    LABELS_ONLY,
    STUDENT,
    TEACHER_LEARNER,
    held_out_predictions,
    summarise,
)
from core.learning.features import kept, student_features
from core.learning.held_out import HELD_OUT
from core.learning.reproduce import Recipe, Source, held_out_cosine, open_source, prepare
from core.learning.ridge import fit_ridge
from core.learning.run_folder import claim
from core.learning.student import Student, StudentShape
from core.learning.teachers.stage_maps import StageTeacher, mobilenet_teacher
from core.progress import Task

RESULTS = "ABLATIONS.md"

Predictions = dict[str, NDArray[np.float32]]  # (rated, K) by system


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

    def config(self, study: Study, seed: int) -> AlignmentConfig:
        """This arm on the schedule of the study."""
        forced = study.forced_steps if self.maps else 0
        first, last = study.learning_rates
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


UNTRAINED = "no phase 1"
ARMS: Mapping[str, Arm | None] = {
    UNTRAINED: None,
    "CLIP, MLP and 1 - cosine (the paper's arm)": Arm(),
    "CLIP, layer-norm target, orthogonal projector": Arm(layer_norm=True),
    "CLIP, 1 - cosine and relations": Arm(relations=1.0),
    "ImageNet, pooled features": Arm(clip=0.0, pooled=1.0),
    "ImageNet, pooled features and maps": Arm(clip=0.0, maps=1.0, pooled=1.0),
    "CLIP (1 - cosine) and ImageNet, pooled features": Arm(pooled=1.0),
    "CLIP (1 - cosine) and ImageNet, with maps (ships)": Arm(maps=1.0, pooled=1.0),
    "CLIP (layer-norm) and ImageNet, with maps": Arm(maps=1.0, pooled=1.0, layer_norm=True),
}


def ablate(data: Path, run: Path, out: Path, task: Task, study: Study) -> Path:
    """Measure every arm and write the tables; the file, in the folder `out`.

    Args:
        data: the training data folder.
        run: of `python -m core.learning`, with the aligned student; keeps all results, so an
            interrupted study goes on.
        out: receives the tables.
        task: reports and cancels.
        study: equal studies give equal tables on one kind of machine.

    Raises:
        TrainingError: the data or the run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    torch.set_num_threads(study.recipe.threads)
    for share in (*study.label_shares, 1.0):
        claim(_held_out(run, share), "the held-out evaluation", study.recipe.described())
    source = open_source(data, run, task)
    teacher = mobilenet_teacher(data)
    arms = [
        {name: _arm(arm, source, teacher, run, task, study, seed) for name, arm in ARMS.items()}
        for seed in range(study.seeds)
    ]
    labels = _label_shares(source, data, run, task, study)
    out.mkdir(parents=True, exist_ok=True)
    target = out / RESULTS
    target.write_text(_tables(arms, labels, source.rated, study), encoding="utf-8")
    return target


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What phase 1 came to in one arm with one seed."""

    distributions: NDArray[np.float32]  # (rated, K) by a ridge on the frozen embedding
    effective_rank: float  # of the embedding of the rated photographs
    clip_cosine: float  # on pairs kept out of phase 1; not a number without CLIP


def _arm(
    arm: Arm | None,
    source: Source,
    teacher: StageTeacher,
    run: Path,
    task: Task,
    study: Study,
    seed: int,
) -> _Outcome:
    config = (arm or Arm()).config(study, seed)
    made_from = {"trained": arm is not None, **config.described(), "folds": study.recipe.folds}
    make = partial(_trained, arm, config, source, teacher, task, study)
    stored = kept(run / "ablations", f"arm-{seed}", made_from, make)
    rank, cosine = (float(np.asarray(stored[key])) for key in ("effective_rank", "clip_cosine"))
    return _Outcome(np.asarray(stored["distributions"], np.float32), rank, cosine)


def _trained(
    arm: Arm | None,
    config: AlignmentConfig,
    source: Source,
    teacher: StageTeacher,
    task: Task,
    study: Study,
) -> Mapping[str, NDArray[np.generic]]:
    torch.manual_seed(config.seed)
    student = Student(StudentShape())
    listened = teacher if arm is not None and arm.sees_imagenet else None
    if arm is None:
        model = alignment_model(student, None, source.unlabelled, config).eval()
    else:
        model = align(student, listened, source.unlabelled, config, None, task)
    rated = source.rated
    views = [WHOLE] * len(rated.files)
    shown = student_features(student, source.frames, rated.files, views, study.size_px, task)
    knows_clip = arm is not None and arm.clip > 0
    cosine = held_out_cosine(model, source, study.size_px, task) if knows_clip else np.nan
    return {
        "distributions": _probe(shown.embedding, rated, study.recipe.folds, config.seed),
        "effective_rank": np.array(effective_rank(shown.embedding)),
        "clip_cosine": np.array(cosine),
    }


def _probe(
    features: NDArray[np.float32], rated: RatedPhotos, folds: int, seed: int
) -> NDArray[np.float32]:
    fold_of = group_folds(rated.groups, folds, seed)
    predicted = np.zeros_like(rated.histogram)
    for fold in range(folds):
        rows = np.flatnonzero(fold_of != fold)
        groups = [rated.groups[row] for row in rows]
        fitted = fit_ridge(features[rows], rated.histogram[rows], groups)
        predicted[fold_of == fold] = fitted.distributions(features[fold_of == fold])
    return predicted


def _label_shares(
    source: Source, data: Path, run: Path, task: Task, study: Study
) -> dict[float, list[Predictions]]:
    """Held-out predictions of phase 2 by share of the labels, one entry for each seed."""
    recipe = study.recipe
    aligned, material = prepare(source, data, run, task, recipe)
    return {
        share: [
            held_out_predictions(
                aligned.student,
                material,
                recipe.distillation,
                seed,
                recipe.folds,
                _held_out(run, share),
                task,
                label_share=share,
                only=(TEACHER_LEARNER, LABELS_ONLY, STUDENT),
            )
            for seed in range(study.seeds)
        ]
        for share in (*study.label_shares, 1.0)
    }


def _held_out(run: Path, share: float) -> Path:
    """Where predictions with a share of the labels are kept; with all, they are the run's own."""
    return run / (HELD_OUT if share == 1 else f"{HELD_OUT}-{share:g}")


_REPORT = """# What each part of the method is worth

Made by `python -m core.learning --ablations --data DATA --run RUN --out DIR`. {seeds} seeds,
{folds} folds in which no theme stands on both sides; intervals are over themes, of the mean over
the seeds. Differences smaller than the seeds differ among themselves say nothing.

## Phase 1: which teachers, and how to listen to them

Every arm: {steps} steps of {batch} photographs at {size} px, less than a twentieth of what ships, from the
same random weights; then a ridge on the frozen embedding. So the arms can be compared with each
other, not with the shipped student.

{arms}

The embedding of the rated photographs, mean over the seeds: its effective rank (of at most {most})
tells whether it collapsed, the cosine how near it is to CLIP on pairs kept out of phase 1.

| arm | effective rank | cosine to CLIP |
|---|---|---|
{ranks}

## Phase 2: how many labels, with and without unlabelled photographs

On the aligned student that ships. A share of 1 % is about {few} photographs.

{labels}
"""


def _tables(
    arms: list[dict[str, _Outcome]],
    labels: Mapping[float, list[Predictions]],
    rated: RatedPhotos,
    study: Study,
) -> str:
    recipe = study.recipe
    by_seed = [{name: one.distributions for name, one in seed.items()} for seed in arms]
    by_share: list[Predictions] = [
        {
            f"{share:.0%} of the labels: {name}": predicted
            for share, seeds in labels.items()
            for name, predicted in seeds[seed].items()
        }
        for seed in range(study.seeds)
    ]
    training = len(rated.files) * (recipe.folds - 1) / recipe.folds
    return _REPORT.format(
        seeds=study.seeds,
        folds=recipe.folds,
        steps=study.steps,
        batch=recipe.alignment.batch_size,
        size=study.size_px,
        arms=systems_table(summarise(by_seed, rated, recipe.folds)),
        most=recipe.shape.embedding_dim,
        ranks="\n".join(_rank_row(name, [seed[name] for seed in arms]) for name in ARMS),
        few=max(1, round(0.01 * training)),
        labels=systems_table(summarise(by_share, rated, recipe.folds)),
    )


def _rank_row(name: str, outcomes: list[_Outcome]) -> str:
    rank = np.mean([one.effective_rank for one in outcomes])
    cosine = np.mean([one.clip_cosine for one in outcomes])
    return f"| {name} | {rank:.0f} | {'' if np.isnan(cosine) else f'{cosine:.3f}'} |"
