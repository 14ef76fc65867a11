"""Phase 1 on any photographs: any network of timm's, aligned with any teachers.

The small student and the larger network that will teach it in phase 2 are both made here, each
by a run of its own; what teachers said is shared between the runs.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import timm
import torch
from timm.models.efficientnet import EfficientNet

from core.errors import TrainingError
from core.learning.aligned_file import LISTING, write_aligned
from core.learning.alignment import AlignmentConfig, AlignmentStage, calibrate, train_stages
from core.learning.data.several_folders import JoinedFrames, list_folders, numbered, open_folders
from core.learning.data.views import WHOLE, alignment_view, views_of
from core.learning.ensemble_alignment import (
    EnsembleAlignment,
    EnsembleModel,
    TaughtViews,
)
from core.learning.features import student_features
from core.learning.requests import AlignmentRequest
from core.learning.run_folder import claim
from core.learning.student import Student, StudentShape
from core.learning.teachers.downloads import Consent, no_consent
from core.learning.teachers.ensemble import ask
from core.learning.teachers.feature_cache import FeatureCache
from core.learning.teachers.named import NamedTeachers, check_names, has_stages, load_teachers
from core.learning.teachers.stage_maps import MobileNetTeacher
from core.learning.team import Team
from core.progress import Task

_HELD_OUT_SHARE, _HELD_OUT_FROM = 0.05, 40  # of the photographs; of fewer none is put aside
_FORCED_SHARE = 0.3  # of the steps; the rest goes end to end
_FEATURES, _DOWNLOADS, _FRAMES = "teacher-features", "downloads", "frames"


@dataclass(frozen=True, slots=True)
class Taught:
    """How a student agrees with one teacher on photographs that were put aside."""

    teacher: str
    licence: str
    cosine: float | None  # None where there were too few photographs to put some aside
    cosine_of_mean: float | None  # of one who always says the mean of the teacher's features


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """What phase 1 has made."""

    listing: Path
    photographs: int
    held_out: int
    has_maps: bool  # whether feature maps were aligned, stage by stage
    teachers: tuple[Taught, ...]


def teachers_for(request: AlignmentRequest, team: Team, consent: Consent) -> NamedTeachers:
    """The teachers of a request, after everything was looked at that can be wrong with it.

    Args:
        request: what is asked for.
        team: the processes that train together; only the one that leads asks for consent.
        consent: asked with licence, size and source before a download.

    Raises:
        TrainingError: something cannot be used; nothing was downloaded or computed for it.
    """
    check_names(request.teachers)
    if not request.teachers:
        raise TrainingError("Phase 1 needs a teacher.")
    list_folders(numbered(request.photos))
    team.share.of(range(request.batch))
    Student(_shape(request))
    with team.leader_first():
        claim(request.run, "train align", request.described())
        return load_teachers(
            request.teachers,
            request.cache / _DOWNLOADS,
            consent if team.leads else no_consent,
            str(team.device),
        )


def align_network(
    request: AlignmentRequest, named: NamedTeachers, task: Task, team: Team
) -> AlignmentReport:
    """Phase 1: the network of the run folder, aligned, or what is left to do of it.

    Args:
        request: equal requests and photographs give equal weights on one kind of machine.
        named: from `teachers_for`.
        task: reports and cancels.
        team: the processes that train together; the run folder must be one that all see.

    Raises:
        TrainingError: a photograph or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    with team.leader_first():
        train, held_out = _asked(request, named, task)
    shape = _shape(request)
    stages = named.stages if shape.bridge_channels else None
    config = _config(request, forced=stages is not None)
    torch.manual_seed(request.seed)
    dimensions = list(train.ensemble.dimensions.values())
    model = EnsembleModel(Student(shape), dimensions, config.feature_loss, stages)
    if stages is not None:
        calibrate(model, stages, train.photos, config)
        stages.to(team.device)

    def objective(index: int) -> EnsembleAlignment:
        return EnsembleAlignment(model, stages, train, config, index, team.share)

    decided_by = {
        "photographs": _digest(train.files),
        "views": request.views,
        "teachers": [teacher.identity for teacher in named.teachers],
    }
    train_stages(model, objective, config, decided_by, request.run / "align", task, team)
    model.eval()
    taught = _agreement(model, named, train, held_out, config, task, team)
    about = {
        "command": request.described(),
        "alignment": config.described(),
        "photographs": len(train.files),
        "held_out_photographs": 0 if held_out is None else len(held_out.files),
        "teachers": [
            {**asdict(one), "identity": teacher.identity, "dimension": teacher.dimension}
            for one, teacher in zip(taught, named.teachers, strict=True)
        ],
    }
    with team.leader_first():
        if team.leads:
            write_aligned(request.run, model.student, request.size_px, about)
    return AlignmentReport(
        listing=request.run / LISTING,
        photographs=len(train.files),
        held_out=0 if held_out is None else len(held_out.files),
        has_maps=stages is not None,
        teachers=taught,
    )


