"""Photographs with human ratings, whatever set they were read from."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError, printable

logger = logging.getLogger(__name__)

TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True, slots=True)
class RatedPhotos:
    """N photographs with human ratings on a scale of K bins, in the order of their table."""

    files: tuple[str, ...]  # below the folder of the set, with forward slashes
    groups: tuple[str, ...]  # photographs of one group must not stand on both sides of a split
    bins: tuple[float, ...]  # (K,) ascending: what a rater could choose
    mean: NDArray[np.float32]  # (N,) mean rating
    histogram: NDArray[np.float32]  # (N, K) share of the raters who chose each bin
    parts: tuple[str, ...]  # TRAIN, VALIDATION or TEST as published, "" where nothing is said
    has_votes: bool = True  # False: only the mean is known, and the histogram says no more

    @property
    def scale(self) -> tuple[float, float]:
        """The lowest and the highest possible rating."""
        return self.bins[0], self.bins[-1]

    def only(self, rows: Sequence[int] | NDArray[np.intp]) -> "RatedPhotos":
        """The photographs at some rows."""
        return replace(
            self,
            files=tuple(self.files[row] for row in rows),
            groups=tuple(self.groups[row] for row in rows),
            parts=tuple(self.parts[row] for row in rows),
            mean=self.mean[rows],
            histogram=self.histogram[rows],
        )

    def rows_of(self, part: str) -> NDArray[np.intp]:
        """The rows that the publisher assigns to a part."""
        return np.array([row for row, own in enumerate(self.parts) if own == part], np.intp)


@dataclass(frozen=True, slots=True)
class PersonalRatings:
    """M single ratings: which person gave which photograph which score."""

    users: tuple[str, ...]
    user: NDArray[np.intp]  # (M,) index into users
    photo: NDArray[np.intp]  # (M,) row of the RatedPhotos they belong to
    score: NDArray[np.float32]  # (M,) on the scale of the RatedPhotos


class RatedPhoto(NamedTuple):
    """One photograph as a loader has read it."""

    file: str
    group: str
    mean: float
    shares: tuple[float, ...]
    part: str = ""


def gathered(
    photos: Sequence[RatedPhoto], bins: tuple[float, ...], *, source: str, has_votes: bool = True
) -> RatedPhotos:
    """All photographs of a set together.

    Raises:
        TrainingError: there are none.
    """
    if not photos:
        raise TrainingError(f"{source} names no photograph.")
    return RatedPhotos(
        files=tuple(photo.file for photo in photos),
        groups=tuple(photo.group for photo in photos),
        bins=bins,
        mean=np.array([photo.mean for photo in photos], np.float32),
        histogram=np.array([photo.shares for photo in photos], np.float32),
        parts=tuple(photo.part for photo in photos),
        has_votes=has_votes,
    )


def with_photographs(rated: RatedPhotos, folder: Path, *, allow_missing: bool) -> RatedPhotos:
    """The ratings whose photographs are there.

    Args:
        rated: as read from the tables of the set.
        folder: that of the set.
        allow_missing: leave the others out, saying how many, instead of refusing.

    Raises:
        TrainingError: photographs are missing and that is not allowed, or none is there.
    """
    parents = {os.path.dirname(file) for file in rated.files}  # noqa: PTH120  posix names
    there = {f"{parent}/{name}" for parent in parents for name in _names(folder / parent)}
    rows = [row for row, file in enumerate(rated.files) if file in there]
    absent = len(rated.files) - len(rows)
    if not absent:
        return rated
    first = next(file for file in rated.files if file not in there)
    told = (
        f"{absent} of {len(rated.files)} rated photographs are missing in {printable(folder)}, "
        f"for instance {first}."
    )
    if not rows or not allow_missing:
        raise TrainingError(told, hint="" if not rows else "They can be left out on request.")
    logger.warning("%s They are left out.", told)
    return rated.only(rows)


def shares_around(mean: float, bins: Sequence[float]) -> tuple[float, ...]:
    """The narrowest distribution over `bins` with this mean: at most two neighbours share it.

    For sets that publish no votes: whatever spread one made up would be taken for a measured one.
    """
    upper = min(max(int(np.searchsorted(bins, mean)), 1), len(bins) - 1)
    high = (mean - bins[upper - 1]) / (bins[upper] - bins[upper - 1])
    shares = [0.0] * len(bins)
    shares[upper - 1], shares[upper] = 1.0 - high, high
    return tuple(shares)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  a quarter of a million names
    except OSError:
        return []
