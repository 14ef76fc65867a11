"""The deep arm over the catalogue: which photos the student is shown, and what it should say."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.errors import PhotoReadError
from core.learning.personal.apart import Lessons, learn_apart
from core.learning.personal.deep_time import expected_seconds
from core.library.library import Library
from core.photo import Photo, PhotoId
from core.progress import Task
from core.services.catalogued import Catalogued
from core.services.previews import Previews, Priority
from core.taste.evidence import Evidence
from core.taste.marks import levels
from core.taste.trial import MOST_FOLDS, trial_folds
from core.vision.manifest import Manifest
from core.vision.student import Student

if TYPE_CHECKING:
    from core.learning.personal.deep import DeepConfig

_STAGE = "read"
_MOST_UNMARKED = 2000  # photos without a mark; more would take time and teach little
_AHEAD = 16  # previews that are decoded while one is waited for
_MOST_THREADS = 4

Content = tuple[int, int]  # size and time of a file, by which another content is told


@dataclass(frozen=True, slots=True)
class DeepTaste:
    """What the deep arm learned."""

    held_out: npt.NDArray[np.float64]  # (N,) of the marked photos, by models that did not see them
    ratings: Mapping[PhotoId, float]  # of the photos it was shown, by the model from all marks
    seen: Mapping[PhotoId, Content]  # what these were then
    content: bytes


@dataclass(frozen=True, slots=True)
class DeepArm:
    """Shows the student photos of the catalogue."""

    library: Library
    previews: Previews
    student: Callable[[], Student]
    model_folder: Path

    def learn(
        self, known: Catalogued, evidence: Evidence, manifest: Manifest, task: Task
    ) -> DeepTaste | None:
        """Teach the student the marks; stages "read" and "deep".

        A marked photo whose picture is out of reach is judged as the model for everybody does.

        Args:
            known: the catalogue.
            evidence: its marked photos, in order.
            manifest: of the model that is taught.
            task: reports and cancels.

        Returns:
            None if the picture of no marked photo can be had.

        Raises:
            TrainingError: the model cannot be trained further.
            Cancelled: the task was asked to stop.
        """
        others = np.flatnonzero(~known.is_marked & known.online)
        if len(others) > _MOST_UNMARKED:
            drawn = np.random.default_rng(0).choice(others, _MOST_UNMARKED, replace=False)
            others = np.sort(drawn)
        photos, pictures = self._pictures([*known.marked, *others], known, task)
        place = {row: number for number, row in enumerate(known.marked)}
        marked = [row for row in pictures if row in place]
        unmarked = [row for row in pictures if row not in place]
        if not marked:
            return None
        here = np.array([place[row] for row in marked], dtype=np.intp)
        student = self.student()
        lessons = Lessons(
            model=self.model_folder,
            marked=marked,
            targets=wanted_distributions(known, evidence, manifest)[here],
            weights=np.ones(len(marked)),
            folds=trial_folds(evidence)[here],
            unmarked=unmarked,
            config=deep_config,
        )
        result = learn_apart(
            lessons, lambda rows: student.pictures([pictures[row] for row in rows]), task
        )
        held_out = evidence.frames.generic.copy()
        held_out[here] = result.held_out
        rated = zip([*marked, *unmarked], [*result.marked, *result.unmarked], strict=True)
        return DeepTaste(
            held_out,
            {known.ids[row]: float(rating) for row, rating in rated},
            {known.ids[row]: content_of(photos[known.ids[row]]) for row in pictures},
            result.content,
        )

    def _pictures(
        self, rows: Sequence[int], known: Catalogued, task: Task
    ) -> tuple[Mapping[PhotoId, Photo], dict[int, bytes]]:
        """The previews of rows, as JPEG; those that cannot be had are left out."""
        with self.library.transaction() as tx:
            photos = tx.photos.get([known.ids[row] for row in rows])
        found: dict[int, bytes] = {}
        for start in range(0, len(rows), _AHEAD):
            task.report(_STAGE, start, len(rows))
            asked = {
                row: self.previews.thumbnail(photos[known.ids[row]], Priority.BACKGROUND)
                for row in rows[start : start + _AHEAD]
                if known.ids[row] in photos
            }
            for row, preview in asked.items():
                try:
                    found[row] = preview.result()
                except PhotoReadError:  # away or damaged; the catalogue says so by now
                    continue
        task.report(_STAGE, len(rows), len(rows))
        return photos, found


def deep_seconds(marked: int, others: int, shoots: int) -> float:
    """About how long the deep arm takes for so many photos, where nothing else uses the cores."""
    return expected_seconds(marked + min(others, _MOST_UNMARKED), min(shoots, MOST_FOLDS))


def deep_config() -> "DeepConfig":
    """How the student is taught, on as many cores as help."""
    from core.learning.personal.deep import DeepConfig

    return DeepConfig(threads=min(_MOST_THREADS, os.cpu_count() or 1))


def content_of(photo: Photo) -> Content:
    """What a file was when it was looked at."""
    return photo.size_bytes, photo.mtime_ns


def wanted_distributions(
    known: Catalogued, evidence: Evidence, manifest: Manifest
) -> npt.NDArray[np.float32]:
    """What each marked photo should get, as shares (N, K) of the model's bins.

    A mark is a place among the photographer's photos, so it becomes the rating at that place
    of the model's own; around it, the neighbouring bins share as the model usually does.
    """
    generic = known.frames.generic
    ratings = generic.mean() + generic.std() * levels(evidence)
    edges = (manifest.bins[1:] + manifest.bins[:-1]) / 2
    ratings = np.clip(ratings, manifest.bins[0], manifest.bins[-1])
    deviation = max(known.deviation, float(np.diff(manifest.bins).min()) / 2)
    below = np.array(
        [[NormalDist(rating, deviation).cdf(edge) for edge in edges] for rating in ratings]
    )
    ends = np.zeros((len(ratings), 1)), np.ones((len(ratings), 1))
    return np.diff(np.hstack([ends[0], below, ends[1]]), axis=1).astype(np.float32)
