"""What each part of CSKD is worth: `python -m core.learning --ablations`.

Phase 1 is judged arm by arm on a schedule that is short and the same for all. Phase 2 is judged
on the aligned student of a run of `python -m core.learning`, with all and with few labels.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.learning.card import systems_table
from core.learning.data.rated_photos import RatedPhotos
from core.learning.evaluation import (
    LABELS_ONLY,
    STUDENT,
    TEACHER_LEARNER,
    held_out_predictions,
    summarise,
)
from core.learning.held_out import HELD_OUT
from core.learning.reproduce import Source, open_source, prepare
from core.learning.run_folder import claim
from core.learning.short_alignment import Arm, Outcome, Study, Trial
from core.learning.teachers.stage_maps import mobilenet_teacher
from core.progress import Task

RESULTS = "ABLATIONS.md"

Predictions = dict[str, NDArray[np.float32]]  # (rated, K) by system


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
    trial = Trial(source, mobilenet_teacher(data), run / "ablations", study, task)
    arms = [
        {
            name: trial.outcome(f"arm-{seed}", arm, study.recipe.shape, seed)
            for name, arm in ARMS.items()
        }
        for seed in range(study.seeds)
    ]
    labels = _label_shares(source, data, run, task, study)
    out.mkdir(parents=True, exist_ok=True)
    target = out / RESULTS
    target.write_text(_tables(arms, labels, source.rated, study), encoding="utf-8")
    return target


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
            for seed in range(study.label_seeds)
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

Every arm: {steps} steps of {batch} photographs at {size} px, a small part of what ships, from the
same random weights; then a ridge on the frozen embedding. So the arms can be compared with each
other, not with the shipped student.

{arms}

The embedding of the rated photographs, mean over the seeds: its effective rank (of at most {most})
tells whether it collapsed, the cosine how near it is to CLIP on pairs kept out of phase 1.

| arm | effective rank | cosine to CLIP |
|---|---|---|
{ranks}

## Phase 2: how many labels, with and without unlabelled photographs

On the aligned student that ships; seeds: {label_seeds}. A share of 1 % is about {few} photographs.
With so few labels each fold has its own level, so that "in fold" says more than the first column.

{labels}
"""


def _tables(
    arms: list[dict[str, Outcome]],
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
        for seed in range(study.label_seeds)
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
        label_seeds=study.label_seeds,
        few=max(1, round(0.01 * training)),
        labels=systems_table(summarise(by_share, rated, recipe.folds)),
    )


def _rank_row(name: str, outcomes: list[Outcome]) -> str:
    rank = np.mean([one.effective_rank for one in outcomes])
    cosine = np.mean([one.clip_cosine for one in outcomes])
    return f"| {name} | {rank:.0f} | {'' if np.isnan(cosine) else f'{cosine:.3f}'} |"
