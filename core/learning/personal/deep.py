"""The deep arm: the student itself learns one photographer's taste, and what came of it.

Every photo is looked at once. Then, for each fold of the marks and for all of them, a teacher
learner is fitted, says what it thinks of the unmarked photos, and the student's last stage and
head learn both. Nothing is written: whoever cancels it, or kills the program, loses nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from core.errors import TrainingError
from core.learning.evaluation import predict
from core.learning.personal.deep_result import STAGE, DeepResult
from core.learning.personal.deep_time import share_of_looking
from core.learning.personal.fine_tuning import FineTuning, Lesson, fine_tuned
from core.learning.personal.seen import Pictures, Seen, look
from core.learning.personal.share_of_task import WHOLE, ShareOfTask
from core.learning.personal.teacher_learner import Marks, ask_corrections, fit_corrections
from core.learning.shipped_student import ShippedStudent, load_shipped
from core.learning.student import Student
from core.progress import Task

_TAUGHT = 0.98  # of the stage, when all that is left to do is to rate the photos


@dataclass(frozen=True, slots=True)
class DeepConfig:
    """Everything that decides the outcome, beside the photos and the marks."""

    tuning: FineTuning = field(default_factory=FineTuning)
    generic_pull: float = 0.2  # share of the generic prediction in what unmarked photos should get
    threads: int = 2


def learn_deep(
    model: Path,
    pictures: Pictures,
    marked: Sequence[int],
    targets: NDArray[np.float32],
    weights: NDArray[np.floating],
    folds: NDArray[np.intp],
    unmarked: Sequence[int],
    config: DeepConfig,
    task: Task,
) -> DeepResult:
    """Teach the shipped student one photographer's taste.

    Args:
        model: folder of the shipped model.
        pictures: gives the input pictures (n, S, S, 3) of rows; what it raises ends the work.
        marked: rows of the marked photos (N).
        targets: what each should get, as shares (N, K) of the model's bins.
        weights: how much each counts (N,), none below 0 and some above.
        folds: (N,) equal numbers are judged together, by a model that saw none of them.
        unmarked: rows of the other photos (M); none is allowed.
        config: equal settings and inputs give equal models on one machine.
        task: reports the stage "deep"; cancels.

    Raises:
        TrainingError: the model cannot be trained further, or there is nothing to learn from.
        Cancelled: the task was stopped.
    """
    if not marked or not weights.sum() > 0:
        raise TrainingError("There is no marked photo to learn from.", hint="Rate some photos.")
    with _threads(config.threads):
        shipped = load_shipped(model)
        photos = len(marked) + len(unmarked)
        looked = share_of_looking(photos, len(np.unique(folds)))
        split = looked * len(marked) / photos
        known = look(shipped, pictures, marked, ShareOfTask(task, STAGE, 0, split))
        others = look(shipped, pictures, unmarked, ShareOfTask(task, STAGE, split, looked))
        learner = DeepLearner(shipped, known, others, config)
        return learner.result(targets, weights, folds, looked, task)


@dataclass(frozen=True, slots=True)
class DeepLearner:
    """The deep arm on photos that were looked at."""

    shipped: ShippedStudent
    known: Seen
    others: Seen
    config: DeepConfig

    def result(
        self,
        wanted: NDArray[np.float32],
        weights: NDArray[np.floating],
        folds: NDArray[np.intp],
        looked: float,
        task: Task,
    ) -> DeepResult:
        """All of `learn_deep` but the looking, which was the share `looked` of the task."""
        marks = Marks(self.known.described, self.known.generic, wanted, weights, folds)
        everything, different = np.arange(len(wanted)), np.unique(folds)
        held_out = self._ratings(self.known.generic)
        held_out -= self._level(self.shipped.student)
        step = (_TAUGHT - looked) / (len(different) + 1)
        for turn, fold in enumerate(different):
            start = looked + turn * step
            rows, left_out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            if not weights[rows].sum() > 0:
                continue  # nothing is known without it, so nothing but the generic rating
            student = self.taught(marks, rows, ShareOfTask(task, STAGE, start, start + step))
            held_out[left_out] = self._rated(student, self.known, left_out) - self._level(student)
        last = ShareOfTask(task, STAGE, _TAUGHT - step, _TAUGHT)
        student = _rounded(self.taught(marks, everything, last))
        found = DeepResult(
            held_out + self._level(student),
            self._rated(student, self.known, everything),
            self._rated(student, self.others, np.arange(len(self.others))),
            self._content(student),
        )
        task.report(STAGE, WHOLE, WHOLE)
        return found

    def _level(self, student: Student) -> float:
        """What a model gives on average, to photos that no mark tells about.

        A photographer's mean mark is learned too. Without the best shoot it is lower, so the
        model that is to judge the best shoot would put all of it below the others. The model
        that ships has one level, so those of the folds are brought to it before they are compared.
        """
        seen = self.others if len(self.others) else self.known
        return float(self._rated(student, seen, np.arange(len(seen))).mean())

    def taught(self, marks: Marks, rows: NDArray[np.intp], task: Task) -> Student:
        """The student after it has learned from some of the marks and from all other photos."""
        chosen = marks.rows(rows)
        known, others, config = self.known, self.others, self.config
        opinion = ask_corrections(fit_corrections(chosen), others.described, others.generic)
        # The distance is a square, so pulling towards two distributions is pulling to their mean.
        blended = opinion.distributions + config.generic_pull * (
            others.generic - opinion.distributions
        )
        return fine_tuned(
            self.shipped.student,
            Lesson(known.some(rows), chosen.wanted, chosen.weight),
            Lesson(others, blended, opinion.confidence),
            config.tuning,
            task,
        )

    def _rated(self, student: Student, seen: Seen, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return self._ratings(predict(student, seen.views.rows(rows)) if len(rows) else seen.generic)

    def _ratings(self, distributions: NDArray[np.float32]) -> NDArray[np.float64]:
        bins = np.array(self.shipped.student.shape.bins)
        ratings: NDArray[np.float64] = distributions.astype(np.float64) @ bins
        return ratings

    def _content(self, student: Student) -> bytes:
        """What differs from the shipped model."""
        before = self.shipped.initialisers(self.shipped.student)
        after = self.shipped.initialisers(student)
        changed = {
            name: value.astype(np.float16, order="C")
            for name, value in after.items()
            if not np.array_equal(value, before[name])
        }
        content: bytes = save(changed, {"made_for": self.shipped.sha256})
        return content


def _rounded(student: Student) -> Student:
    """Its trained numbers as the file will hold them, so that both say the same."""
    with torch.no_grad():
        for part in student.upper_parts():
            for weight in part.parameters():
                weight.copy_(weight.half())
    return student


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let torch use so many threads, in this thread of the program alone."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
