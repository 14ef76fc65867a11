"""Several teachers at once: what each said of the same views, standardised for its projector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.frames import Frames
from core.learning.data.views import View
from core.learning.teachers.feature_cache import FeatureCache
from core.progress import Task

_SMALLEST_SCALE = 1e-4  # a dimension that never changes must not become noise


@dataclass(frozen=True, slots=True)
class TeacherTargets:
    """One teacher's features of N views, and the statistics that standardise them."""

    name: str
    features: NDArray[np.float32]  # (N, D) unit length; anything where the teacher said nothing
    is_known: NDArray[np.bool_]  # (N,)
    mean: NDArray[np.float32]  # (D,)
    scale: NDArray[np.float32]  # (D,) standard deviation

    @property
    def dimension(self) -> int:
        """D, which the teacher's projector must put out."""
        return int(self.features.shape[1])

    def standardised(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Targets (len(rows), D) with mean 0 and deviation 1 over all known views; else 0."""
        targets = (self.features[rows] - self.mean) / self.scale
        return np.where(self.is_known[rows, None], targets, 0).astype(np.float32)


@dataclass(frozen=True, slots=True)
class TeacherEnsemble:
    """Teachers that look at the same N views."""

    targets: tuple[TeacherTargets, ...]

    def __post_init__(self) -> None:
        if len({len(one.features) for one in self.targets}) > 1:
            told = ", ".join(f"{one.name}: {len(one.features)}" for one in self.targets)
            raise TrainingError(f"The teachers do not speak of the same views ({told}).")
        if len({one.name for one in self.targets}) < len(self.targets):
            raise TrainingError("Two teachers have the same name.")

    @property
    def dimensions(self) -> Mapping[str, int]:
        """Of each teacher's features, in order: one projector each."""
        return {one.name: one.dimension for one in self.targets}

    def without(self, name: str) -> "TeacherEnsemble":
        """The others, for an ablation."""
        return TeacherEnsemble(tuple(one for one in self.targets if one.name != name))


def targets_of(
    name: str, features: NDArray[np.float32], is_known: NDArray[np.bool_] | None = None
) -> TeacherTargets:
    """Targets from features (N, D) however they were made, with their statistics.

    Args:
        name: of the teacher.
        features: unit length where known.
        is_known: (N,) which views the teacher spoke of; all without it.

    Raises:
        TrainingError: the arrays do not fit, too few are known, or one is not a unit vector.
    """
    known = np.ones(len(features), np.bool_) if is_known is None else is_known
    if features.ndim != 2 or known.shape != (len(features),):
        raise TrainingError(f"The features of {name} and what is known of them do not fit.")
    if known.sum() < 2:
        raise TrainingError(f"{name} knows fewer than two views: nothing can be standardised.")
    said = features[known]
    if not np.all(np.abs(np.linalg.norm(said, axis=1) - 1) < 0.02):
        raise TrainingError(f"The features of {name} are damaged: not all have unit length.")
    scale = np.maximum(said.std(axis=0), _SMALLEST_SCALE)
    return TeacherTargets(name, features, known, said.mean(axis=0), scale)


def ask(
    caches: Sequence[FeatureCache],
    frames: Frames,
    files: Sequence[str],
    views: Sequence[View],
    task: Task,
) -> TeacherEnsemble:
    """What all teachers say of one view of each file; each is run only for what is new to it.

    Raises:
        TrainingError: a photograph cannot be read, or the disk is full.
    """
    return TeacherEnsemble(
        tuple(
            targets_of(cache.teacher.name, cache.features(frames, files, views, task))
            for cache in caches
        )
    )
