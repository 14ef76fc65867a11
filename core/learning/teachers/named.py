"""Teachers by the names that a user gives them.

open_clip:MODEL/TAG          published weights, "open_clip:ViT-B-32/openai"
open_clip:MODEL/FILE         weights of one's own; MODEL/TAG=FILE where several are published
                             and they differ in more than their weights
timm:MODEL                   published weights, "timm:vit_small_patch14_dinov2.lvd142m"
timm:MODEL/FILE              weights of one's own, safetensors
FILE                         the ImageNet MobileNetV2 of the training data, whose feature
                             maps can teach as well
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import TrainingError
from core.learning.teachers.downloads import Consent
from core.learning.teachers.open_clip_teacher import open_clip_teacher
from core.learning.teachers.preprocessing import Fit, Preprocessing
from core.learning.teachers.stage_maps import (
    MOBILENET,
    MOBILENET_SETTINGS,
    MobileNetTeacher,
    read_mobilenet,
)
from core.learning.teachers.teacher import NetworkTeacher
from core.learning.teachers.timm_teacher import timm_teacher

_HOW = "Write open_clip:MODEL/TAG, timm:MODEL, or the name of a safetensors file."
_MIDDLE = (128 / 255,) * 3  # that network reads pixels / 128 - 1


@dataclass(frozen=True, slots=True)
class NamedTeachers:
    """Teachers of pooled features, and the one that has feature maps too, if it is among them."""

    teachers: tuple[NetworkTeacher, ...]
    stages: MobileNetTeacher | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    library: str  # "open_clip", "timm", or "" for a file alone
    model: str
    weights: str  # a tag or a file; "" for those that timm publishes


def check_names(names: Sequence[str]) -> None:
    """See that names can be teachers' at all.

    Raises:
        TrainingError: one cannot, its file is missing, or one stands there twice.
    """
    for name in names:
        _parse(name)
        if names.count(name) > 1:
            raise TrainingError(f"The teacher {name} is named twice.")


def has_stages(names: Sequence[str]) -> bool:
    """Whether one of them has feature maps."""
    return any(not _parse(name).library for name in names)


def load_teachers(
    names: Sequence[str], cache: Path, consent: Consent, device: str = "cpu"
) -> NamedTeachers:
    """The teachers, all of them seeing the whole of a view, as the student does.

    Args:
        names: as above.
        cache: a folder for downloads.
        consent: asked with licence, size and source before a download.
        device: where the networks run.

    Raises:
        TrainingError: a name, its licence or its file is no good, or nothing may be downloaded.
    """
    check_names(names)
    found, stages = [], None
    for name in map(_parse, names):
        found.append(_load(name, cache, consent, device))
        if not name.library:
            stages = read_mobilenet(Path(name.weights))
    return NamedTeachers(tuple(found), stages)


def _parse(name: str) -> _Name:
    library, colon, rest = name.partition(":")
    if colon and library in {"open_clip", "timm"}:
        model, _, weights = rest.partition("/")
        if not model or (library == "open_clip" and not weights):
            raise TrainingError(f"{name} is no teacher.", hint=_HOW)
        return _Name(library, model, weights)
    if not name.endswith(".safetensors"):
        raise TrainingError(f"{name} is no teacher.", hint=_HOW)
    if not Path(name).is_file():
        raise TrainingError(f"The teacher's file {name} is missing.")
    return _Name("", MOBILENET, name)


def _load(name: _Name, cache: Path, consent: Consent, device: str) -> NetworkTeacher:
    if name.library == "open_clip":
        whole = Path(name.weights).expanduser()
        like, _, file = name.weights.partition("=")
        is_like = bool(file) and not whole.is_file()
        own = Path(file).expanduser() if is_like else whole
        return open_clip_teacher(
            name.model,
            own if is_like or own.is_file() else name.weights,
            cache=cache,
            consent=consent,
            like=like if is_like else "",
            fit=Fit.STRETCH,
            device=device,
        )
    if name.library == "timm":
        return timm_teacher(
            name.model,
            Path(name.weights).expanduser() if name.weights else None,
            cache=cache,
            consent=consent,
            fit=Fit.STRETCH,
            device=device,
        )
    try:
        return timm_teacher(
            name.model,
            Path(name.weights),
            cache=cache,
            settings=MOBILENET_SETTINGS,
            preprocessing=Preprocessing(224, _MIDDLE, _MIDDLE, Fit.STRETCH),
            device=device,
        )
    except TrainingError as error:
        told = "For weights of another network write timm:MODEL/FILE or open_clip:MODEL/FILE."
        raise TrainingError(str(error), hint=told) from error
