"""Export: the choices, the plan they lead to, the copying, and the report of it."""

from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.export_form import ExportForm
from app.dialogs.export_outcome import ExportOutcome
from app.jobs import Job, JobRunner, Lane
from core.errors import CoreError, printable
from core.photo import Filter, PhotoId
from core.progress import Progress
from core.services.export import Export, ExportPlan, ExportReport

_REST_MS = 250  # plan when the user has stopped typing
_FORM_WIDTH_PX = 320


class _Step(Enum):
    CHOOSE = auto()
    COPY = auto()
    REPORT = auto()


class ExportDialog(QDialog):
    """Shows every copy before it is made. Not modal: the cull goes on beside it.

    Closed while it copies, it only hides, and comes back with the report.
    """

    target_chosen = Signal(Path)  # an export into this folder has begun
    exported = Signal(object)  # ExportReport

    def __init__(
        self,
        export: Export,
        jobs: JobRunner,
        scope: Filter,
        chosen: Sequence[PhotoId],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._export = export
        self._jobs = jobs
        self._plan: ExportPlan | None = None
        self._planning: Job | None = None
        self._copying: Job | None = None
        self._form = ExportForm(scope, chosen, self)
        self._outcome = ExportOutcome(self)
        self._progress = QProgressBar(self)
        self._buttons = QDialogButtonBox(self)
        self._start_button = QPushButton(self.tr("Export"), self)
        self._stop_button = QPushButton(self.tr("Cancel"), self)
        self._folder_button = QPushButton(self.tr("Show folder"), self)
        self._again_button = QPushButton(self.tr("Export again"), self)
        self._close_button = QPushButton(self.tr("Close"), self)
        self._rest = QTimer(self)
        self._build()
        self._enter(_Step.CHOOSE)
        self._plan_soon()

    def set_target(self, folder: Path) -> None:
        """Offer this folder, as a rule the one used last."""
        self._form.set_target(folder)

    @property
    def plan(self) -> ExportPlan | None:
        """The plan of the present choices; None while it is being made or cannot be."""
        return self._plan

    def reject(self) -> None:
        """Close, Escape and the window's own button. `finished` follows unless it copies."""
        if self._copying is not None:
            self.hide()
            return
        self._rest.stop()
        self._forget_planning()
        super().reject()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        self.setModal(False)
        self.resize(980, 600)
        self._form.setFixedWidth(_FORM_WIDTH_PX)
        self._form.changed.connect(self._plan_soon)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Copying"))
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._make_plan)
        self._add_buttons()
        right = QVBoxLayout()
        right.addWidget(self._outcome, 1)
        right.addWidget(self._progress)
        columns = QHBoxLayout()
        columns.setSpacing(20)
        columns.addWidget(self._form)
        columns.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(columns, 1)
        layout.addWidget(self._buttons)

    def _add_buttons(self) -> None:
        role = QDialogButtonBox.ButtonRole
        for button, where, pressed, tip in (
            (self._start_button, role.AcceptRole, self._start, self.tr("Make these copies")),
            (self._stop_button, role.DestructiveRole, self._stop, self.tr("Stop copying")),
            (self._folder_button, role.ActionRole, self._show_folder, self.tr("Show the copies")),
            (self._again_button, role.ActionRole, self._again, self.tr("Back to the choices")),
            (self._close_button, role.RejectRole, self.reject, self.tr("Close this window")),
        ):
            self._buttons.addButton(button, where)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.clicked.connect(pressed)
        self._start_button.setDefault(True)

    def _enter(self, step: _Step) -> None:
        self._form.setEnabled(step is _Step.CHOOSE)
        self._progress.setVisible(step is _Step.COPY)
        self._start_button.setVisible(step is _Step.CHOOSE)
        self._stop_button.setVisible(step is _Step.COPY)
        self._stop_button.setEnabled(True)
        self._folder_button.setVisible(step is _Step.REPORT)
        self._again_button.setVisible(step is _Step.REPORT)

    def _plan_soon(self) -> None:
        """The shown plan no longer holds: nothing can be exported until there is a new one."""
        self._forget_planning()
        self._plan = None
        self._start_button.setEnabled(False)
        self._form.show_example("")
        if self._form.target is None:
            self._rest.stop()
            self._outcome.show_nothing(self.tr("Choose a folder to copy to, to see the plan."))
        elif self._form.request() is None:
            self._rest.stop()
            self._outcome.show_nothing(self.tr("Give the whole path of the folder to copy to."))
        else:
            self._outcome.say(self.tr("Planning…"))
            self._rest.start()

    def _make_plan(self) -> None:
        request = self._form.request()
        if request is None:
            return
        self._planning = self._jobs.submit(
            Lane.PREVIEW,
            self.tr("Export plan"),
            lambda task: (self._export.plan(request, task), self._export.unscored(request)),
            told_by_owner=True,
        )
        self._planning.succeeded.connect(self._on_planned)
        self._planning.failed.connect(self._on_plan_failed)

    def _forget_planning(self) -> None:
        job, self._planning = self._planning, None
        if job is not None:
            job.succeeded.disconnect(self._on_planned)
            job.failed.disconnect(self._on_plan_failed)
            job.cancel()

    def _on_planned(self, planned: tuple[ExportPlan, int]) -> None:
        plan, unscored = planned
        self._planning = None
        self._plan = plan
        self._outcome.show_plan(plan, unscored)
        self._start_button.setEnabled(bool(plan.copies) and not plan.problem)
        if plan.copies:
            self._form.show_example(printable(plan.copies[0].target.name))

    def _on_plan_failed(self, error: Exception) -> None:
        self._planning = None
        self._outcome.show_nothing(self._sentence_of(error))

    def _start(self) -> None:
        plan = self._plan
        if plan is None or not self._start_button.isEnabled():
            return
        self._progress.setRange(0, len(plan.photo_ids))
        self._progress.setValue(0)
        self._outcome.say(self.tr("Copying…"))
        self._enter(_Step.COPY)
        self._copying = self._jobs.submit(
            Lane.EXPORT,
            self.tr("Export"),
            lambda task: self._export.execute(plan, task),
            told_by_owner=True,
        )
        self._copying.progressed.connect(self._on_progress)
        self._copying.succeeded.connect(self._on_exported)
        self._copying.failed.connect(self._on_export_failed)
        self._copying.cancelled.connect(self._on_cancelled)
        self.target_chosen.emit(plan.target)

    def _stop(self) -> None:
        if self._copying is not None:
            self._stop_button.setEnabled(False)
            self._outcome.say(self.tr("Stopping…"))
            self._copying.cancel()

    def _on_progress(self, progress: Progress) -> None:
        self._progress.setValue(progress.done)
        if self._stop_button.isEnabled():
            self._outcome.say(
                self.tr("Copied {done} of {total} photos.").format(
                    done=f"{progress.done:,}", total=f"{progress.total or 0:,}"
                )
            )

    def _on_exported(self, report: ExportReport) -> None:
        assert self._plan is not None
        self._outcome.show_report(report, self._plan.target)
        self._end_copying(_Step.REPORT)
        self.exported.emit(report)

    def _on_export_failed(self, error: Exception) -> None:
        self._outcome.say(self._sentence_of(error))
        self._end_copying(_Step.CHOOSE)

    def _on_cancelled(self) -> None:
        self._outcome.say(self.tr("You stopped the export before the first copy."))
        self._end_copying(_Step.CHOOSE)

    def _end_copying(self, step: _Step) -> None:
        self._copying = None
        self._enter(step)
        if not self.isVisible():
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            self.show()

    def _again(self) -> None:
        self._enter(_Step.CHOOSE)
        self._plan_soon()

    def _show_folder(self) -> None:
        if self._plan is not None:
            QDesktopServices.openUrl(QUrl(self._plan.target.as_uri()))

    def _sentence_of(self, error: Exception) -> str:
        if isinstance(error, CoreError):
            return f"{error} {error.hint}".strip()
        return self.tr("Shortlist made a mistake here; the log says more.")
