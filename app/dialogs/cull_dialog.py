"""The cull assistant: what is wanted, what it comes to, the photos to look at, and only then Apply.

The proposal is looked at and changed in the grid, with the keys of every other cull: what is
marked there goes before the proposal, which is made anew at once.
"""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.cull_form import CullForm
from app.jobs import Job, JobRunner, Lane
from app.marking import Marking
from core.photo import Changes, Filter, PhotoId
from core.services.cull import KEEP_STARS, Cull, CullPlan, Fate

_REST_MS = 150  # plan when the user has stopped turning a number


class CullDialog(QDialog):
    """Plans as the numbers change. Not modal: the cull goes on beside it."""

    shown = Signal(str, object)  # a title, and the reason of each photo: dict[PhotoId, str]

    def __init__(
        self,
        cull: Cull,
        marking: Marking,
        jobs: JobRunner,
        scope: Filter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cull, self._marking, self._jobs, self._scope = cull, marking, jobs, scope
        self._planning: Job | None = None
        self.plan: CullPlan | None = None
        self.form = CullForm(self)
        self.reject_rest = QCheckBox(self.tr("Reject what is left out"), self)
        self.lines = CullLines(self)
        self._cost = QLabel(self)
        self.apply_button = QPushButton(self.tr("Apply"), self)
        self._rest = QTimer(self)
        self._build()
        self._make_plan()

    def apply(self, changes: Changes) -> None:
        """Hear what changed in the catalogue: marks and scores are what a plan is made of."""
        if changes.membership or changes.touched or changes.grouped:
            self._rest.start()

    def reject(self) -> None:
        """Close, Escape and the window's own button."""
        self._rest.stop()
        self._forget_planning()
        super().reject()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Cull assistant"))
        self.setModal(False)
        self.resize(620, 440)
        intro = QLabel(
            self.tr(
                "Shortlist proposes and you decide. Best frames of groups come first; what you "
                "picked, or gave {stars} stars or more, is kept and counts. Nothing is deleted, "
                "and Undo takes the whole step back."
            ).format(stars=KEEP_STARS),
            self,
        )
        intro.setWordWrap(True)
        self._cost.setWordWrap(True)
        self._cost.hide()
        self.reject_rest.setToolTip(
            self.tr("Off: what is left out stays undecided. What is unsure is never rejected.")
        )
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._make_plan)
        self.form.changed.connect(self._rest.start)
        self.reject_rest.toggled.connect(lambda _: self._offer())
        self.lines.asked.connect(self._show)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.apply_button.clicked.connect(self._apply)
        self.apply_button.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        for part in (intro, self.form, self.reject_rest, self.lines, self._cost):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(buttons)

    def _make_plan(self) -> None:
        self._forget_planning()
        budget = self.form.budget()
        job = self._jobs.submit(
            Lane.PREVIEW, "plan a cull", lambda _: self._cull.plan(self._scope, budget)
        )
        self._planning = job
        job.succeeded.connect(self._take_plan)

    def _forget_planning(self) -> None:
        if self._planning is not None:
            self._planning.forget()
            self._planning.cancel()
            self._planning = None

    def _take_plan(self, plan: CullPlan) -> None:
        self._planning = None
        self.plan = plan
        self.lines.show_plan(plan)
        self._cost.setText(plan.keepers_lost)
        self._cost.setVisible(bool(plan.keepers_lost))
        self._offer()

    def _offer(self) -> None:
        plan = self.plan
        some = plan is not None and (
            plan.to_pick or (self.reject_rest.isChecked() and plan.to_reject)
        )
        self.apply_button.setEnabled(bool(some))

    def _apply(self) -> None:
        plan = self.plan
        if plan is None:
            return
        rejected = plan.to_reject if self.reject_rest.isChecked() else ()
        self.apply_button.setEnabled(False)  # until the next plan: not twice
        self._marking.step(lambda: self._cull.apply(plan.to_pick, rejected))

    def _show(self, fates: tuple[Fate, ...], title: str) -> None:
        if self.plan is not None:
            reasons: dict[PhotoId, str] = {
                id_: self._reason(self.plan.fates[id_]) for id_ in self.plan.of(*fates)
            }
            self.shown.emit(title, reasons)

    def _reason(self, fate: Fate) -> str:
        return {
            Fate.KEPT: self.tr("would be picked"),
            Fate.UNSURE_KEPT: self.tr("would be picked, just above the cut-off"),
            Fate.UNSURE_OUT: self.tr("just below the cut-off, stays undecided"),
            Fate.LEFT_OUT: self.tr("left out"),
            Fate.DECIDED_KEPT: self.tr("kept by you"),
            Fate.DECIDED_OUT: self.tr("not kept by you"),
            Fate.NO_SCORE: self.tr("has no score"),
        }[fate]


