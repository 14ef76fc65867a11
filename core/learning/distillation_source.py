"""What phase 2 starts from: aligned networks and photographs, all of it checked beforehand."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError, printable
from core.learning.aligned_file import Aligned, read_aligned
from core.learning.data.frames import Frames
from core.learning.data.rated_photos import TEST, RatedPhotos
from core.learning.data.rated_sets import SHARDED, read_rated_set, shards_of
from core.learning.data.several_folders import (
    JoinedFrames,
    list_folders,
    numbered,
    open_folders,
)
from core.learning.data.shards import open_frames
from core.learning.data.splits import labelled_rows, parts_by_group
from core.learning.end_to_end import Pictures
from core.learning.requests import DistillationRequest
from core.learning.run_folder import claim
from core.progress import Task

_HELD_OUT_SHARE = 0.2  # of the photographs, in whole groups, where no test part is published
_RATED = "rated"  # the part of the rated photographs among all


@dataclass(frozen=True, slots=True)
class Checked:
    """Networks and ratings of a request that has nothing wrong with it."""

    student: Aligned
    teacher: Aligned | None
    rated: RatedPhotos


@dataclass(frozen=True, slots=True)
class Source:
    """The photographs by what is known of them; the files of all are those of `frames`."""

    frames: Frames
    labelled: RatedPhotos
    held_out: RatedPhotos
    unlabelled: tuple[str, ...]

    @property
    def labelled_files(self) -> tuple[str, ...]:
        return _named(self.labelled)

    @property
    def held_out_files(self) -> tuple[str, ...]:
        return _named(self.held_out)

    @property
    def pictures(self) -> Pictures:
        """Those with labels."""
        weight = np.ones(len(self.labelled.files), np.float32)
        return Pictures(self.frames, self.labelled_files, self.labelled.histogram, weight)

    @property
    def is_published(self) -> bool:
        """Whether the publisher of the set chose what is put aside."""
        return TEST in self.held_out.parts


def checked(request: DistillationRequest) -> Checked:
    """Look at everything that can be wrong, before anything is computed.

    Raises:
        TrainingError: something is, or the run folder belongs to another request.
    """
    if Path(request.name).name != request.name:
        raise TrainingError(f"{request.name} cannot be the name of a folder.")
    target = request.out / request.name
    if target.exists() and not (target / "manifest.json").is_file():
        raise TrainingError(
            f"{printable(target)} is there already and is no model, so it is not replaced.",
            hint="Choose another --name or --out.",
        )
    rated = read_rated_set(request.rated, request.layout, allow_missing=request.allow_missing)
    student = read_aligned(request.aligned, rated.bins)
    teacher = None
    if request.teacher_run is not None:
        teacher = read_aligned(request.teacher_run, rated.bins)
    list_folders(numbered(request.photos))
    _split(rated, request)
    told = request.described() | {"the aligned network": student.sha256}
    if teacher is not None:
        told["the teacher's network"] = teacher.sha256
    claim(request.run, "train distill", told)
    return Checked(student, teacher, rated)


def _split(
    rated: RatedPhotos, request: DistillationRequest
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows with labels, rows whose labels are not looked at, and rows that are put aside."""
    held_out = rated.rows_of(TEST)
    if not len(held_out):
        shares = (1 - _HELD_OUT_SHARE, 0.0, _HELD_OUT_SHARE)
        held_out = np.flatnonzero(parts_by_group(rated.groups, shares, request.seed) == 2)
    others = np.setdiff1d(np.arange(len(rated.files)), held_out)
    labelled = labelled_rows(rated.groups, others, request.label_share, request.seed)
    if len(labelled) < 2:
        raise TrainingError(
            f"{len(labelled)} photograph with a rating is too little to learn from.",
            hint="Raise --label-share.",
        )
    return labelled, np.setdiff1d(others, labelled), held_out


def opened(request: DistillationRequest, found: Checked, task: Task) -> Source:
    """The photographs, decoded into the run folder.

    Raises:
        TrainingError: one cannot be decoded, or there is no room for them.
    """
    rated, cache = found.rated, request.run / "frames"
    networks = (found.student, found.teacher)
    short_side_px = max(one.size_px for one in networks if one is not None)
    parts: dict[str, Frames] = {}
    folders = numbered(request.photos)
    listed = list_folders(folders)
    if request.layout == SHARDED:
        shards = shards_of(request.rated, rated)
        parts[_RATED] = open_frames(request.rated, shards, cache / _RATED, task)
    else:
        folders, listed = {_RATED: request.rated, **folders}, {_RATED: rated.files, **listed}
    files, others = open_folders(
        folders,
        listed,
        cache,
        task,
        short_side_px=short_side_px,
        skip_damaged=request.skip_damaged,
    )
    parts |= others
    if request.layout != SHARDED:
        there = {file.partition("/")[2] for file in files if file.startswith(f"{_RATED}/")}
        rated = rated.only([row for row, file in enumerate(rated.files) if file in there])
    labelled, unrated, held_out = _split(rated, request)
    unknown = [file for file in files if not file.startswith(f"{_RATED}/")]
    return Source(
        JoinedFrames(parts),
        rated.only(labelled),
        rated.only(held_out),
        (*_named(rated.only(unrated)), *unknown),
    )


def _named(rated: RatedPhotos) -> tuple[str, ...]:
    return tuple(f"{_RATED}/{file}" for file in rated.files)
