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
from core.learning.alignment import as_input, pooled
from core.learning.data.frames import FrameStore
from core.learning.data.views import WHOLE, View, render_all
from core.learning.student import Student
from core.learning.teachers.stage_maps import StageTeacher
from core.progress import Task

_BATCH = 32


@dataclass(frozen=True, slots=True)
class LowerFeatures:
    """What the student's lower stages gave for N views of one photograph each."""

    pooled: NDArray[np.float32]  # (N, P)
    maps: NDArray[np.float16]  # (N, C, H, W)


def teacher_features(
    teacher: StageTeacher,
    frames: FrameStore,
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
            rows.append(pooled(teacher.maps(as_input(pixels))).numpy())
        task.report(stage, len(files), len(files))
        parts.append(np.concatenate(rows))
    return np.concatenate(parts, axis=1)


def lower_features(
    student: Student,
    frames: FrameStore,
    files: Sequence[str],
    views: Sequence[View],
    size_px: int,
    task: Task,
) -> LowerFeatures:
    """The student's frozen lower stages on one view of each file."""
    student.eval()
    found: list[tuple[NDArray[np.float32], NDArray[np.float16]]] = []
    for start in range(0, len(files), _BATCH):
        task.report("lower stages", start, len(files))
        end = start + _BATCH
        pixels = as_input(render_all(frames, files[start:end], views[start:end], size_px))
        with torch.no_grad():
            summary, arriving = student.lower(pixels)
        found.append((summary.numpy(), arriving.contiguous().half().numpy()))
    task.report("lower stages", len(files), len(files))
    return LowerFeatures(
        np.concatenate([summary for summary, _ in found]),
        np.concatenate([arriving for _, arriving in found]),
    )


def embeddings(student: Student, lower: LowerFeatures) -> NDArray[np.float32]:
    """The embeddings (N, D) that the student's last stage makes of its lower stages."""
    student.eval()
    rows = []
    for start in range(0, len(lower.pooled), 4 * _BATCH):
        end = start + 4 * _BATCH
        with torch.no_grad():
            rows.append(
                student.upper(*tensors(lower, np.arange(start, min(end, len(lower.pooled)))))
            )
    return torch.cat(rows).numpy()


def tensors(lower: LowerFeatures, rows: NDArray[np.intp]) -> tuple[torch.Tensor, torch.Tensor]:
    """Chosen rows as the student's upper stages read them."""
    maps = torch.from_numpy(lower.maps[rows]).float()
    summary = torch.from_numpy(lower.pooled[rows])
    return summary, maps.contiguous(memory_format=torch.channels_last)


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