def _shape(request: AlignmentRequest) -> StudentShape:
    """With stages where a teacher has maps of the same number of stages."""
    try:
        network = timm.create_model(request.backbone, num_classes=0, img_size=request.size_px)
    except TypeError:  # most networks take any size and no such argument
        network, size_px = None, None
    except RuntimeError as error:
        raise TrainingError(f"The backbone {request.backbone} cannot be made: {error}") from error
    else:
        size_px = request.size_px
    channels: tuple[int, ...] = ()
    if has_stages(request.teachers):
        network = network or timm.create_model(request.backbone, num_classes=0)
        wanted = MobileNetTeacher.channels
        if isinstance(network, EfficientNet) and len(network.blocks) == len(wanted):
            channels = wanted
    return StudentShape(request.backbone, channels, size_px=size_px)


def _config(request: AlignmentRequest, *, forced: bool) -> AlignmentConfig:
    rate, size_px = request.learning_rate, request.size_px
    if forced:
        first = max(1, round(_FORCED_SHARE * request.steps))
        stages: tuple[AlignmentStage, ...] = (
            AlignmentStage("forced", first, size_px, (30 * rate, rate), forced=True),
            AlignmentStage("chained", max(1, request.steps - first), size_px, (10 * rate, 1e-6)),
        )
    else:
        stages = (AlignmentStage("whole", request.steps, size_px, (rate, 1e-6)),)
    return AlignmentConfig(
        stages=stages,
        batch_size=request.batch,
        feature_loss=request.arm,
        relational_weight=request.relations,
        # A network of linear layers, as a transformer is, learns at the rate that was asked for.
        linear_rate=AlignmentConfig().linear_rate if forced else 1.0,
        seed=request.seed,
    )


def _asked(
    request: AlignmentRequest, named: NamedTeachers, task: Task
) -> tuple[TaughtViews, TaughtViews | None]:
    """Decoded photographs with what all teachers say of their views; those put aside apart."""
    folders = numbered(request.photos)
    sizes = [request.size_px, *(one.preprocessing.size_px for one in named.teachers)]
    files, parts = open_folders(
        folders,
        list_folders(folders),
        request.run / _FRAMES,
        task,
        short_side_px=max(sizes),
        skip_damaged=request.skip_damaged,
    )
    if len(files) < 2:
        raise TrainingError("Phase 1 needs two photographs at least.")
    frames = JoinedFrames(parts)
    caches = [FeatureCache(request.cache / _FEATURES, teacher) for teacher in named.teachers]

    def taught(chosen: Sequence[str], per_photo: int) -> TaughtViews:
        views = tuple(views_of(file, per_photo, request.seed, alignment_view) for file in chosen)
        repeated = [file for file in chosen for _ in range(per_photo)]
        ensemble = ask(caches, frames, repeated, [one for own in views for one in own], task)
        return TaughtViews(frames, tuple(chosen), views, ensemble)

    aside = set[str]()
    if len(files) >= _HELD_OUT_FROM:
        generator = np.random.default_rng((request.seed, 5))
        count = max(2, round(_HELD_OUT_SHARE * len(files)))
        aside = {files[row] for row in generator.choice(len(files), count, replace=False)}
    train = taught([file for file in files if file not in aside], request.views)
    return train, taught(sorted(aside), 1) if aside else None


def _agreement(
    model: EnsembleModel,
    named: NamedTeachers,
    train: TaughtViews,
    held_out: TaughtViews | None,
    config: AlignmentConfig,
    task: Task,
    team: Team,
) -> tuple[Taught, ...]:
    """What is told of each teacher; of photographs put aside, the whole frame is looked at."""
    if held_out is None:
        return tuple(Taught(one.name, one.licence, None, None) for one in named.teachers)
    seen = student_features(
        model.student,
        held_out.frames,
        held_out.files,
        [WHOLE] * len(held_out.files),
        config.final_size_px,
        task,
        team.device,
    )
    # As in training, or the projectors would be asked for something else.
    alike = held_out.standardised_like(train)
    wanted = alike.targets(np.arange(len(alike.files)), config.feature_loss)
    whole_frames = np.arange(len(train.files)) * train.per_photo
    before = train.targets(whole_frames, config.feature_loss)
    pairs = zip(
        named.teachers,
        model.agreement(seen.embedding, wanted),
        model.without_student(wanted, before),
        strict=True,
    )
    return tuple(
        Taught(one.name, one.licence, round(found, 4), round(mean, 4)) for one, found, mean in pairs
    )


def _digest(files: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(files)).encode()).hexdigest()[:16]
