"""Runs a network once over many photographs and keeps what it said in the run folder."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.alignment_model import pooled
from core.learning.data.frames import Frames
from core.learning.data.views import WHOLE, View, render_all
from core.learning.devices import CPU
from core.learning.student import Student
from core.learning.teachers.stage_maps import StageTeacher
from core.learning.trunk import as_input
from core.progress import Task

_BATCH = 32


@dataclass(frozen=True, slots=True)
class StudentFeatures:
    """What the aligned student gave for N views of one photograph each."""

    pooled: NDArray[np.float32]  # (N, P) of the lower stages
    maps: NDArray[np.float16]  # (N, C, H, W) of the last of them
    embedding: NDArray[np.float32]  # (N, D)

    def rows(self, chosen: NDArray[np.intp]) -> "StudentFeatures":
        """The features of some views."""
        return StudentFeatures(self.pooled[chosen], self.maps[chosen], self.embedding[chosen])


def teacher_features(
    teacher: StageTeacher,
    frames: Frames,
    files: Sequence[str],
    sizes_px: Sequence[int],
    task: Task,
) -> NDArray[np.float32]:
    """Pooled features of all levels (N, D) of the whole frames, side by side for each size."""
    parts = []
    for size_px in sizes_px:
        stage = f"teacher at {size_px} px"
        rows = []
        for start in range(0, len(files), _BATCH):
            task.report(stage, start, len(files))
            chosen = files[start : start + _BATCH]
            pixels = render_all(frames, chosen, [WHOLE] * len(chosen), size_px)
            maps = teacher.maps(as_input(torch.from_numpy(pixels)))
            rows.append(pooled(maps).numpy())
        task.report(stage, len(files), len(files))
        parts.append(np.concatenate(rows))
    return np.concatenate(parts, axis=1)


def student_features(
    student: Student,
    frames: Frames,
    files: Sequence[str],
    views: Sequence[View],
    size_px: int,
    task: Task,
    device: torch.device = CPU,
) -> StudentFeatures:
    """The student on one view of each file, and what its lower stages said on the way."""
    student.eval().to(device)
    found: list[tuple[NDArray[np.float32], NDArray[np.float16], NDArray[np.float32]]] = []
    for start in range(0, len(files), _BATCH):
        task.report("student features", start, len(files))
        end = start + _BATCH
        shown = render_all(frames, files[start:end], views[start:end], size_px)
        pixels = as_input(torch.from_numpy(shown).to(device))
        with torch.no_grad():
            lower = student.lower(pixels)
            pooled, maps, embedding = (part.cpu() for part in (*lower, student.upper(*lower)))
        found.append((pooled.numpy(), maps.contiguous().half().numpy(), embedding.numpy()))
    student.to(CPU)
    task.report("student features", len(files), len(files))
    pooled_rows, map_rows, embedding_rows = zip(*found, strict=True)
    return StudentFeatures(
        np.concatenate(pooled_rows), np.concatenate(map_rows), np.concatenate(embedding_rows)
    )


def embeddings(student: Student, features: StudentFeatures) -> NDArray[np.float32]:
    """The embeddings (N, D) that a student with the same lower stages makes of `features`."""
    student.eval()
    count = len(features.pooled)
    blocks = [np.arange(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    with torch.no_grad():
        rows = [student.upper(*tensors(features.rows(block))) for block in blocks]
    return torch.cat(rows).numpy()


def tensors(features: StudentFeatures) -> tuple[torch.Tensor, torch.Tensor]:
    """Features as the student's upper stages read them."""
    maps = torch.from_numpy(features.maps).float()
    return torch.from_numpy(features.pooled), maps.contiguous(memory_format=torch.channels_last)


def kept(
    folder: Path,
    name: str,
    made_from: Mapping[str, object],
    make: Callable[[], Mapping[str, NDArray[np.generic]]],
) -> Mapping[str, NDArray[np.generic]]:
    """Arrays from `folder`, made once; made again when `made_from` is no longer the same.

    Raises:
        TrainingError: a stored array is damaged.
    """
    key = hashlib.sha256(json.dumps(dict(made_from), sort_keys=True).encode()).hexdigest()[:16]
    target = folder / f"{name}-{key}"
    if not target.is_dir():
        draft = folder / f"{name}-{key}.tmp"
        draft.mkdir(parents=True, exist_ok=True)
        for part, array in make().items():
            np.save(draft / f"{part}.npy", array, allow_pickle=False)
        draft.replace(target)
    try:
        return {
            path.stem: np.load(path, mmap_mode="r", allow_pickle=False)
            for path in sorted(target.glob("*.npy"))
        }
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"The stored features {target.name} are damaged.", hint="Delete that folder."
        ) from error