class CullLines(QWidget):
    """What the plan comes to, a line for each kind of photo, each to be looked at."""

    asked = Signal(tuple, str)  # the fates to show, what they are

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = QLabel(self.tr("Planning…"), self)
        font = self._summary.font()
        font.setBold(True)
        self._summary.setFont(font)
        self._summary.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._summary, 0, 0, 1, 3)
        self._rows = [
            _Row(grid, row, fates, text, self)
            for row, (fates, text) in enumerate(
                (
                    ((Fate.KEPT, Fate.UNSURE_KEPT), self.tr("would be picked")),
                    (
                        (Fate.UNSURE_KEPT, Fate.UNSURE_OUT),
                        self.tr("near the cut-off: please look at these"),
                    ),
                    ((Fate.LEFT_OUT,), self.tr("left out")),
                    ((Fate.DECIDED_KEPT,), self.tr("kept by you before")),
                    ((Fate.DECIDED_OUT,), self.tr("rejected or rated lower by you before")),
                    ((Fate.NO_SCORE,), self.tr("without a score: nothing is proposed for them")),
                ),
                1,
            )
        ]
        for line in self._rows:
            line.asked.connect(self.asked)

    @property
    def text(self) -> str:
        """Everything it says now."""
        lines = [line.text for line in self._rows if line.count]
        return "\n".join([self._summary.text(), *lines])

    def show_plan(self, plan: CullPlan) -> None:
        """Say what the plan comes to."""
        self._summary.setText(self._summarised(plan))
        for line in self._rows:
            line.show_count(len(plan.of(*line.fates)))

    def _summarised(self, plan: CullPlan) -> str:
        if not plan.fates:
            return self.tr("No photo is shown, so there is nothing to propose.")
        photos = len(plan.of(Fate.KEPT, Fate.UNSURE_KEPT, Fate.DECIDED_KEPT))
        kept = f"{plan.pictures:,}"
        text = (
            self.tr("{kept} of {all} photos would be kept")
            if plan.pictures == photos
            else self.tr("{kept} pictures would be kept, of {photos} photos among {all}")
        ).format(kept=kept, photos=f"{photos:,}", all=f"{len(plan.fates):,}")
        if plan.cut_off is None:
            return text
        return self.tr("{text}; the cut-off is at score {score}").format(
            text=text, score=f"{plan.cut_off:.0f}"
        )


class _Row(QWidget):
    """A number of photos, what they are, and a button that shows them; hidden at zero.

    Only a holder: its parts lie in the grid of all rows, so that the columns line up.
    """

    asked = Signal(tuple, str)

    def __init__(
        self, grid: QGridLayout, row: int, fates: tuple[Fate, ...], what: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.hide()
        self.fates = fates
        self.count = 0
        self._what = what
        self._number, self._label = QLabel(parent), QLabel(what, parent)
        self._button = QPushButton(self.tr("Show"), parent)
        self._button.setAutoDefault(False)
        self._button.clicked.connect(lambda: self.asked.emit(self.fates, self.text))
        self._parts = (self._number, self._label, self._button)
        for column, part in enumerate(self._parts):
            grid.addWidget(part, row, column)
            part.hide()

    @property
    def text(self) -> str:
        """The line as it is read out."""
        return f"{self.count:,} {self._what}"

    def show_count(self, count: int) -> None:
        self.count = count
        self._number.setText(f"{count:,}")
        self._button.setAccessibleName(self.tr("Show: {line}").format(line=self.text))
        for part in self._parts:
            part.setVisible(count > 0)
