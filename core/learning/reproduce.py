"""The one way from the training data to the shipped student, and every figure beside it.

Each part keeps its result in the run folder: an interrupted run goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.alignment import AlignmentConfig, Unlabelled, align
from core.learning.alignment_model import AlignmentModel
from core.learning.calibration import calibrate, within_one_spread
from core.learning.card import LICENCES, model_card
from core.learning.data.frames import FrameStore
from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.shards import open_frames
from core.learning.data.splits import without_held_out_pairs
from core.learning.data.training_folder import (
    IndexRow,
    read_clip_features,
    read_index,
    read_rated_photos,
)
from core.learning.data.views import WHOLE, View, centre_square, rating_view
from core.learning.evaluation import (
    FROZEN,
    HANDMADE,
    IMAGENET,
    IMAGENET_LEVELS,
    STUDENT,
    UNTRAINED,
    Material,
    held_out_predictions,
    phase_two,
    predict,
    summarise,
)
from core.learning.export import Release, export_student, feature_version
from core.learning.features import (
    StudentFeatures,
    kept,
    student_features,
    teacher_features,
)
from core.learning.handmade import handmade_features
from core.learning.held_out import HELD_OUT
from core.learning.run_folder import claim
from core.learning.semi_supervised import DistillationConfig
from core.learning.student import Student, StudentShape
from core.learning.teachers.stage_maps import MobileNetTeacher, mobilenet_teacher
from core.progress import Task

_HELD_OUT_SHARE, _HELD_OUT_SEED = 0.05, 0  # of the CLIP pairs: they measure phase 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the shipped student."""

    name: str = "shortlist-student"
    version: str = "1.2.0"
    shape: StudentShape = field(default_factory=StudentShape)
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    # A network trained at 224 px sees finer things in an enlarged photograph: its probe rose from
    # .694 to .731 with the larger size (3 seeds of 5 theme folds on OASIS, as below), and to .742
    # with 576 px too, for twice the time.
    teacher_sizes_px: tuple[int, ...] = (224, 448)
    views_per_rated_photo: int = 8
    pairs_in_phase_two: int = 2400  # of the photographs that have CLIP features
    folds: int = 5
    seeds: int = 3
    threads: int = 2

    def described(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Source:
    """The training data, opened and checked."""

    rated: RatedPhotos
    rows: tuple[IndexRow, ...]  # photographs without ratings
    held_out: tuple[IndexRow, ...]  # with CLIP features, but kept out of phase 1
    clip: NDArray[np.float32]
    frames: FrameStore

    @property
    def unlabelled(self) -> Unlabelled:
        """What phase 1 looks at."""
        return Unlabelled(self.frames, self.rows, self.clip)


def reproduce_student(data: Path, run: Path, out: Path, task: Task, recipe: Recipe) -> Path:
    """Train, evaluate and export the student; the model folder, below `out`.

    Args:
        data: the training data folder.
        run: where checkpoints and intermediate results are kept; an interrupted run goes on.
        out: receives the folder `recipe.name`.
        task: reports and cancels.
        recipe: equal recipes give equal students on one kind of machine.

    Raises:
        TrainingError: the data or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    torch.set_num_threads(recipe.threads)
    source = open_source(data, run, task)
    claim(run / HELD_OUT, "the held-out evaluation", recipe.described())
    aligned, material = prepare(source, data, run, task, recipe)
    student = aligned.student
    by_seed = [
        held_out_predictions(
            student, material, recipe.distillation, seed, recipe.folds, run / HELD_OUT, task
        )
        for seed in range(recipe.seeds)
    ]
    everything = np.arange(len(source.rated.files))
    shipped = phase_two(student, material, everything, recipe.distillation, task)
    cosine = held_out_cosine(aligned, source, recipe.alignment.final_size_px, task)
    return _release(shipped, source, by_seed, cosine, out, task, recipe)


def prepare(
    source: Source, data: Path, run: Path, task: Task, recipe: Recipe
) -> tuple[AlignmentModel, Material]:
    """Phase 1, and all that phase 2 reads, or what is stored of them."""
    teacher = mobilenet_teacher(data)
    torch.manual_seed(recipe.alignment.seed)
    student = Student(recipe.shape)
    aligned = align(student, teacher, source.unlabelled, recipe.alignment, run / "align", task)
    return aligned, _material(aligned, teacher, source, run, task, recipe)


def open_source(data: Path, run: Path, task: Task) -> Source:
    """Read and check the training data; decoded photographs are kept in `run`.

    Raises:
        TrainingError: something of it is missing or damaged.
    """
    rated = read_rated_photos(data)
    index = read_index(data)
    clip = read_clip_features(data, index)
    files: dict[str, list[str]] = {}
    for row in index:
        files.setdefault(row.shard, []).append(row.file)
    missing = set(rated.files) - {row.file for row in index}
    if missing:
        raise TrainingError(f"The index lacks the rated photograph {min(missing)}.")
    frames = open_frames(data, files, run / "frames", task)
    others = tuple(row for row in index if row.file not in set(rated.files))
    rows, held_out = without_held_out_pairs(others, _HELD_OUT_SHARE, _HELD_OUT_SEED)
    return Source(rated, rows, held_out, clip, frames)


def _material(
    aligned: AlignmentModel,
    teacher: MobileNetTeacher,
    source: Source,
    run: Path,
    task: Task,
    recipe: Recipe,
) -> Material:
    unlabelled = _unlabelled_files(source.rows, recipe)
    rated = source.rated.files
    student = aligned.student
    size_px = recipe.alignment.final_size_px
    made_by = {"student": feature_version(student), "size_px": size_px}

    def shown(
        name: str, files: Sequence[str], views: int
    ) -> tuple[StudentFeatures, NDArray[np.intp]]:
        seed = recipe.distillation.seed
        repeated, chosen, photo = _repeat(files, views, seed)
        arrays = kept(
            run / "features",
            name,
            {**made_by, "seed": seed, "views": views, "files": list(files)},
            lambda: asdict(
                student_features(student, source.frames, repeated, chosen, size_px, task)
            ),
        )
        stored = StudentFeatures(
            *(cast("NDArray[Any]", arrays[key]) for key in ("pooled", "maps", "embedding"))
        )
        return stored, photo

    def taught(name: str, files: Sequence[str]) -> NDArray[np.float32]:
        sizes = recipe.teacher_sizes_px
        arrays = kept(
            run / "features",
            f"teacher-{name}",
            {"sizes_px": sizes, "files": list(files)},
            lambda: {"all": teacher_features(teacher, source.frames, files, sizes, task)},
        )
        return np.asarray(arrays["all"])

    labelled_views, labelled_photo = shown("rated", rated, recipe.views_per_rated_photo)
    whole, _ = shown("rated-whole", rated, 1)
    unlabelled_lower, unlabelled_photo = shown("unlabelled", unlabelled, 2)
    rated_taught = taught("rated", rated)
    first = rated_taught[:, : rated_taught.shape[1] // len(recipe.teacher_sizes_px)]
    is_first_view = np.flatnonzero(np.diff(unlabelled_photo, prepend=-1))
    return Material(
        rated=source.rated,
        labelled_views=labelled_views,
        labelled_photo=labelled_photo,
        whole=whole,
        unlabelled=unlabelled_lower,
        unlabelled_photo=unlabelled_photo,
        rated_teacher=np.hstack([rated_taught, aligned.as_clip(whole.embedding)]),
        unlabelled_teacher=np.hstack(
            [
                taught("unlabelled", unlabelled),
                aligned.as_clip(unlabelled_lower.embedding[is_first_view]),
            ]
        ),
        baselines={
            HANDMADE: handmade_features(source.frames, rated),
            IMAGENET: first[:, -teacher.top_channels :],
            IMAGENET_LEVELS: first,
            FROZEN: whole.embedding,
            UNTRAINED: _untrained(source, task, recipe),
        },
    )


def _untrained(source: Source, task: Task, recipe: Recipe) -> NDArray[np.float32]:
    """What the student says of the rated photographs before phase 1: nothing it learned."""
    torch.manual_seed(recipe.alignment.seed)
    student = Student(recipe.shape)
    rated = source.rated.files
    views = [WHOLE] * len(rated)
    size_px = recipe.alignment.final_size_px
    return student_features(student, source.frames, rated, views, size_px, task).embedding


def _unlabelled_files(rows: Sequence[IndexRow], recipe: Recipe) -> list[str]:
    """All photographs without CLIP features, which are the more varied, and some with."""
    pairs = [row.file for row in rows if row.clip_row >= 0]
    count = min(len(pairs), recipe.pairs_in_phase_two)
    generator = np.random.default_rng(recipe.distillation.seed)
    chosen = generator.choice(len(pairs), count, replace=False)
    return [row.file for row in rows if row.clip_row < 0] + [pairs[index] for index in chosen]


def _repeat(
    files: Sequence[str], views: int, seed: int
) -> tuple[list[str], list[View], NDArray[np.intp]]:
    """Each file `views` times: the whole frame first, then mildly cropped or mirrored."""
    generator = np.random.default_rng((seed, 3))
    repeated = [file for file in files for _ in range(views)]
    chosen = [rating_view(generator) if index % views else WHOLE for index in range(len(repeated))]
    return repeated, chosen, np.repeat(np.arange(len(files)), views)


def held_out_cosine(aligned: AlignmentModel, source: Source, size_px: int, task: Task) -> float:
    """Mean cosine to the CLIP features of photographs that phase 1 never saw."""
    files = [row.file for row in source.held_out]
    views = [_clip_view(source.frames, file) for file in files]
    shown = student_features(aligned.student, source.frames, files, views, size_px, task)
    predicted = aligned.as_clip(shown.embedding)
    wanted = source.clip[[row.clip_row for row in source.held_out]]
    return float((predicted * wanted).sum(1).mean())


def _clip_view(frames: FrameStore, file: str) -> View:
    height, width = frames.shape(file)
    return centre_square(width, height, mirrored=False)


def _release(
    shipped: Student,
    source: Source,
    by_seed: Sequence[Mapping[str, NDArray[np.float32]]],
    cosine: float,
    out: Path,
    task: Task,
    recipe: Recipe,
) -> Path:
    files = [row.file for row in source.rows]
    size_px = recipe.alignment.final_size_px
    views = [WHOLE] * len(files)
    lower = student_features(shipped, source.frames, files, views, size_px, task)
    held_out = np.mean([predicted[STUDENT] for predicted in by_seed], axis=0)
    calibration = calibrate(predict(shipped, lower), held_out, source.rated.mean)
    results: dict[str, object] = {
        "rated_photographs": len(source.rated.files),
        "reference_photographs": len(files),
        "size_px": size_px,
        "held_out_clip_pairs": len(source.held_out),
        "held_out_clip_cosine": round(cosine, 4),
        "folds": recipe.folds,
        "seeds": recipe.seeds,
        "systems": summarise(by_seed, source.rated, recipe.folds),
        "share_within_one_spread": round(
            within_one_spread(held_out, source.rated.mean, calibration), 3
        ),
    }
    release = Release(
        name=recipe.name,
        version=recipe.version,
        size_px=size_px,
        calibration=calibration,
        training={"recipe": recipe.described()},
        results=results,
        licences=LICENCES,
        card=model_card(recipe.name, recipe.version, recipe.described(), results, calibration),
    )
    return export_student(shipped, release, out / recipe.name)
