"""Which photographs the heads learn from, and which they are judged on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import TrainingError
from core.learning.data.frames import FrameStore
from core.learning.data.shards import open_frames
from core.learning.data.training_folder import read_index
from core.learning.technical.scenes import dead_leaves
from core.progress import Task

MADE_PX = (960, 640)  # of a scene that is made
_CAMERA_FOLDER = "shoot"  # camera originals at full size: only ever judged on
_SHARDS = ("oasis", "unlabelled")
_TILES = 2  # small photographs side by side make one with the size of a preview


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph that is spoilt and looked at."""

    name: str
    source: str  # of the report: which kind of photograph
    frame: Callable[[], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many photographs of each kind."""

    single: int
    joined: int
    made: int
    originals: int = 0  # at full size, seconds each


def gather(
    data: Path, train: Amounts, held_out: Amounts, seed: int, run: Path, task: Task
) -> tuple[list[Photograph], list[Photograph]]:
    """Photographs to learn from and others to be judged on; no picture is in both.

    Args:
        data: the training data folder: tar shards with an index, and camera originals.
        train: how many to learn from.
        held_out: how many to judge on.
        seed: decides which.
        run: keeps the decoded photographs.
        task: reports and cancels.

    Raises:
        TrainingError: the data is missing, damaged or too little.
    """
    rows = [row for row in read_index(data) if row.shard in _SHARDS]
    order = np.random.default_rng(seed).permutation(len(rows))
    wanted = [_small(amounts) for amounts in (train, held_out)]
    if sum(wanted) > len(rows):
        raise TrainingError(f"{sum(wanted)} photographs are wanted, the data has {len(rows)}.")
    chosen = [rows[index] for index in order[: sum(wanted)]]
    files: dict[str, list[str]] = {}
    for row in chosen:
        files.setdefault(row.shard, []).append(row.file)
    frames = open_frames(data, files, run / "frames", task)
    names = [row.file for row in chosen]
    learnt = _assembled(frames, names[: wanted[0]], train, first_seed=0)
    judged = _assembled(frames, names[wanted[0] :], held_out, first_seed=1_000_000)
    return learnt, judged + _camera_originals(data)[: held_out.originals]


def _small(amounts: Amounts) -> int:
    return amounts.single + amounts.joined * _TILES**2


def _assembled(
    frames: FrameStore, names: Sequence[str], amounts: Amounts, first_seed: int
) -> list[Photograph]:
    def single(name: str) -> Photograph:
        return Photograph(name, "photographs", lambda: frames.frame(name))

    def joined(four: Sequence[str]) -> Photograph:
        return Photograph(four[0], "joined photographs", lambda: _side_by_side(frames, four))

    def made(seed: int) -> Photograph:
        return Photograph(f"scene {seed}", "made scenes", lambda: dead_leaves(*MADE_PX, seed))

    rest = names[amounts.single :]
    fours = [rest[start : start + _TILES**2] for start in range(0, len(rest), _TILES**2)]
    return [
        *(single(name) for name in names[: amounts.single]),
        *(joined(four) for four in fours),
        *(made(first_seed + number) for number in range(amounts.made)),
    ]


def _side_by_side(frames: FrameStore, names: Sequence[str]) -> NDArray[np.uint8]:
    """Four photographs as one, each cropped to the smallest."""
    parts = [frames.frame(name) for name in names]
    height, width = (min(part.shape[axis] for part in parts) for axis in (0, 1))
    cropped = [part[:height, :width] for part in parts]
    rows = [np.concatenate(cropped[at : at + _TILES], axis=1) for at in (0, _TILES)]
    return np.concatenate(rows, axis=0)


def _camera_originals(data: Path) -> list[Photograph]:
    def original(path: Path) -> Photograph:
        return Photograph(path.name, "12-megapixel originals", lambda: _opened(path))

    return [original(path) for path in sorted((data / _CAMERA_FOLDER).glob("*.jpg"))]


def _opened(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise TrainingError(f"{path.name} cannot be decoded: {error}") from error
