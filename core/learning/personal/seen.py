"""What the shipped student says of photos before anything is learned, computed once for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.learning.features import StudentFeatures
from core.learning.shipped_student import ShippedStudent
from core.learning.trunk import as_input
from core.progress import Task

Pictures = Callable[[Sequence[int]], NDArray[np.uint8]]  # rows to (n, S, S, 3)
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Seen:
    """N photos, each as it is and mirrored: views 0 to N - 1 are the former, the rest the latter.

    A mirrored photo rates the same, so it is a second example for nothing.
    """

    views: StudentFeatures  # (2N, ...)
    described: NDArray[np.float32]  # (N, F) features of all levels, of the photo as it is
    generic: NDArray[np.float32]  # (N, K) distribution by the model for everybody

    def __len__(self) -> int:
        return len(self.generic)

    @property
    def photo(self) -> NDArray[np.intp]:
        """Which photo each view shows (2N,)."""
        return np.tile(np.arange(len(self)), 2)

    def some(self, rows: NDArray[np.intp]) -> "Seen":
        """Some of the photos."""
        views = self.views.rows(np.concatenate([rows, rows + len(self)]))
        return Seen(views, self.described[rows], self.generic[rows])


def look(shipped: ShippedStudent, pictures: Pictures, rows: Sequence[int], task: Task) -> Seen:
    """Run the network over photos.

    Args:
        shipped: the model for everybody.
        pictures: gives input pictures of the model's size.
        rows: of the photos; none is allowed.
        task: reports and cancels.

    Raises:
        Cancelled: the task was stopped.
    """
    upright: list[tuple[NDArray[np.generic], ...]] = []
    mirrored: list[tuple[NDArray[np.generic], ...]] = []
    for start in range(0, len(rows), _BATCH):
        task.report("look", start, len(rows))
        pixels = as_input(torch.from_numpy(pictures(rows[start : start + _BATCH])))
        upright.append(_said(shipped, pixels))
        mirrored.append(_said(shipped, pixels.flip(3)))
    if not rows:
        size = shipped.size_px
        nothing = _said(shipped, torch.zeros(1, 3, size, size))
        upright = mirrored = [tuple(part[:0] for part in nothing)]
    pooled, maps, embedding = (
        np.concatenate(parts) for parts in list(zip(*upright, *mirrored, strict=True))[:3]
    )
    described, generic = (np.concatenate(parts) for parts in list(zip(*upright, strict=True))[3:])
    return Seen(StudentFeatures(pooled, maps, embedding), described, generic)


@torch.no_grad()
def _said(shipped: ShippedStudent, pixels: Tensor) -> tuple[NDArray[np.generic], ...]:
    """Pooled features, last map, embedding, all features and distribution of a batch."""
    student = shipped.student
    pooled, arriving = student.lower(pixels)
    described = student.trunk.upper(pooled, arriving)
    embedding = student.embedding(described)
    distribution = student.logits(embedding).softmax(dim=1)
    maps = arriving.contiguous().half()
    return tuple(part.numpy() for part in (pooled, maps, embedding, described, distribution))
