"""What runs in the background: name, progress, throughput, time left, and Cancel for each."""

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.jobs import BACKGROUND, Job, JobRunner
from app.panels.elided_label import ElidedLabel
from app.panels.pace import Pace
from core.progress import Progress

_APPEARS_MS = 400  # what is over sooner would only flicker
_SELF_EVIDENT = frozenset({"score", "copy", "scan"})  # the name of the job says it already
_OF_LEARNING = {  # their steps are no photos
    "read": "reading ratings",
    "trial": "trying",
    "fit": "learning",
    "deep": "training",
}


class JobPanel(QWidget):
    """One line for all background jobs, so that nothing moves when one comes or goes."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Background work")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)
        jobs.submitted.connect(self._add)

    @property
    def rows(self) -> list["JobRow"]:
        """One row for each job that runs."""
        return self.findChildren(JobRow)

    def _add(self, job: Job) -> None:
        if job.lane in BACKGROUND:
            self._layout.addWidget(JobRow(job, self))


class JobRow(QWidget):
    """One job."""

    def __init__(self, job: Job, parent: QWidget) -> None:
        super().__init__(parent)
        self._job = job
        self._pace = Pace()
        self._bar = QProgressBar(self)
        self._text = ElidedLabel(parent=self)
        self._cancel = QToolButton(self)
        self._build()
        self.setVisible(False)
        self._appears = QTimer(self, singleShot=True, interval=_APPEARS_MS)
        self._appears.timeout.connect(lambda: self.setVisible(True))
        self._appears.start()
        job.progressed.connect(self._show_progress)
        job.finished.connect(self._leave)

    @property
    def text(self) -> str:
        """What the row says."""
        return self._text.full_text

    def _build(self) -> None:
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(72, 6)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(f"Progress of {self._job.name}")
        self._text.set_full_text(self._job.name)
        self._cancel.setText("Cancel")
        self._cancel.setToolTip(f"Stop: {self._job.name}")
        self._cancel.setAccessibleName(f"Cancel {self._job.name}")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cancel.clicked.connect(self._ask_to_stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._text, self._bar, self._cancel):
            layout.addWidget(part)

    def _show_progress(self, progress: Progress) -> None:
        if not self._cancel.isEnabled():
            return  # stopping
        self._pace.add(progress, time.monotonic())
        percent = self._pace.percent
        self._bar.setRange(0, 0 if percent is None else 100)
        if percent is not None:
            self._bar.setValue(percent)
        learning = _OF_LEARNING.get(progress.stage)
        stage = "" if progress.stage in _SELF_EVIDENT else f": {learning or progress.stage}"
        details = self._pace.text(in_photos=learning is None)
        self._text.set_full_text(f"{self._job.name}{stage}" + (f" · {details}" if details else ""))

    def _ask_to_stop(self) -> None:
        self._cancel.setEnabled(False)
        self._text.set_full_text(f"{self._job.name} · stopping…")
        self._job.cancel()

    def _leave(self) -> None:
        self._appears.stop()  # without its parent it would appear as a window of its own
        self.hide()
        self.setParent(None)  # so that it is not counted while it waits to be deleted
        self.deleteLater()
