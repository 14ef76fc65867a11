"""Phase 2 on any rated set: an aligned network learns to rate, and becomes a model that scores.

What teaches beside the labels is a larger aligned network, fine-tuned on them, or else the
committee of ridges on the student's own embedding. Groups of the rated set, or its published
test part, are put aside before anything is fitted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import TrainingError, printable
from core.learning.agreement import Figures, Opinions, agreement, srcc_interval
from core.learning.aligned_file import Aligned, read_aligned
from core.learning.data.frames import Frames
from core.learning.data.rated_photos import TEST, RatedPhotos
from core.learning.data.rated_sets import SHARDED, read_rated_set, shards_of
from core.learning.data.several_folders import (
    JoinedFrames,
    list_folders,
    numbered,
    open_folders,
)
from core.learning.data.shards import open_frames
from core.learning.data.splits import labelled_rows, parts_by_group
from core.learning.data.views import rating_view, views_of
from core.learning.distilled_card import calibrated, card
from core.learning.end_to_end import FineTuning, Pictures, fine_tune
from core.learning.evaluation import FROZEN, predict
from core.learning.export import Release, export_student, feature_version
from core.learning.features import StudentFeatures, kept, student_features
from core.learning.requests import DistillationRequest
from core.learning.ridge import DistributionRidge, Opinion, ask_committee, fit_committee
from core.learning.run_folder import claim
from core.learning.semi_supervised import DistillationConfig, Targets, distil
from core.learning.student import Student
from core.learning.teachers.teacher import weights_digest
from core.learning.team import Team
from core.progress import Task

STUDENT = "student: labels and unlabelled photographs"
STUDENT_OF_LABELS = "student: labels only"
TEACHER = "larger network, fine-tuned on the labels (not shipped)"

_HELD_OUT_SHARE = 0.2  # of the photographs, in whole groups, where no test part is published
_RATED = "rated"  # the part of the rated photographs among all
_MOST_VIEWS = 40_000  # of the rated and of the unrated photographs; their features are kept
_VIEWS, _VIEWS_WITHOUT_RATING = 8, 2  # of a photograph, where they are not too many
_MOST_REFERENCES = 5_000


@dataclass(frozen=True, slots=True)
class DistillationReport:
    """What phase 2 has made, and how it agrees with people on what was put aside."""

    model: Path
    labelled: int
    unlabelled: int
    held_out: int
    groups: int
    systems: dict[str, Figures]


@dataclass(frozen=True, slots=True)
class _Checked:
    student: Aligned
    teacher: Aligned | None
    rated: RatedPhotos


@dataclass(frozen=True, slots=True)
class _Source:
    """The photographs by what is known of them; the files of all are those of `frames`."""

    frames: Frames
    labelled: RatedPhotos
    held_out: RatedPhotos
    unlabelled: tuple[str, ...]

    @property
    def pictures(self) -> Pictures:
        """Those with labels."""
        count = len(self.labelled.files)
        return Pictures(self.frames, _named(self.labelled), self.labelled.histogram, _ones(count))

    @property
    def is_published(self) -> bool:
        """Whether the publisher of the set chose what is put aside."""
        return TEST in self.held_out.parts


@dataclass(frozen=True, slots=True)
class _Eye:
    """Runs networks over photographs and keeps what they said in the run folder."""

    frames: Frames
    run: Path
    seed: int
    task: Task
    device: torch.device

    def look(
        self, name: str, network: Aligned, files: Sequence[str], views: int
    ) -> tuple[StudentFeatures, NDArray[np.intp]]:
        """`views` of each file, the whole frame first, and which file each is of."""
        drawn = [view for file in files for view in views_of(file, views, self.seed, rating_view)]
        repeated = [file for file in files for _ in range(views)]
        made_from = {
            "student": feature_version(network.student),
            "size_px": network.size_px,
            "seed": self.seed,
            "views": views,
            "files": list(files),
        }
        arrays = kept(
            self.run / "features",
            name,
            made_from,
            lambda: asdict(
                student_features(
                    network.student,
                    self.frames,
                    repeated,
                    drawn,
                    network.size_px,
                    self.task,
                    self.device,
                )
            ),
        )
        stored = (cast("NDArray[Any]", arrays[key]) for key in ("pooled", "maps", "embedding"))
        return StudentFeatures(*stored), np.repeat(np.arange(len(files)), views)

    def whole(self, name: str, network: Aligned, files: Sequence[str]) -> StudentFeatures:
        """The whole frame of each file."""
        return self.look(name, network, files, 1)[0]


def distil_network(request: DistillationRequest, task: Task, team: Team) -> DistillationReport:
    """Phase 2, with a check on what was put aside, down to the model folder.

    Args:
        request: equal requests, networks and photographs give equal models on one kind of machine.
        task: reports and cancels.
        team: a team of one, for its device.

    Raises:
        TrainingError: the networks, the photographs or what is left of an earlier run cannot be
            used.
        Cancelled: the task was stopped; the next call goes on.
    """
    checked = _check(request, team)
    source = _open(request, checked, task)
    eye = _Eye(source.frames, request.run, request.seed, task, team.device)
    work = _Work(request, checked, source, _config(request, source), eye, team)
    committee = work.committee()
    teacher = work.teacher()
    trained = work.student(committee, teacher)
    systems = work.held_out(committee, teacher, trained)
    return _release(trained, systems, work)


@dataclass(frozen=True, slots=True)
class _Work:
    """The parts of phase 2, each of which the run folder keeps or that are made again alike."""

    request: DistillationRequest
    checked: _Checked
    source: _Source
    config: DistillationConfig
    eye: _Eye
    team: Team

    def committee(self) -> list[DistributionRidge]:
        """Ridges from the aligned student's embedding to the ratings."""
        labelled = self._labelled("rated", self.checked.student)
        first = np.flatnonzero(np.diff(labelled.photo, prepend=-1))
        known = self.source.labelled
        return fit_committee(labelled.features.embedding[first], known.histogram, known.groups)

    def teacher(self) -> Student | None:
        """The larger network, fitted to the labels: its head, its last stage, then all of it."""
        aligned = self.checked.teacher
        if aligned is None:
            return None
        labelled = self._labelled("teacher-rated", aligned)
        config = replace(self.config, unlabelled_batch=0)
        begun = distil(aligned.student, labelled, labelled, config, self.eye.task)
        pictures = self.source.pictures
        return self._tuned(begun, pictures, aligned.size_px, config, "teacher")

    def student(self, committee: list[DistributionRidge], teacher: Student | None) -> Student:
        """The aligned student, taught by labels and by what is said of the other photographs."""
        aligned, source = self.checked.student, self.source
        labelled = unlabelled = self._labelled("rated", aligned)
        pictures = source.pictures
        if source.unlabelled:
            files = source.unlabelled
            each = _views(len(files), _VIEWS_WITHOUT_RATING)
            seen, photo = self.eye.look("unlabelled", aligned, files, each)
            first = np.flatnonzero(np.diff(photo, prepend=-1))
            opinion = self._opinion(committee, teacher, seen.embedding[first])
            weight = opinion.confidence if self.request.confidence else _ones(len(files))
            unlabelled = Targets(seen, photo, opinion.distributions, weight)
            pictures = Pictures(source.frames, files, opinion.distributions, weight)
        begun = distil(aligned.student, labelled, unlabelled, self.config, self.eye.task)
        return self._tuned(begun, pictures, aligned.size_px, self.config, "student")

    def held_out(
        self, committee: list[DistributionRidge], teacher: Student | None, trained: Student
    ) -> dict[str, NDArray[np.float32]]:
        """What each says of the photographs that were put aside; the shipped student last."""
        files, aligned = _named(self.source.held_out), self.checked.student
        embedding = self.eye.whole("held-out", aligned, files).embedding
        said = {FROZEN: committee[0].distributions(embedding)}
        if teacher is not None and self.checked.teacher is not None:
            tuned = replace(self.checked.teacher, student=teacher)
            said[TEACHER] = predict(teacher, self.eye.whole("teacher-held-out", tuned, files))
        shipped = self.eye.whole("shipped-held-out", replace(aligned, student=trained), files)
        name = STUDENT if self.source.unlabelled else STUDENT_OF_LABELS
        return said | {name: predict(trained, shipped)}

    def _labelled(self, name: str, aligned: Aligned) -> Targets:
        files = _named(self.source.labelled)
        views, photo = self.eye.look(name, aligned, files, _views(len(files), _VIEWS))
        return Targets(views, photo, self.source.labelled.histogram, _ones(len(files)))

    def _opinion(
        self,
        committee: list[DistributionRidge],
        teacher: Student | None,
        embedding: NDArray[np.float32],
    ) -> Opinion:
        """Of the unlabelled photographs, whose aligned embeddings (N, D) are given.

        How sure a larger network is, a committee on its own embedding tells.
        """
        if teacher is None or self.checked.teacher is None:
            return ask_committee(committee, embedding)
        source, tuned = self.source, replace(self.checked.teacher, student=teacher)
        known = self.eye.whole("teacher-tuned-rated", tuned, _named(source.labelled))
        seen = self.eye.whole("teacher-unlabelled", tuned, source.unlabelled)
        own = fit_committee(known.embedding, source.labelled.histogram, source.labelled.groups)
        said = ask_committee(own, seen.embedding)
        return replace(said, distributions=predict(teacher, seen))

    def _tuned(
        self,
        begun: Student,
        unlabelled: Pictures,
        size_px: int,
        config: DistillationConfig,
        name: str,
    ) -> Student:
        """With all layers fitted, if that is asked for."""
        if not self.request.fine_tune:
            return begun
        return fine_tune(
            begun,
            self.source.pictures,
            unlabelled,
            size_px,
            config,
            FineTuning(self.request.fine_tune),
            f"{name}: all layers",
            self.request.run / name,
            self.eye.task,
            self.team,
        )


