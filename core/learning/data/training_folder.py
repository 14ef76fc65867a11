"""What the training data folder holds: photographs by shard, CLIP features, human ratings.

Everything is checked when it is opened, so that a run of an hour does not end at row 9,000.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.tables import Row, read_arrays, read_table

RATING_SCALE = (1, 7)
BINS = tuple(float(rating) for rating in range(RATING_SCALE[0], RATING_SCALE[1] + 1))
CLIP_KINDS = ("exact", "mean-of-crops")


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
        TrainingError: the index is missing, lacks a column, names no photograph or one twice, or
            a feature row is not a number.
    """
    found: dict[str, IndexRow] = {}
    for row in read_table(data / "index.csv", ("shard", "file", "clip_kind", "clip_row")):
        file = row.text("file")
        if file in found:
            raise row.defect(f"{file} has a line already")
        clip_row = row.count("clip_row") if row.cells["clip_row"].strip() else -1
        found[file] = IndexRow(row.text("shard"), file, _clip_kind(row), clip_row)
    if not found:
        raise TrainingError("index.csv names no photograph.")
    return tuple(found.values())


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
    rows = list(read_table(data / "oasis.csv", ("file", "theme", "beauty_mean")))
    ratings = read_raters(data)
    if ratings.shape[1] != len(rows):
        raise TrainingError(
            f"oasis-raters.npz has ratings for {ratings.shape[-1]} photographs, "
            f"oasis.csv names {len(rows)}."
        )
    histogram = rating_histogram(ratings)
    mean = np.array([row.number("beauty_mean", *RATING_SCALE) for row in rows], np.float32)
    for row, own, told in zip(rows, mean, histogram @ np.array(BINS, np.float32), strict=True):
        if abs(own - told) > 0.01:
            raise row.defect(f"the mean rating {own:g} is not that of the raters, {told:.4g}")
    return RatedPhotos(
        files=tuple(row.text("file") for row in rows),
        groups=tuple(row.text("theme") for row in rows),
        bins=BINS,
        mean=mean,
        histogram=histogram,
        parts=("",) * len(rows),
    )


def read_raters(data: Path) -> NDArray[np.int64]:
    """What each rater said (raters, N) of each rated photograph, 1 to 7; 0 for "not rated".

    Raises:
        TrainingError: the file is missing or holds no such table.
    """
    ratings = read_arrays(data / "oasis-raters.npz", ("ratings",))[0]
    if ratings.ndim != 2:
        raise TrainingError("oasis-raters.npz holds no table of raters and photographs.")
    return ratings.astype(np.int64)


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


def _clip_kind(row: Row) -> str:
    kind = row.cells["clip_kind"].strip()
    has_row = bool(row.cells["clip_row"].strip())
    if has_row and kind not in CLIP_KINDS:
        raise row.defect(f'clip_kind is "{kind}", not one of {", ".join(CLIP_KINDS)}')
    if kind in CLIP_KINDS and not has_row:
        raise row.defect(f"clip_kind is {kind}, but clip_row is empty")
    return kind if has_row else ""
