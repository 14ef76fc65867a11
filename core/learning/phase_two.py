"""Phase 2 on any rated set: an aligned network learns to rate, and becomes a model that scores.

What teaches beside the labels is a larger aligned network, fine-tuned on them, or else the
committee of ridges on the student's own embedding. Groups of the rated set, or its published
test part, are put aside before anything is fitted.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.aligned_file import Aligned
from core.learning.distillation_source import Checked, Source, checked, opened
from core.learning.distilled_release import DistillationReport, release
from core.learning.end_to_end import FineTuning, Pictures, fine_tune
from core.learning.evaluation import FROZEN, predict
from core.learning.network_eye import Eye
from core.learning.requests import DistillationRequest
from core.learning.ridge import DistributionRidge, Opinion, ask_committee, fit_committee
from core.learning.semi_supervised import DistillationConfig, Targets, distil
from core.learning.student import Student
from core.learning.team import Team
from core.progress import Task

STUDENT = "student: labels and unlabelled photographs"
STUDENT_OF_LABELS = "student: labels only"
TEACHER = "larger network, fine-tuned on the labels (not shipped)"

_MOST_VIEWS = 40_000  # of the rated and of the unrated photographs; their features are kept
_VIEWS, _VIEWS_WITHOUT_RATING = 8, 2  # of a photograph, where they are not too many


def distil_network(request: DistillationRequest, task: Task, team: Team) -> DistillationReport:
    """Phase 2, with a check on what was put aside, down to the model folder.

    Args:
        request: equal requests, networks and photographs give equal models on one kind of machine.
        task: reports and cancels.
        team: a team of one, for its device.

    Raises:
        TrainingError: the networks, the photographs or what is left of an earlier run cannot be
            used.
        Cancelled: the task was stopped; the next call goes on.
    """
    if team.size > 1:
        raise TrainingError(
            "Phase 2 trains in one process.", hint="Start it without torchrun, on one device."
        )
    networks = checked(request)
    source = opened(request, networks, task)
    eye = Eye(source.frames, request.run, request.seed, task, team.device)
    work = _Work(request, networks, source, _config(request, source), eye, team)
    committee = work.committee()
    teacher = work.teacher()
    trained = work.student(committee, teacher)
    systems = work.held_out(committee, teacher, trained)
    return release(trained, systems, request, networks, source, eye)


@dataclass(frozen=True, slots=True)
class _Work:
    """The parts of phase 2, each of which the run folder keeps or that are made again alike."""

    request: DistillationRequest
    networks: Checked
    source: Source
    config: DistillationConfig
    eye: Eye
    team: Team

    def committee(self) -> list[DistributionRidge]:
        """Ridges from the aligned student's embedding to the ratings."""
        labelled = self._labelled("rated", self.networks.student)
        first = np.flatnonzero(np.diff(labelled.photo, prepend=-1))
        known = self.source.labelled
        return fit_committee(labelled.features.embedding[first], known.histogram, known.groups)

    def teacher(self) -> Student | None:
        """The larger network, fitted to the labels: its head, its last stage, then all of it."""
        aligned = self.networks.teacher
        if aligned is None:
            return None
        labelled = self._labelled("teacher-rated", aligned)
        config = replace(self.config, unlabelled_batch=0)
        begun = distil(aligned.student, labelled, labelled, config, self.eye.task)
        pictures = self.source.pictures
        return self._tuned(begun, pictures, aligned.size_px, config, "teacher")

    def student(self, committee: list[DistributionRidge], teacher: Student | None) -> Student:
        """The aligned student, taught by labels and by what is said of the other photographs."""
        aligned, source = self.networks.student, self.source
        labelled = unlabelled = self._labelled("rated", aligned)
        pictures = source.pictures
        if source.unlabelled:
            files = source.unlabelled
            each = _views(len(files), _VIEWS_WITHOUT_RATING)
            seen, photo = self.eye.look("unlabelled", aligned, files, each)
            first = np.flatnonzero(np.diff(photo, prepend=-1))
            opinion = self._opinion(committee, teacher, seen.embedding[first])
            weight = opinion.confidence if self.request.confidence else _ones(len(files))
            unlabelled = Targets(seen, photo, opinion.distributions, weight)
            pictures = Pictures(source.frames, files, opinion.distributions, weight)
        begun = distil(aligned.student, labelled, unlabelled, self.config, self.eye.task)
        return self._tuned(begun, pictures, aligned.size_px, self.config, "student")

    def held_out(
        self, committee: list[DistributionRidge], teacher: Student | None, trained: Student
    ) -> dict[str, NDArray[np.float32]]:
        """What each says of the photographs that were put aside; the shipped student last."""
        files, aligned = self.source.held_out_files, self.networks.student
        embedding = self.eye.whole("held-out", aligned, files).embedding
        said = {FROZEN: committee[0].distributions(embedding)}
        if teacher is not None and self.networks.teacher is not None:
            tuned = replace(self.networks.teacher, student=teacher)
            said[TEACHER] = predict(teacher, self.eye.whole("teacher-held-out", tuned, files))
        shipped = self.eye.whole("shipped-held-out", replace(aligned, student=trained), files)
        name = STUDENT if self.source.unlabelled else STUDENT_OF_LABELS
        return said | {name: predict(trained, shipped)}

    def _labelled(self, name: str, aligned: Aligned) -> Targets:
        files = self.source.labelled_files
        views, photo = self.eye.look(name, aligned, files, _views(len(files), _VIEWS))
        return Targets(views, photo, self.source.labelled.histogram, _ones(len(files)))

    def _opinion(
        self,
        committee: list[DistributionRidge],
        teacher: Student | None,
        embedding: NDArray[np.float32],
    ) -> Opinion:
        """Of the unlabelled photographs, whose aligned embeddings (N, D) are given.

        How sure a larger network is, a committee on its own embedding tells.
        """
        if teacher is None or self.networks.teacher is None:
            return ask_committee(committee, embedding)
        source, tuned = self.source, replace(self.networks.teacher, student=teacher)
        known = self.eye.whole("teacher-tuned-rated", tuned, source.labelled_files)
        seen = self.eye.whole("teacher-unlabelled", tuned, source.unlabelled)
        own = fit_committee(known.embedding, source.labelled.histogram, source.labelled.groups)
        said = ask_committee(own, seen.embedding)
        return replace(said, distributions=predict(teacher, seen))

    def _tuned(
        self,
        begun: Student,
        unlabelled: Pictures,
        size_px: int,
        config: DistillationConfig,
        name: str,
    ) -> Student:
        """With all layers fitted, if that is asked for."""
        if not self.request.fine_tune:
            return begun
        return fine_tune(
            begun,
            self.source.pictures,
            unlabelled,
            size_px,
            config,
            FineTuning(self.request.fine_tune),
            f"{name}: all layers",
            self.request.run / name,
            self.eye.task,
            self.team,
        )


def _config(request: DistillationRequest, source: Source) -> DistillationConfig:
    default = DistillationConfig()
    low, high = source.labelled.scale
    step = (high - low) / (len(source.labelled.bins) - 1)
    return replace(
        default,
        steps=request.steps,
        unlabelled_batch=default.unlabelled_batch if source.unlabelled else 0,
        confidence_weighted=request.confidence,
        ranking_weight=request.ranking,
        ranking_margin=default.ranking_margin * step,
        seed=request.seed,
    )


def _views(photographs: int, wanted: int) -> int:
    return max(1, min(wanted, _MOST_VIEWS // max(1, photographs)))


def _ones(count: int) -> NDArray[np.float32]:
    return np.ones(count, np.float32)
