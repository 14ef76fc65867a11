"""What makes photos a stack: a switch and two settings, behind a button."""

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from app.grid.marks_art import SHEETS_PX, sheets_sign
from app.theme import current_theme
from core.services.group import Grouped, Thresholds

_REST_MS = 60  # a slider that moves asks so often at most
# The pause between two frames in seconds: fine where bursts differ, coarse where scenes do.
_PAUSES_S = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0)
_LEAST_LIKE, _MOST_LIKE = 50, 100  # percent
_WIDTH_PX = 300
_MARGIN_PX = 10


class StackForm(QWidget):
    """The switch, the pause, the likeness, and what grouping has to say."""

    switched = Signal(bool)
    pause_chosen = Signal(float)  # seconds
    likeness_chosen = Signal(float)  # 0..1
    measure_asked = Signal()
    open_all_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH_PX)
        self.on = QCheckBox(self.tr("Stack bursts and near-duplicates"), self)
        self.pause = QSlider(Qt.Orientation.Horizontal, self)
        self.likeness = QSlider(Qt.Orientation.Horizontal, self)
        self._pause_text, self._likeness_text = QLabel(self), QLabel(self)
        self._notes = QLabel(self)
        self._open = QPushButton(self.tr("Open all"), self)
        self._close = QPushButton(self.tr("Close all"), self)
        self._measure = QPushButton(self.tr("Compare sharpness at 1:1"), self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._build()

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Follow settings that were chosen elsewhere."""
        nearest = min(_PAUSES_S, key=lambda pause: abs(pause - thresholds.time_gap_s))
        with QSignalBlocker(self.pause), QSignalBlocker(self.likeness):
            self.pause.setValue(_PAUSES_S.index(nearest))
            self.likeness.setValue(round(100 * thresholds.similarity))
        self._name_values()

    def show_switched(self, on: bool) -> None:
        """Follow the switch where it was made elsewhere."""
        with QSignalBlocker(self.on):
            self.on.setChecked(on)
        for part in (self.pause, self.likeness, self._open, self._close, self._measure):
            part.setEnabled(on)
        if not on:
            self._notes.setText("")

    def show_grouped(self, grouped: Grouped | None) -> None:
        """Say what came of the settings."""
        if grouped is None:
            self._notes.setText(self.tr("Grouping…") if self.on.isChecked() else "")
            return
        stacks = len(grouped.stacks)
        alone = len(grouped.groups) - stacks
        counts = self.tr("{stacks} stacks, {alone} photos alone").format(
            stacks=f"{stacks:,}", alone=f"{alone:,}"
        )
        self._notes.setText("\n".join([counts, *grouped.notes]))
        room = _WIDTH_PX - 2 * _MARGIN_PX
        self._notes.setFixedHeight(self._notes.heightForWidth(room))
        self.adjustSize()

    def _build(self) -> None:
        self.pause.setRange(0, len(_PAUSES_S) - 1)
        self.likeness.setRange(_LEAST_LIKE, _MOST_LIKE)
        self.pause.setAccessibleName(self.tr("Longest pause between two frames of a stack"))
        self.likeness.setAccessibleName(self.tr("Least likeness of two frames of a stack"))
        self._measure.setToolTip(
            self.tr("Finds the sharpest frame of each stack; about a third of a second a photo")
        )
        self._notes.setWordWrap(True)
        self.on.toggled.connect(self.switched)
        self.pause.valueChanged.connect(self._moved)
        self.likeness.valueChanged.connect(self._moved)
        self._rest.timeout.connect(self._choose)
        self._measure.clicked.connect(self.measure_asked)
        self._open.clicked.connect(lambda: self.open_all_asked.emit(True))
        self._close.clicked.connect(lambda: self.open_all_asked.emit(False))
        layout = QGridLayout(self)
        layout.setContentsMargins(*4 * (_MARGIN_PX,))
        layout.addWidget(self.on, 0, 0, 1, 2)
        layout.addWidget(QLabel(self.tr("Pause"), self), 1, 0)
        layout.addWidget(self._pause_text, 1, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.pause, 2, 0, 1, 2)
        layout.addWidget(QLabel(self.tr("Likeness"), self), 3, 0)
        layout.addWidget(self._likeness_text, 3, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.likeness, 4, 0, 1, 2)
        layout.addWidget(self._open, 5, 0)
        layout.addWidget(self._close, 5, 1)
        layout.addWidget(self._measure, 6, 0, 1, 2)
        layout.addWidget(self._notes, 7, 0, 1, 2)

    def _moved(self) -> None:
        self._name_values()
        if not self._rest.isActive():
            self._rest.start()

    def _choose(self) -> None:
        self.pause_chosen.emit(_PAUSES_S[self.pause.value()])
        self.likeness_chosen.emit(self.likeness.value() / 100)

    def _name_values(self) -> None:
        pause = _PAUSES_S[self.pause.value()]
        self._pause_text.setText(self.tr("up to {seconds} s").format(seconds=f"{pause:g}"))
        self._likeness_text.setText(
            self.tr("at least {percent} %").format(percent=self.likeness.value())
        )


class StackButton(QToolButton):
    """Says how many stacks there are; a click opens the settings."""

    def __init__(self, form: StackForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(form)
        menu.addAction(action)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(self.tr("Stack bursts and near-duplicates (Shift+G)"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(SHEETS_PX, SHEETS_PX))
        self._draw_icon()
        self.show_count(None)

    def show_count(self, stacks: int | None) -> None:
        """How many stacks; None while photos are not stacked."""
        self.setText("▾" if stacks is None else f"{stacks:,} ▾")
        name = self.tr("Stacks")
        if stacks is not None:
            name = self.tr("Stacks: {count}").format(count=f"{stacks:,}")
        self.setAccessibleName(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        self.setIcon(QIcon(sheets_sign(current_theme(), self.devicePixelRatioF())))
