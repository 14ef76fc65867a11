"""The line at the foot of the window: how far the cull is, the last message, background work."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.panels.elided_label import ElidedLabel
from app.panels.taste_indicator import TasteIndicator
from core.photo import Tally

_HEIGHT_PX = 34
_COMPACT_BELOW_PX = 1200
_UNDO_MS = 10_000  # how long the news waits, so that what was just done can be undone


def _nothing() -> None:
    """What a message without a button does."""


@dataclass(frozen=True, slots=True)
class _Message:
    """Something to say, and a button for it."""

    text: str
    button: str = ""
    on_click: Callable[[], object] = _nothing
    undoable: bool = False


class StatusLine(QWidget):
    """Always of one height, so that news never moves the photographs."""

    def __init__(
        self,
        undo: QAction,
        jobs: QWidget,
        taste: TasteIndicator | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT_PX)
        self._tally = ElidedLabel("", self)
        self._message = ElidedLabel("", self)
        self._undo = QToolButton(self)
        self._link = QToolButton(self)
        self._counts = Tally()
        self._shown = 0
        self._selected = 0
        self._on_link: Callable[[], object] = _nothing
        self._waiting: _Message | None = None
        self._holds = QTimer(self, singleShot=True, interval=_UNDO_MS)
        self._holds.timeout.connect(self._tell_what_waits)
        self._taste = taste
        self._build(undo, jobs, taste)

    @property
    def message(self) -> str:
        """What is being said."""
        return self._message.full_text

    @property
    def tally(self) -> str:
        """How far the cull is."""
        return self._tally.full_text

    def say(self, text: str, *, undoable: bool = False) -> None:
        """Say at once what the user did or has to know; it stays until the next message."""
        self._show(_Message(text, undoable=undoable))

    def say_with(self, text: str, button: str, on_click: Callable[[], object]) -> None:
        """Say at once something that the user can go on from."""
        self._show(_Message(text, button, on_click))

    def offer_undo(self, text: str, undo: Callable[[], object]) -> None:
        """Say what the user did, which is taken back in a way of its own."""
        self._show(_Message(text, "Undo", undo, undoable=True))

    def tell(self, text: str, button: str = "", on_click: Callable[[], object] = _nothing) -> None:
        """Say what happened in the background, with a button for what follows from it.

        It waits while something that was just done can be undone here; of several that wait,
        the last is told.
        """
        message = _Message(text, button, on_click)
        if self._holds.isActive():
            self._waiting = message
        else:
            self._show(message)

    def _show(self, message: _Message) -> None:
        self._message.set_full_text(message.text)
        self._on_link = message.on_click
        self._link.setText(message.button)
        self._link.setAccessibleName(f"{message.button}: {message.text}")
        self._link.setVisible(bool(message.button))
        self._undo.setVisible(message.undoable and not message.button)
        if message.undoable or self._waiting is not None:
            self._holds.start()
        else:
            self._holds.stop()

    def _follow_link(self) -> None:
        self._on_link()

    def _tell_what_waits(self) -> None:
        message, self._waiting = self._waiting, None
        if message is not None:
            self._show(message)

    def show_tally(self, tally: Tally) -> None:
        """Count the photos of the folder."""
        self._counts = tally
        self._count()

    def show_shown(self, count: int) -> None:
        """So many photos pass the filter."""
        self._shown = count
        self._count()

    def show_selected(self, count: int) -> None:
        """So many photos would get the next mark; one is not worth a word."""
        self._selected = count
        self._count()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._taste is not None:
            self._taste.set_compact(self.width() < _COMPACT_BELOW_PX)

    def _count(self) -> None:
        self._tally.set_full_text(tally_text(self._counts, self._shown, self._selected))

    def _build(self, undo: QAction, jobs: QWidget, taste: TasteIndicator | None) -> None:
        self._tally.setObjectName("quiet")
        self._undo.setText("Undo")
        self._undo.setToolTip(undo.toolTip())
        self._undo.setAccessibleName("Undo the last change")
        self._undo.clicked.connect(undo.trigger)
        self._link.clicked.connect(self._follow_link)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 10, 2)
        layout.setSpacing(10)
        for part in (self._tally, self._message, self._undo, self._link):
            layout.addWidget(part)
        for button in (self._undo, self._link):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.hide()
        layout.addStretch(1)
        if taste is not None:
            layout.addWidget(taste)
        layout.addWidget(jobs)


def tally_text(tally: Tally, shown: int, selected: int = 0) -> str:
    """For instance "312 of 2,913 photos · 1,204 reviewed · 148 picked"."""
    if not tally.total:
        return ""
    noun = "photo" if tally.total == 1 else "photos"
    count = f"{tally.total:,} {noun}"
    parts = [count if shown == tally.total else f"{shown:,} of {count}"]
    if selected > 1:
        parts.append(f"{selected:,} selected")
    parts += [f"{tally.reviewed:,} reviewed", f"{tally.picked:,} picked"]
    for number, word in (
        (tally.rejected, "rejected"),
        (tally.offline, "offline"),
        (tally.unreadable, "unreadable"),
    ):
        if number:
            parts.append(f"{number:,} {word}")
    return " · ".join(parts)
