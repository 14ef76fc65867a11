"""Measures the student and its baselines on themes that nothing was fitted to.

Phase 1 saw neither the rated photographs nor a rating. In each fold the teacher learner, its
predictions for the unlabelled photographs and phase 2 are made again from the training themes
alone; all settings are fixed beforehand or chosen inside the training themes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.splits import group_folds, labelled_rows
from core.learning.features import StudentFeatures, embeddings
from core.learning.metrics import (
    bootstrap_interval,
    mean_squared_emd,
    pairs_in_order,
    pearson,
    spearman,
)
from core.learning.ridge import ask_committee, fit_committee, fit_ridge
from core.learning.semi_supervised import DistillationConfig, Targets, distil
from core.learning.student import Student
from core.progress import Task

STUDENT = "student: phase 2 with unlabelled photographs"
LABELS_ONLY = "student: phase 2 with labels only"
UNTRAINED = "student without phase 1, frozen, and ridge"
FROZEN = "student after phase 1, frozen, and ridge"
TEACHER_LEARNER = "teacher learner (not shipped)"
HANDMADE = "eight hand-made features and ridge"
IMAGENET = "MobileNetV2, ImageNet, frozen, and ridge"
IMAGENET_LEVELS = "MobileNetV2, all levels, and ridge"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything phase 2 and its evaluation read, computed once after phase 1."""

    rated: RatedPhotos
    labelled_views: StudentFeatures  # of the rated photographs, several views each
    labelled_photo: NDArray[np.intp]  # which photograph a view shows
    whole: StudentFeatures  # one view, the whole frame, of each rated photograph
    unlabelled: StudentFeatures
    unlabelled_photo: NDArray[np.intp]
    rated_teacher: NDArray[np.float32]  # (rated, D) what the teacher learner is fitted on
    unlabelled_teacher: NDArray[np.float32]  # (unlabelled, D)
    baselines: Mapping[str, NDArray[np.float32]]  # further features of the rated photographs


# From the rows to learn from and the rows to predict, to distributions (predicted, K).
System = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Measures:
    """One system's agreement with people, over all folds of one seed."""

    srcc: float  # all held-out predictions together
    srcc_in_fold: float  # mean over the folds
    plcc: float
    pairs_within_theme: float
    squared_emd: float


def phase_two(
    aligned: Student,
    material: Material,
    rows: NDArray[np.intp],
    config: DistillationConfig,
    task: Task,
) -> Student:
    """Phase 2 on the rated photographs `rows` alone, the teacher learner included."""
    themes = [material.rated.groups[row] for row in rows]
    learners = fit_committee(material.rated_teacher[rows], material.rated.histogram[rows], themes)
    opinion = ask_committee(learners, material.unlabelled_teacher)
    is_allowed = np.flatnonzero(np.isin(material.labelled_photo, rows))
    labelled = Targets(
        material.labelled_views.rows(is_allowed),
        material.labelled_photo[is_allowed],
        material.rated.histogram,
        np.ones(len(material.rated.histogram), np.float32),
    )
    weight = opinion.confidence if config.confidence_weighted else np.ones_like(opinion.confidence)
    unlabelled = Targets(
        material.unlabelled, material.unlabelled_photo, opinion.distributions, weight
    )
    return distil(aligned, labelled, unlabelled, config, task)


def predict(student: Student, features: StudentFeatures) -> NDArray[np.float32]:
    """The student's distributions (N, K)."""
    found = torch.from_numpy(embeddings(student, features))
    with torch.no_grad():
        return student.logits(found).softmax(dim=1).numpy()


def ridge_probe(features: NDArray[np.float32], rated: RatedPhotos) -> System:
    """A ridge on fixed features (rated, D), its penalty chosen inside the training themes."""

    def fit_and_predict(rows: NDArray[np.intp], wanted: NDArray[np.intp]) -> NDArray[np.float32]:
        themes = [rated.groups[row] for row in rows]
        fitted = fit_ridge(features[rows], rated.histogram[rows], themes)
        return fitted.distributions(features[wanted])

    return fit_and_predict


