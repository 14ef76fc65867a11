"""Whether the model that was learned is better, in figures, words and pictures."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.dialogs.agreement_chart import AgreementChart, Measured, figure_text
from app.dialogs.cuts_table import CutsTable
from app.dialogs.moved_photos import MovedPhotos
from app.dialogs.page import Page
from app.dialogs.words import bursts_text, counted, heading, text_label
from core.photo import Photo, PhotoId
from core.services.personalize import Proposal, Verdict

_LONGEST_NAME = 80


class VerdictPage(Page):
    """Shows a proposal; accepting needs a name, discarding nothing."""

    accepted = Signal(str)  # the name to keep it under
    discarded = Signal()
    suggestions_asked = Signal()
    photo_chosen = Signal(object)  # PhotoId

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = text_label(self, large=True)
        self._sample = text_label(self, quiet=True)
        self._agreement_title = heading(self.tr("Agreement with your own ratings"), self)
        self._chart = AgreementChart(self)
        self._gain = text_label(self, quiet=True)
        self._cuts_title = heading(self.tr("Keepers you would lose per 100"), self)
        self._cuts = CutsTable(self)
        self.moves = MovedPhotos(self)
        self._problem = text_label(self)
        self._name_label = QLabel(self.tr("&Name"), self)
        self._name = QLineEdit(self)
        self._accept = QPushButton(self.tr("Use this model"), self)
        self._discard = QPushButton(self)
        self._suggest = QPushButton(self.tr("Rate these next"), self)
        self._build()

    @property
    def sentence(self) -> str:
        """What it comes to."""
        return self._sentence.text()

    def show_proposal(self, proposal: Proposal, photos: Mapping[PhotoId, Photo], name: str) -> None:
        """Show what was found; `name` is offered to keep it under."""
        verdict = proposal.verdict
        better = verdict.is_better
        self._sentence.setText(verdict.sentence)
        self._sample.setText(self._sample_text(verdict))
        self._show_agreement(verdict)
        self._cuts.show_cuts(verdict.cuts)
        self._cuts_title.setVisible(bool(verdict.cuts))
        self._cuts.setVisible(bool(verdict.cuts))
        self.moves.show_moves(proposal.up, proposal.down, photos)
        self.moves.setVisible(bool(self.moves.tiles))
        self._name.setText(name)
        decision: tuple[QWidget, ...] = (self._name_label, self._name, self._accept)
        for part in decision:
            part.setVisible(better)
        self._suggest.setVisible(not better)
        self._discard.setText(self.tr("Discard") if better else self.tr("Keep what I have"))
        self.complain("")
        self.area.verticalScrollBar().setValue(0)

    def complain(self, problem: str) -> None:
        """Say why it could not be kept; nothing is lost, and it can be tried again."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.set_busy(busy=False)
        if problem:
            self._name.setFocus()
            self._name.selectAll()

    def set_busy(self, *, busy: bool) -> None:
        """While it is being kept nothing else can be asked for."""
        self._discard.setEnabled(not busy)
        self._name.setEnabled(not busy)
        self._accept.setEnabled(not busy and bool(self._name.text().strip()))

    def take_focus(self) -> None:
        """Let the keyboard begin at what is to be decided."""
        (self._accept if self._accept.isVisible() else self._discard).setFocus()

    def _show_agreement(self, verdict: Verdict) -> None:
        rows = []
        if verdict.generic is not None:
            rows.append(Measured(self.tr("Model for everybody"), verdict.generic))
        if verdict.personal is not None:
            rows.append(Measured(self.tr("Your model"), verdict.personal, stressed=True))
        self._chart.show_rows(rows)
        if verdict.gain is not None:
            self._gain.setText(
                self.tr(
                    "Difference: {gain}. In brackets: where the truth lies in 95 of 100 cases."
                ).format(gain=figure_text(verdict.gain, signed=True))
            )
        self._gain.setVisible(verdict.gain is not None)
        self._agreement_title.setVisible(bool(rows))
        self._chart.setVisible(bool(rows))

    def _sample_text(self, verdict: Verdict) -> str:
        learned = self.tr("Learned from {ratings} in {shoots}{bursts}.")
        there_are = self.tr("There are {ratings} in {shoots}{bursts}.")
        text = (learned if verdict.held_out else there_are).format(
            ratings=counted(verdict.ratings, self.tr("rating"), self.tr("ratings")),
            shoots=counted(verdict.shoots, self.tr("shoot"), self.tr("shoots")),
            bursts=bursts_text(verdict.ratings, verdict.bursts),
        )
        if verdict.held_out:
            held_out = self.tr(
                "Tried on {count} of these photos, each by a model that saw nothing of its shoot."
            )
            text = f"{text} {held_out.format(count=f'{verdict.held_out:,}')}"
        return text

    def _build(self) -> None:
        self._name.setMaxLength(_LONGEST_NAME)
        self._name.textChanged.connect(lambda _: self.set_busy(busy=False))
        self._name.returnPressed.connect(self._keep)
        self._name_label.setBuddy(self._name)
        self._accept.setToolTip(
            self.tr(
                "Keep it under this name and score every photo with it; Undo brings back "
                "the present scores"
            )
        )
        self._accept.clicked.connect(self._keep)
        self._discard.setToolTip(self.tr("Nothing is changed"))
        self._discard.clicked.connect(self.discarded)
        self._suggest.setToolTip(self.tr("Show the photos whose ratings would teach most"))
        self._suggest.clicked.connect(self.suggestions_asked)
        self.moves.photo_chosen.connect(self.photo_chosen)
        parts: tuple[QWidget, ...] = (
            *(self._sentence, self._sample),
            *(self._agreement_title, self._chart, self._gain),
            *(self._cuts_title, self._cuts),
        )
        for part in parts:
            self.column.addWidget(part)
        self.column.addSpacing(8)
        self.column.addWidget(self.moves)
        self.column.addStretch(1)
        self.area.setAccessibleName(self.tr("Verdict"))
        self.set_foot(self._problem, self._decision())

    def _decision(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self._name_label)
        line.addWidget(self._name, 1)
        line.addStretch(1)
        for button in (self._discard, self._suggest, self._accept):
            button.setAutoDefault(False)
            line.addWidget(button)
        return line

    def _keep(self) -> None:
        name = self._name.text().strip()
        if name and self._accept.isEnabled():
            self.accepted.emit(name)
