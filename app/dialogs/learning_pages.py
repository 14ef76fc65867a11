"""Before and while it learns: what there is to learn from, how, how far it is, what failed."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QRadioButton, QWidget

from app.dialogs.page import Page
from app.dialogs.words import bursts_text, button_line, counted, text_label
from app.panels.pace import Pace, duration, minutes_text
from core.progress import Progress
from core.services.personalize import Readiness

_FEWEST_SHOOTS = 2  # to try on one what was learned from the others


class StartPage(Page):
    """What it would learn from, the two ways, and the photos to rate where there are too few."""

    started = Signal(bool)  # whether thoroughly
    suggestions_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = text_label(self, large=True)
        self._evidence = text_label(self)
        self._quick = QRadioButton(self.tr("&Quick: a few seconds"), self)
        self._deep = QRadioButton(self)
        self._start = QPushButton(self.tr("Learn"), self)
        self._suggest = QPushButton(self.tr("Rate these next"), self)
        self._build()

    @property
    def sentence(self) -> str:
        """What the ratings suffice for."""
        return self._sentence.text()

    def show_readiness(self, readiness: Readiness) -> None:
        """Say what there is to learn from."""
        self._sentence.setText(readiness.sentence)
        self._evidence.setText(self._evidence_text(readiness))
        self._start.setEnabled(readiness.level != "none")
        can_learn = readiness.level != "none"
        self._suggest.setDefault(not can_learn)
        self._start.setDefault(can_learn)
        if not self._is_used():  # by someone who has gone further already
            self.take_focus()

    def show_deep_time(self, seconds: float) -> None:
        """Say how long thorough learning would take, about."""
        self._deep.setText(self.tr("&Thorough: about {time}").format(time=minutes_text(seconds)))

    def _is_used(self) -> bool:
        return any(part.hasFocus() for part in (self._quick, self._deep))

    def take_focus(self) -> None:
        """Let the keyboard begin at what makes most sense."""
        (self._start if self._start.isDefault() else self._suggest).setFocus()

    def _evidence_text(self, readiness: Readiness) -> str:
        if not readiness.marks:
            return self.tr("It learns from stars, picks and rejects; there are none yet.")
        text = self.tr(
            "It learns from your stars, picks and rejects: {photos} of {shoots}{bursts}. {trial} "
            "The photos that you have not rated help too."
        )
        return text.format(
            photos=counted(readiness.marks, self.tr("photo"), self.tr("photos")),
            shoots=counted(readiness.shoots, self.tr("shoot"), self.tr("shoots")),
            bursts=bursts_text(readiness.marks, readiness.bursts),
            trial=self._trial_text(readiness),
        )

    def _trial_text(self, readiness: Readiness) -> str:
        if readiness.shoots < _FEWEST_SHOOTS:
            return self.tr(
                "Rate some photos of another shoot too: whether it has learned anything is tried "
                "on a shoot that was not used."
            )
        return self.tr(
            "Each shoot is kept back once, to try what was learned on photos that were not used."
        )

    def _build(self) -> None:
        self._quick.setChecked(True)
        self._deep.setText(self.tr("&Thorough: some minutes"))
        quick = text_label(self, quiet=True)
        quick.setText(self.tr("Shifts the scores of the model for everybody towards your taste."))
        deep = text_label(self, quiet=True)
        deep.setText(
            self.tr(
                "Also trains the model itself on this computer, and keeps whichever of the two "
                "does better. You can go on working meanwhile, or stop it."
            )
        )
        self._suggest.setToolTip(self.tr("Show the photos whose ratings would teach most"))
        self._start.clicked.connect(lambda: self.started.emit(self._deep.isChecked()))
        self._suggest.clicked.connect(self.suggestions_asked)
        private = text_label(self, quiet=True)
        private.setText(
            self.tr("Nothing leaves this computer, and nothing changes until you say so.")
        )
        self.column.addWidget(self._sentence)
        self.column.addWidget(self._evidence)
        self.column.addSpacing(10)
        for choice, words in ((self._quick, quick), (self._deep, deep)):
            words.setIndent(24)
            self.column.addWidget(choice)
            self.column.addWidget(words)
        self.column.addSpacing(10)
        self.column.addWidget(private)
        self.column.addStretch(1)
        self.set_foot(button_line(self._suggest, self._start))


class RunningPage(Page):
    """How far it is; it can be stopped, and the window can be used meanwhile."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = text_label(self, large=True)
        self._left = text_label(self, quiet=True)
        self._bar = QProgressBar(self)
        self._stop = QPushButton(self.tr("Cancel"), self)
        self._pace = Pace()
        self._build()

    @property
    def stage(self) -> str:
        """What is being done."""
        return self._stage.text()

    def begin(self) -> None:
        """It is queued; whatever scores or learns already comes first."""
        self._pace = Pace()
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self._stage.setText(self.tr("Waiting for other work to end…"))
        self._left.setText("")

    def show_progress(self, progress: Progress) -> None:
        """Say how far it is."""
        if not self._stop.isEnabled():
            return  # stopping
        self._pace.add(progress, time.monotonic())
        is_over = progress.total is not None and progress.done >= progress.total
        percent = None if is_over else self._pace.percent  # the next stage may take its time
        self._bar.setRange(0, 0 if percent is None else 100)
        if percent is not None:
            self._bar.setValue(percent)
        self._stage.setText(self._words(progress.stage))
        parts = [] if percent is None else [f"{percent} %"]
        if (left := self._pace.left_s) is not None and left > 0:
            parts.append(self.tr("{time} left").format(time=duration(left)))
        self._left.setText(" · ".join(parts))

    def say_stopping(self) -> None:
        """It was asked to stop and will soon."""
        self._stop.setEnabled(False)
        self._stage.setText(self.tr("Stopping…"))
        self._left.setText("")

    def take_focus(self) -> None:
        """Let the keyboard begin at the only thing to do here."""
        self._stop.setFocus()

    def _words(self, stage: str) -> str:
        names = {
            "read": self.tr("Reading your ratings…"),
            "trial": self.tr("Trying it on shoots that it has not seen…"),
            "fit": self.tr("Learning from all your ratings…"),
            "deep": self.tr("Training the model…"),
        }
        return names.get(stage, stage)

    def _build(self) -> None:
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._stop.clicked.connect(self.stopped)
        words = text_label(self, quiet=True)
        words.setText(
            self.tr("You can go on working, and close this window: it comes back with the result.")
        )
        self.column.addWidget(self._stage)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._left)
        self.column.addSpacing(10)
        self.column.addWidget(words)
        self.column.addStretch(1)
        self.set_foot(button_line(self._stop))


class ProblemPage(Page):
    """Why nothing was learned, and what helps."""

    again = Signal()
    suggestions_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = text_label(self, large=True)
        self._hint = text_label(self)
        self._again = QPushButton(self.tr("Back"), self)
        self._suggest = QPushButton(self.tr("Rate these next"), self)
        self._build()

    @property
    def sentence(self) -> str:
        """What went wrong."""
        return self._sentence.text()

    def explain(self, sentence: str, hint: str, *, more_ratings: bool) -> None:
        """Say what went wrong; `more_ratings` says that ratings would help."""
        self._sentence.setText(sentence)
        kept = self.tr("The model in use stays as it is.")
        self._hint.setText(f"{hint} {kept}".strip())
        self._suggest.setVisible(more_ratings)

    def take_focus(self) -> None:
        """Let the keyboard begin at what helps."""
        (self._again if self._suggest.isHidden() else self._suggest).setFocus()

    def _build(self) -> None:
        self._again.clicked.connect(self.again)
        self._suggest.clicked.connect(self.suggestions_asked)
        self.column.addWidget(self._sentence)
        self.column.addWidget(self._hint)
        self.column.addStretch(1)
        self.set_foot(button_line(self._again, self._suggest))
