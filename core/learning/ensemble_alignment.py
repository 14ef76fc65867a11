"""Phase 1 with any teachers: what each said of many views, which the student sees alike.

Every teacher was asked once about each view of each photograph and has a projector of its own
here. A teacher with feature maps teaches those as well, as in `alignment`, where the backbone
has the same stages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.alignment import Alignment, AlignmentBatch, AlignmentConfig, Unlabelled
from core.learning.alignment_model import AlignmentModel, FeatureLoss, feature_distances, projector
from core.learning.data.frames import Frames
from core.learning.data.training_folder import IndexRow
from core.learning.data.views import View, render_all
from core.learning.student import Student
from core.learning.teachers.ensemble import TeacherEnsemble
from core.learning.teachers.stage_maps import StageTeacher
from core.learning.team import ALONE, Share

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TaughtViews:
    """Views of M photographs, N of each, and what the teachers said of them in that order."""

    frames: Frames
    files: tuple[str, ...]
    views: tuple[tuple[View, ...], ...]
    ensemble: TeacherEnsemble  # of M * N rows

    @property
    def per_photo(self) -> int:
        return len(self.views[0])

    @property
    def photos(self) -> Unlabelled:
        """The photographs as `alignment` lists them; their targets are here."""
        rows = [IndexRow("", file, "", -1) for file in self.files]
        return Unlabelled(self.frames, rows, np.zeros((0, 0), np.float32))

    def view(self, row: int) -> tuple[str, View]:
        """The photograph of a row, and which part of it."""
        photo, number = divmod(row, self.per_photo)
        return self.files[photo], self.views[photo][number]

    def targets(self, rows: NDArray[np.intp], feature_loss: FeatureLoss) -> list[Matrix]:
        """What each teacher said (len(rows), D): as it is, or standardised by dimension.

        The paper's arm looks at the direction alone. Lengths count in the other, where a teacher
        with few large dimensions would drown those of the rest.
        """
        return [
            one.features[rows] if feature_loss == "cosine" else one.standardised(rows)
            for one in self.ensemble.targets
        ]

    def standardised_like(self, other: "TaughtViews") -> "TaughtViews":
        """These views with the statistics of others."""
        pairs = zip(self.ensemble.targets, other.ensemble.targets, strict=True)
        alike = tuple(replace(own, mean=one.mean, scale=one.scale) for own, one in pairs)
        return replace(self, ensemble=TeacherEnsemble(alike))


class EnsembleModel(AlignmentModel):
    """A student with a projector for each teacher's features; those of the first are "CLIP"."""

    def __init__(
        self,
        student: Student,
        dimensions: Sequence[int],
        feature_loss: FeatureLoss = "cosine",
        teacher: StageTeacher | None = None,
    ) -> None:
        super().__init__(student, dimensions[0], feature_loss, teacher)
        width = student.shape.embedding_dim
        self.dimensions = tuple(dimensions)
        self.other_projectors = nn.ModuleList(
            projector(feature_loss, width, dimension) for dimension in dimensions[1:]
        )

    def clip_distances(self, embedding: Tensor, wanted: Tensor) -> Tensor:
        """Mean distance (N,) of embeddings (N, D) to all teachers' features, side by side."""
        parts = torch.split(wanted, list(self.dimensions), dim=1)
        pairs = zip(self._projected(embedding), parts, strict=True)
        distances = [feature_distances(self.feature_loss, *pair) for pair in pairs]
        return torch.stack(distances).mean(0)

    def agreement(self, embeddings: Matrix, wanted: Sequence[Matrix]) -> list[float]:
        """Mean cosine between what each projector says and what its teacher said."""
        with torch.no_grad():
            projected = self._projected(torch.from_numpy(np.array(embeddings)))
        return [
            float(F.cosine_similarity(ours, self._as_target(theirs)).mean())
            for ours, theirs in zip(projected, map(torch.from_numpy, wanted), strict=True)
        ]

    def without_student(self, wanted: Sequence[Matrix], train: Sequence[Matrix]) -> list[float]:
        """The same, for one who always says the mean of what a teacher said in training."""
        pairs = zip(map(torch.from_numpy, wanted), map(torch.from_numpy, train), strict=True)
        return [
            float(
                F.cosine_similarity(
                    self._as_target(theirs), self._as_target(before).mean(0, keepdim=True)
                ).mean()
            )
            for theirs, before in pairs
        ]

    def _projected(self, embedding: Tensor) -> list[Tensor]:
        scaled = self.scaled(embedding)
        return [each(scaled) for each in (self.clip_projector, *self.other_projectors)]

    def _as_target(self, wanted: Tensor) -> Tensor:
        if self.feature_loss == "cosine":
            return wanted
        return F.layer_norm(wanted, wanted.shape[1:])


class EnsembleAlignment(Alignment):
    """A stage of phase 1 that shows the student the views its teachers saw."""

    def __init__(
        self,
        module: EnsembleModel,
        teacher: StageTeacher | None,
        taught: TaughtViews,
        config: AlignmentConfig,
        index: int,
        share: Share = ALONE.share,
    ) -> None:
        super().__init__(module, teacher, taught.photos, config, index, share)
        self._taught = taught

    def batch(self, step: int) -> AlignmentBatch:
        step += self._steps_before
        generator = np.random.default_rng((self._config.seed, step))
        photos, per_photo = self._indices(step), self._taught.per_photo
        chosen = photos * per_photo + generator.integers(0, per_photo, len(photos))
        rows = self._share.of(chosen)
        files, views = zip(*(self._taught.view(int(row)) for row in rows), strict=True)
        pixels = render_all(self._taught.frames, files, views, self._stage.size_px)
        targets = np.hstack(self._taught.targets(rows, self._config.feature_loss))
        is_known = torch.ones(len(rows), dtype=torch.bool)
        return AlignmentBatch(torch.from_numpy(pixels), torch.from_numpy(targets), is_known)
