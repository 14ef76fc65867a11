"""What happens to a folder once it is opened: scan, read details, score, one after another."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Job, JobRunner, Lane
from core.errors import printable
from core.photo import FileState, Filter, Photo, Query, SortKey
from core.progress import Task
from core.services.browse import Browse
from core.services.import_folder import Importer, ImportReport
from core.services.score import ScoreReport, Scoring


@dataclass(frozen=True, slots=True)
class _Import:
    """What a look through the folder found."""

    report: ImportReport
    unreadable: tuple[Photo, ...]  # also those that were found out earlier


class FolderWork(QObject):
    """Runs the long jobs of the folder that is open; opening another ends those of the last."""

    imported = Signal(ImportReport)
    import_ended = Signal()  # whether it succeeded or not
    import_stopped = Signal()  # by the user
    scored = Signal(ScoreReport)
    scoring_stopped = Signal()  # by the user

    def __init__(
        self,
        importer: Importer,
        scoring: Scoring,
        browse: Browse,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._importer = importer
        self._scoring = scoring
        self._browse = browse
        self._jobs = jobs
        self._scope = Filter()
        self._import_job: Job | None = None
        self._score_job: Job | None = None
        self._again = False  # more waits for a score than when the run began
        self._problems: dict[str, str] = {}

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Files of this folder that could not be read, and why."""
        return tuple(self._problems.items())

    @property
    def importing(self) -> bool:
        """Whether the folder is still being looked through."""
        return self._import_job is not None

    def enter(self, folder: Path) -> Path:
        """The one place of a folder that links may lead to. Asks the disk."""
        return self._importer.enter(folder)

    def open(self, folder: Path, *, recursive: bool) -> None:
        """Look through a folder, then score what has no score yet."""
        self.stop()
        self._scope = Filter(folder=folder, recursive=recursive)
        self._problems.clear()
        job = self._jobs.submit(
            Lane.IMPORT,
            f"Opening {printable(folder.name) or printable(folder)}",
            lambda task: self._import(folder, recursive, task),
        )
        self._import_job = job
        job.succeeded.connect(lambda found: self._import_succeeded(job, found))
        job.cancelled.connect(lambda: self._import_cancelled(job))
        job.finished.connect(lambda: self._import_finished(job))

    def score(self) -> None:
        """Score the photos of the folder that have no score; goes on where it was stopped."""
        scope = self._scope
        if scope.folder is None or self._score_job is not None:
            return
        job = self._jobs.submit(
            Lane.COMPUTE, "Scoring", lambda task: self._scoring.score(scope, task)
        )
        self._score_job = job
        job.succeeded.connect(lambda report: self._score_succeeded(job, report))
        job.cancelled.connect(lambda: self._score_cancelled(job))
        job.finished.connect(lambda: self._score_finished(job))

    def score_again(self) -> None:
        """Score what waits by now: after the run that goes on, if one does."""
        if self._score_job is None:
            self.score()
        else:
            self._again = True

    def stop(self) -> None:
        """Cancel what runs for the folder."""
        self._again = False
        for job in (self._import_job, self._score_job):
            if job is not None:
                job.cancel()
        self._import_job = self._score_job = None

    def _import(self, folder: Path, recursive: bool, task: Task) -> _Import:
        """Runs on a worker."""
        report = self._importer.import_folder(folder, recursive=recursive, task=task)
        bad = Filter(folder, recursive, states=frozenset({FileState.UNREADABLE, FileState.DAMAGED}))
        unreadable = self._browse.photos(self._browse.ids(Query(bad, SortKey.NAME)))
        return _Import(report, tuple(unreadable.values()))

    def _import_succeeded(self, job: Job, found: _Import) -> None:
        if self._import_job is not job:
            return  # another folder was opened meanwhile
        for problem in found.report.problems:
            self._problems[printable(problem.path)] = problem.reason
        for photo in found.unreadable:
            self._problems[printable(photo.path)] = photo.problem
        self.imported.emit(found.report)

    def _import_cancelled(self, job: Job) -> None:
        if self._import_job is job:  # else another folder ended it
            self.import_stopped.emit()

    def _import_finished(self, job: Job) -> None:
        if self._import_job is job:
            self._import_job = None
            self.import_ended.emit()

    def _score_succeeded(self, job: Job, report: ScoreReport) -> None:
        if self._score_job is not job:
            return
        for error in report.failed:
            self._problems[printable(error.path)] = error.reason
        self.scored.emit(report)

    def _score_cancelled(self, job: Job) -> None:
        if self._score_job is job:
            self._again = False
            self.scoring_stopped.emit()

    def _score_finished(self, job: Job) -> None:
        if self._score_job is not job:
            return
        self._score_job = None
        if self._again:
            self._again = False
            self.score()
