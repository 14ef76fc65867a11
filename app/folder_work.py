"""What happens to a folder once it is opened: scan, read details, score, one after another."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Job, JobRunner, Lane
from core.errors import PhotoReadError, printable
from core.photo import Filter
from core.services.import_folder import Importer, ImportReport
from core.services.score import ScoreReport, Scoring


class FolderWork(QObject):
    """Runs the long jobs of the folder that is open; opening another ends those of the last."""

    imported = Signal(ImportReport)
    import_ended = Signal()  # whether it succeeded or not
    scored = Signal(ScoreReport)
    problems_changed = Signal(int)

    def __init__(
        self, importer: Importer, scoring: Scoring, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._importer = importer
        self._scoring = scoring
        self._jobs = jobs
        self._scope = Filter()
        self._import_job: Job | None = None
        self._score_job: Job | None = None
        self._problems: dict[str, str] = {}

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Files of this folder that could not be read, and why."""
        return tuple(self._problems.items())

    @property
    def importing(self) -> bool:
        """Whether the folder is still being looked through."""
        return self._import_job is not None

    def open(self, folder: Path, *, recursive: bool) -> None:
        """Look through a folder, then score what has no score yet."""
        self.stop()
        self._scope = Filter(folder=folder, recursive=recursive)
        self._problems.clear()
        self.problems_changed.emit(0)
        job = self._jobs.submit(
            Lane.IMPORT,
            f"Opening {printable(folder.name) or printable(folder)}",
            lambda task: self._importer.import_folder(folder, recursive=recursive, task=task),
        )
        self._import_job = job
        job.succeeded.connect(lambda report: self._import_succeeded(job, report))
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
        job.finished.connect(lambda: self._score_finished(job))

    def stop(self) -> None:
        """Cancel what runs for the folder."""
        for job in (self._import_job, self._score_job):
            if job is not None:
                job.cancel()
        self._import_job = self._score_job = None

    def _import_succeeded(self, job: Job, report: ImportReport) -> None:
        if self._import_job is not job:
            return  # another folder was opened meanwhile
        for problem in report.problems:
            self._problems[printable(problem.path)] = problem.reason
        self.problems_changed.emit(len(self._problems))
        self.imported.emit(report)

    def _import_finished(self, job: Job) -> None:
        if self._import_job is job:
            self._import_job = None
            self.import_ended.emit()

    def _score_succeeded(self, job: Job, report: ScoreReport) -> None:
        if self._score_job is not job:
            return
        for error in report.failed:
            self._remember(error)
        self.problems_changed.emit(len(self._problems))
        self.scored.emit(report)

    def _score_finished(self, job: Job) -> None:
        if self._score_job is job:
            self._score_job = None

    def _remember(self, error: PhotoReadError) -> None:
        self._problems[printable(error.path)] = error.reason