def _check(request: DistillationRequest, team: Team) -> _Checked:
    """Everything that can be wrong, before anything is computed."""
    if team.size > 1:
        raise TrainingError(
            "Phase 2 trains in one process.", hint="Start it without torchrun, on one device."
        )
    if Path(request.name).name != request.name:
        raise TrainingError(f"{request.name} cannot be the name of a folder.")
    target = request.out / request.name
    if target.exists() and not (target / "manifest.json").is_file():
        raise TrainingError(
            f"{printable(target)} is there already and is no model, so it is not replaced.",
            hint="Choose another --name or --out.",
        )
    rated = read_rated_set(request.rated, request.layout, allow_missing=request.allow_missing)
    student = read_aligned(request.aligned, rated.bins)
    teacher = None
    if request.teacher_run is not None:
        teacher = read_aligned(request.teacher_run, rated.bins)
    list_folders(numbered(request.photos))
    _split(rated, request)
    told = request.described() | {"aligned network": student.sha256}
    if teacher is not None:
        told["teacher's network"] = teacher.sha256
    claim(request.run, "train distill", told)
    return _Checked(student, teacher, rated)


def _split(
    rated: RatedPhotos, request: DistillationRequest
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows with labels, rows whose labels are not looked at, and rows that are put aside."""
    held_out = rated.rows_of(TEST)
    if not len(held_out):
        shares = (1 - _HELD_OUT_SHARE, 0.0, _HELD_OUT_SHARE)
        held_out = np.flatnonzero(parts_by_group(rated.groups, shares, request.seed) == 2)
    others = np.setdiff1d(np.arange(len(rated.files)), held_out)
    labelled = labelled_rows(rated.groups, others, request.label_share, request.seed)
    if len(labelled) < 2:
        raise TrainingError(
            f"{len(labelled)} photograph with a rating is too little to learn from.",
            hint="Raise --label-share.",
        )
    return labelled, np.setdiff1d(others, labelled), held_out


def _open(request: DistillationRequest, checked: _Checked, task: Task) -> _Source:
    rated, cache = checked.rated, request.run / "frames"
    networks = (checked.student, checked.teacher)
    short_side_px = max(one.size_px for one in networks if one is not None)
    parts: dict[str, Frames] = {}
    folders = numbered(request.photos)
    listed = list_folders(folders)
    if request.layout == SHARDED:
        shards = shards_of(request.rated, rated)
        parts[_RATED] = open_frames(request.rated, shards, cache / _RATED, task)
    else:
        folders, listed = {_RATED: request.rated, **folders}, {_RATED: rated.files, **listed}
    files, opened = open_folders(
        folders,
        listed,
        cache,
        task,
        short_side_px=short_side_px,
        skip_damaged=request.skip_damaged,
    )
    parts |= opened
    if request.layout != SHARDED:
        there = {file.partition("/")[2] for file in files if file.startswith(f"{_RATED}/")}
        rated = rated.only([row for row, file in enumerate(rated.files) if file in there])
    labelled, unrated, held_out = _split(rated, request)
    others = [file for file in files if not file.startswith(f"{_RATED}/")]
    return _Source(
        JoinedFrames(parts),
        rated.only(labelled),
        rated.only(held_out),
        (*_named(rated.only(unrated)), *others),
    )


def _config(request: DistillationRequest, source: _Source) -> DistillationConfig:
    default = DistillationConfig()
    low, high = source.labelled.scale
    step = (high - low) / (len(source.labelled.bins) - 1)
    return replace(
        default,
        steps=request.steps,
        unlabelled_batch=default.unlabelled_batch if source.unlabelled else 0,
        confidence_weighted=request.confidence,
        ranking_weight=request.ranking,
        ranking_margin=default.ranking_margin * step,
        seed=request.seed,
    )


def _release(
    trained: Student, said: dict[str, NDArray[np.float32]], work: _Work
) -> DistillationReport:
    """Calibrate and export the student; what it is compared with are the unlabelled photographs."""
    request, source, aligned = work.request, work.source, work.checked.student
    references = (source.unlabelled or _named(source.labelled))[:_MOST_REFERENCES]
    seen = work.eye.whole("references", replace(aligned, student=trained), references)
    *_, own = said.values()
    calibration, within = calibrated(predict(trained, seen), own, source.held_out)
    counts = {
        "labelled": len(source.labelled.files),
        "unlabelled": len(source.unlabelled),
        "held_out": len(source.held_out.files),
        "groups": len(set(source.held_out.groups)),
    }
    systems = {name: _figures(distributions, source) for name, distributions in said.items()}
    licences = _licences(work.checked, request)
    version = weights_digest(trained)[:8]
    told = {
        **counts,
        "name": request.name,
        "version": version,
        "size": aligned.size_px,
        "dimensions": trained.shape.embedding_dim,
        "low": source.labelled.scale[0],
        "high": source.labelled.scale[1],
        "meaning": calibration.meaning,
        "within": within,
        "backbone": trained.shape.backbone,
        "aligned": aligned.about["photographs"],
        "teachers": " and ".join(one["teacher"] for one in aligned.about["teachers"]),
        "layout": request.layout,
        "learner": _learner(work.checked),
        "arms": _arms(request),
        "how": "the published test part" if source.is_published else "whole groups",
    }
    release = Release(
        name=request.name,
        version=version,
        size_px=aligned.size_px,
        calibration=calibration,
        training={"distill": request.described(), "align": dict(aligned.about)},
        results={
            **counts,
            "size_px": aligned.size_px,
            "share_within_one_spread": round(within, 3),
            "systems": systems,
        },
        licences=tuple(licences),
        card=card(told, systems, licences),
    )
    model = export_student(trained, release, request.out / request.name)
    return DistillationReport(model, **counts, systems=systems)


def _learner(checked: _Checked) -> str:
    if checked.teacher is None:
        return "the committee of ridges on its own embedding, fitted to the labels"
    return f"{checked.teacher.student.shape.backbone}, aligned and fine-tuned on the labels"


def _arms(request: DistillationRequest) -> str:
    confidence = ", less weight where the teacher is less sure" if request.confidence else ""
    return confidence + (f", {request.ranking:g} times a ranking loss" if request.ranking else "")


def _figures(distribution: NDArray[np.float32], source: _Source) -> Figures:
    rated = source.held_out
    rating = distribution.astype(np.float64) @ np.array(rated.bins)
    figures = agreement(Opinions(rating, distribution), rated)
    return {**figures, "srcc_95_percent": srcc_interval(rating, rated)}


def _licences(checked: _Checked, request: DistillationRequest) -> list[str]:
    networks = [checked.student, *([] if checked.teacher is None else [checked.teacher])]
    taught = [
        f"{one['teacher']}: {one['licence']}" for net in networks for one in net.about["teachers"]
    ]
    return [
        *(f"Features of {one}" for one in dict.fromkeys(taught)),
        f"Photographs and ratings of {request.layout}: as its publisher allows.",
        "Photographs without ratings: those of whoever made this model.",
    ]


def _named(rated: RatedPhotos) -> tuple[str, ...]:
    return tuple(f"{_RATED}/{file}" for file in rated.files)


def _views(photographs: int, wanted: int) -> int:
    return max(1, min(wanted, _MOST_VIEWS // max(1, photographs)))


def _ones(count: int) -> NDArray[np.float32]:
    return np.ones(count, np.float32)
