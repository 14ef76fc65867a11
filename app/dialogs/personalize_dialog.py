"""Personalize: what it learns from, the learning, the verdict, and the models one keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.dialogs.learning_pages import ProblemPage, RunningPage, StartPage
from app.dialogs.profiles_page import ProfilesPage
from app.dialogs.verdict_page import VerdictPage
from app.jobs import Job, JobRunner, Lane
from app.panels.photo_tiles import TilePictures
from app.personalizing import Personalizing
from core.errors import CoreError, NotEnoughRatingsError
from core.photo import Photo, PhotoId
from core.progress import Progress, Task
from core.services.browse import Browse
from core.services.personalize import Personalize, Proposal, Readiness

_SIZE_PX = QSize(700, 420)
_LEAST_HEIGHT_PX = 320
_VERDICT_PX = QSize(900, 730)  # where the screen has room
_SHARE_OF_SCREEN = 0.9


class Step(Enum):
    """Where the user is."""

    START = auto()
    RUNNING = auto()
    VERDICT = auto()
    PROBLEM = auto()


@dataclass(frozen=True, slots=True)
class Learned:
    """A proposal and the photos that it moves most."""

    proposal: Proposal
    photos: Mapping[PhotoId, Photo]


class PersonalizeDialog(QDialog):
    """Not modal: the cull goes on beside it.

    Closed while it learns or before a verdict is decided on, it only hides: it comes back with
    the verdict, which only Discard or Use end.
    """

    suggestions_asked = Signal()
    photo_chosen = Signal(object, object)  # PhotoId, Learned that it belongs to

    def __init__(
        self,
        personalize: Personalize,
        personalizing: Personalizing,
        browse: Browse,
        pictures: TilePictures,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._personalize = personalize
        self._personalizing = personalizing
        self._browse = browse
        self._jobs = jobs
        self._job: Job | None = None
        self._has_begun = False  # the job is no longer queued
        self._learned: Learned | None = None
        self._step = Step.START
        self.start = StartPage(self)
        self.running = RunningPage(self)
        self.verdict = VerdictPage(self)
        self.problem = ProblemPage(self)
        self.profiles = ProfilesPage(personalizing, self)
        self._pictures = pictures  # outlives the dialog, as what is under way may
        self._pages = QStackedWidget(self)
        self._tabs = QTabWidget(self)
        self._build()
        self._enter(Step.START)

    @property
    def step(self) -> Step:
        """Where the user is."""
        return self._step

    def show_readiness(self, readiness: Readiness) -> None:
        """Ratings have changed."""
        self.start.show_readiness(readiness)

    def show_models(self) -> None:
        """Begin with the models one keeps."""
        self._tabs.setCurrentWidget(self.profiles)

    def learn(self, *, deep: bool) -> None:
        """Learn in the background; the verdict follows."""
        self.running.begin()
        self._enter(Step.RUNNING)
        self._has_begun = False
        job = self._jobs.submit(
            Lane.COMPUTE,
            self.tr("Personalizing"),
            lambda task: self._learn(task, deep),
            told_by_owner=True,
        )
        self._job = job
        job.progressed.connect(lambda progress: self._on_progress(job, progress))
        job.succeeded.connect(lambda learned: self._on_learned(job, learned))
        job.failed.connect(lambda error: self._on_failed(job, error))
        job.cancelled.connect(lambda: self._on_cancelled(job))

    def reject(self) -> None:
        """Close, Escape and the window's own button. `finished` follows unless something waits."""
        if self._step in (Step.RUNNING, Step.VERDICT):
            self.hide()
            return
        self._pictures.fetch(())
        super().reject()

    def _learn(self, task: Task, deep: bool) -> Learned:
        """Runs on a worker."""
        task.report("read", 0)  # its turn has come, unless it was stopped before
        proposal = self._personalize.learn(task, deep=deep)
        moved = [move.id for move in (*proposal.up, *proposal.down)]
        return Learned(proposal, self._browse.photos(moved))

    def _enter(self, step: Step) -> None:
        self._step = step
        pages: dict[Step, StartPage | RunningPage | VerdictPage | ProblemPage] = {
            Step.START: self.start,
            Step.RUNNING: self.running,
            Step.VERDICT: self.verdict,
            Step.PROBLEM: self.problem,
        }
        page = pages[step]
        self._pages.setCurrentWidget(page)
        if self._tabs.currentWidget() is self._pages:
            page.take_focus()

    def _stop(self) -> None:
        job = self._job
        if job is None:
            return
        job.cancel()
        if self._has_begun:
            self.running.say_stopping()
        else:  # it would stop only when its turn comes, and nothing has been done yet
            self._job = None
            self._enter(Step.START)

    def _on_progress(self, job: Job, progress: Progress) -> None:
        if job is self._job:
            self._has_begun = True
            self.running.show_progress(progress)

    def _on_learned(self, job: Job, learned: Learned) -> None:
        if job is not self._job:
            return
        self._job = None
        self._learned = learned
        self.verdict.show_proposal(learned.proposal, learned.photos, self._free_name())
        self._pictures.fetch(self.verdict.moves.tiles)
        self._enter(Step.VERDICT)
        room = self.screen().availableSize() * _SHARE_OF_SCREEN
        wanted = _VERDICT_PX if learned.photos else _SIZE_PX
        self.resize(self.size().expandedTo(wanted.boundedTo(room)))
        self._come_back()

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is not self._job:
            return
        self._job = None
        few = isinstance(error, NotEnoughRatingsError)
        if isinstance(error, CoreError):
            self.problem.explain(str(error), error.hint, more_ratings=few)
        else:
            sentence = self.tr("Shortlist made a mistake here; the log says more.")
            self.problem.explain(sentence, "", more_ratings=False)
        self._enter(Step.PROBLEM)
        self._come_back()

    def _on_cancelled(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._enter(Step.START)

    def _come_back(self) -> None:
        """With the news, but without taking the keys from the cull."""
        self._tabs.setCurrentWidget(self._pages)
        if not self.isVisible():
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            self.show()

    def _accept_as(self, name: str) -> None:
        if self._learned is None:
            return
        self.verdict.set_busy(busy=True)
        job = self._personalizing.accept(self._learned.proposal, name)
        job.succeeded.connect(lambda _: self._leave())
        job.failed.connect(self._on_not_kept)

    def _on_not_kept(self, error: Exception) -> None:
        if isinstance(error, CoreError):
            self.verdict.complain(f"{error} {error.hint}".strip())
        else:
            self.verdict.complain(self.tr("Shortlist made a mistake here; the log says more."))

    def _leave(self) -> None:
        """The verdict has been decided on."""
        self._learned = None
        self._enter(Step.START)
        self.reject()

    def _free_name(self) -> str:
        taken = {profile.name.casefold() for profile in self._personalizing.profiles}
        name = first = self.tr("My taste")
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{first} {number}"
        return name

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Personalize"))
        self.setModal(False)
        self.setMinimumHeight(_LEAST_HEIGHT_PX)
        self.resize(_SIZE_PX)
        for page in (self.start, self.running, self.verdict, self.problem):
            self._pages.addWidget(page)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._pages, self.tr("Learn"))
        self._tabs.addTab(self.profiles, self.tr("Models"))
        self.start.started.connect(lambda deep: self.learn(deep=deep))
        self.running.stopped.connect(self._stop)
        self.problem.again.connect(lambda: self._enter(Step.START))
        for page in (self.start, self.verdict, self.problem):
            page.suggestions_asked.connect(self.suggestions_asked)
        self.verdict.accepted.connect(self._accept_as)
        self.verdict.discarded.connect(self._leave)
        self.verdict.photo_chosen.connect(lambda id_: self.photo_chosen.emit(id_, self._learned))
        self._personalizing.readiness_changed.connect(self.show_readiness)
        self._personalizing.deep_time_changed.connect(self.start.show_deep_time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self._tabs)