def held_out_predictions(
    aligned: Student,
    material: Material,
    config: DistillationConfig,
    seed: int,
    folds: int,
    keep: Path,
    task: Task,
    *,
    label_share: float = 1.0,
    only: Collection[str] = (),
) -> dict[str, NDArray[np.float32]]:
    """Distributions (rated, K) by system, each photograph predicted without its theme.

    Args:
        aligned: the student after phase 1.
        material: what the systems read.
        config: of phase 2.
        seed: of the folds, of what labels are kept, and of phase 2.
        folds: how many.
        keep: where predictions are kept; a run of equal arguments goes on.
        task: reports and cancels.
        label_share: of the training photographs, theme by theme, the others count as unrated.
        only: these systems; none named means all.
    """
    fold_of = group_folds(material.rated.groups, folds, seed)
    configured = replace(config, seed=seed)
    systems = _systems(aligned, material, configured, task)
    results = {}
    for name, system in systems.items():
        if only and name not in only:
            continue
        predicted = np.zeros_like(material.rated.histogram)
        for fold in range(folds):
            target = keep / f"seed-{seed}" / f"{_file_name(name)}-{fold}.npy"
            rows = np.flatnonzero(fold_of != fold)
            rows = labelled_rows(material.rated.groups, rows, label_share, seed)
            wanted = np.flatnonzero(fold_of == fold)
            predicted[wanted] = _once(target, partial(system, rows, wanted))
        results[name] = predicted
    return results


def measure(
    predicted: NDArray[np.float32], rated: RatedPhotos, fold_of: NDArray[np.intp]
) -> Measures:
    """Agreement of held-out distributions (N, K) with the ratings."""
    rating = expected(predicted)
    in_fold = [
        spearman(rating[fold_of == fold], rated.mean[fold_of == fold]) for fold in set(fold_of)
    ]
    return Measures(
        srcc=spearman(rating, rated.mean),
        srcc_in_fold=float(np.mean(in_fold)),
        plcc=pearson(rating, rated.mean),
        pairs_within_theme=pairs_in_order(rating, rated.mean, rated.groups),
        squared_emd=mean_squared_emd(predicted, rated.histogram),
    )


def summarise(
    by_seed: Sequence[Mapping[str, NDArray[np.float32]]], rated: RatedPhotos, folds: int
) -> dict[str, dict[str, object]]:
    """Mean and range over the seeds of every measure, with an interval over the themes."""
    summary: dict[str, dict[str, object]] = {}
    for name in by_seed[0]:
        measured = [
            asdict(measure(predicted[name], rated, group_folds(rated.groups, folds, seed)))
            for seed, predicted in enumerate(by_seed)
        ]
        entry: dict[str, object] = {
            key: round(float(np.mean([one[key] for one in measured])), 4) for key in measured[0]
        }
        entry["srcc_by_seed"] = [round(one["srcc"], 4) for one in measured]
        mean_rating = np.mean([expected(predicted[name]) for predicted in by_seed], axis=0)
        interval = bootstrap_interval(partial(_spearman_of, mean_rating, rated.mean), rated.groups)
        entry["srcc_of_mean_over_seeds"] = round(spearman(mean_rating, rated.mean), 4)
        entry["srcc_95_percent"] = [round(interval.low, 4), round(interval.high, 4)]
        summary[name] = entry
    return summary


def expected(distributions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean rating (N,) of distributions (N, 7) over the ratings 1 to 7."""
    return distributions @ np.arange(1, distributions.shape[1] + 1, dtype=np.float32)


def _systems(
    aligned: Student, material: Material, config: DistillationConfig, task: Task
) -> dict[str, System]:
    rated = material.rated

    def student(settings: DistillationConfig) -> System:
        def train_and_predict(
            rows: NDArray[np.intp], wanted: NDArray[np.intp]
        ) -> NDArray[np.float32]:
            trained = phase_two(aligned, material, rows, settings, task)
            return predict(trained, material.whole.rows(wanted))

        return train_and_predict

    probes = {name: ridge_probe(features, rated) for name, features in material.baselines.items()}
    return probes | {
        TEACHER_LEARNER: ridge_probe(material.rated_teacher, rated),
        LABELS_ONLY: student(replace(config, unlabelled_batch=0)),
        STUDENT: student(config),
    }


def _once(target: Path, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(target.name + ".tmp")
        with draft.open("wb") as out:
            np.save(out, make(), allow_pickle=False)
        draft.replace(target)
    stored: NDArray[np.float32] = np.load(target, allow_pickle=False)
    return stored


def _spearman_of(
    predicted: NDArray[np.float32], truth: NDArray[np.float32], rows: NDArray[np.intp]
) -> float:
    return spearman(predicted[rows], truth[rows])


def _file_name(system: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in system)
