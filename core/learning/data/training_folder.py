"""What the training data folder holds: photographs by shard, CLIP features, human ratings.

Everything is checked when it is opened, so that a run of an hour does not end at row 9,000.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.rated_photos import RatedPhotos

RATING_SCALE = (1, 7)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One photograph: where it is and which feature row is its."""

    shard: str
    file: str
    kind: str  # of its CLIP features: "exact", "mean-of-crops", or "" for none
    clip_row: int  # -1 for none


def read_index(data: Path) -> tuple[IndexRow, ...]:
    """All photographs, in the order of index.csv.

    Raises:
        TrainingError: the index is missing, lacks a column, or names no photograph.
    """
    wanted = {"shard", "file", "clip_kind", "clip_row"}
    rows = tuple(
        IndexRow(row["shard"], row["file"], row["clip_kind"], int(row["clip_row"] or -1))
        for row in _read_table(data / "index.csv", wanted)
    )
    if not rows:
        raise TrainingError("index.csv names no photograph.")
    return rows


def read_clip_features(data: Path, rows: tuple[IndexRow, ...]) -> NDArray[np.float32]:
    """CLIP features (M, 512), unit length, that every `clip_row` of `rows` points into.

    Raises:
        TrainingError: the file is missing or damaged, or a row points outside it.
    """
    features = read_arrays(data / "clip-vit-b-32.npz", ("features",))[0].astype(np.float32)
    last = max((row.clip_row for row in rows), default=-1)
    if last >= len(features):
        raise TrainingError(
            f"The index asks for CLIP feature row {last}, but there are only {len(features)}.",
            hint="index.csv and clip-vit-b-32.npz must come from the same data set.",
        )
    lengths = np.linalg.norm(features, axis=1)
    if not np.all(np.abs(lengths - 1) < 0.02):  # float16 rounding stays well below
        raise TrainingError("The CLIP features are damaged: not all have unit length.")
    return features


def read_rated_photos(data: Path) -> RatedPhotos:
    """The rated photographs with the histogram of their ratings.

    Raises:
        TrainingError: a file is missing, a rating lies outside 1 to 7, or the two disagree.
    """
    rows = _read_table(data / "oasis.csv", {"file", "theme", "beauty_mean"})
    ratings = read_arrays(data / "oasis-raters.npz", ("ratings",))[0]
    if ratings.ndim != 2 or ratings.shape[1] != len(rows):
        raise TrainingError(
            f"oasis-raters.npz has ratings for {ratings.shape[-1]} photographs, "
            f"oasis.csv names {len(rows)}."
        )
    histogram = rating_histogram(ratings.astype(np.int64))
    mean = np.array([float(row["beauty_mean"]) for row in rows], np.float32)
    low, high = RATING_SCALE
    if mean.min() < low or mean.max() > high:
        raise TrainingError(f"oasis.csv has mean ratings outside {low} to {high}.")
    told = histogram @ np.arange(low, high + 1, dtype=np.float32)
    if np.abs(told - mean).max() > 0.01:
        raise TrainingError("The mean ratings in oasis.csv are not those of the raters.")
    return RatedPhotos(
        files=tuple(row["file"] for row in rows),
        groups=tuple(row["theme"] for row in rows),
        mean=mean,
        histogram=histogram,
    )


def rating_histogram(ratings: NDArray[np.integer]) -> NDArray[np.float32]:
    """Share of each rating (N, 7) from ratings (raters, N) with 0 for "not rated".

    Raises:
        TrainingError: a rating lies outside 1 to 7, or a photograph has none.
    """
    low, high = RATING_SCALE
    if ratings.min() < 0 or ratings.max() > high:
        raise TrainingError(f"There are ratings outside {low} to {high}.")
    counts = np.stack([(ratings == value).sum(axis=0) for value in range(low, high + 1)], axis=1)
    totals = counts.sum(axis=1, keepdims=True)
    if not totals.all():
        raise TrainingError("A photograph in the rated set has no ratings.")
    shares: NDArray[np.float32] = (counts / totals).astype(np.float32)
    return shares


def read_arrays(path: Path, names: tuple[str, ...]) -> tuple[NDArray[np.generic], ...]:
    """The named arrays of an .npz file; nothing in it is unpickled.

    Raises:
        TrainingError: the file is missing, damaged or lacks one of them.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return tuple(np.asarray(arrays[name]) for name in names)
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing in the training data.") from error
    except (OSError, ValueError, KeyError, EOFError, RuntimeError) as error:
        raise TrainingError(f"{path.name} is damaged: {error}") from error
    except Exception as error:  # zipfile and zlib have error types of their own
        raise TrainingError(f"{path.name} is damaged: {error}") from error


def _read_table(path: Path, wanted: set[str]) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            missing = wanted - set(reader.fieldnames or ())
            if missing:
                raise TrainingError(f"{path.name} has no column {', '.join(sorted(missing))}.")
            return list(reader)
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing in the training data.") from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"{path.name} is not a text file.") from error
