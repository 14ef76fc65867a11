"""The line at the foot of the window: how far the cull is, the last message, background work."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.panels.elided_label import ElidedLabel
from app.panels.taste_indicator import TasteIndicator
from core.photo import Tally

_HEIGHT_PX = 34
_COMPACT_BELOW_PX = 1200


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
        self._on_link: Callable[[], object] | None = None
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
        """Say something; it stays until the next message."""
        self._message.set_full_text(text)
        self._undo.setVisible(undoable)
        self._link.hide()

    def say_with(self, text: str, button: str, on_click: Callable[[], object]) -> None:
        """Say something that the user can look into."""
        self.say(text)
        self._on_link = on_click
        self._link.setText(button)
        self._link.setAccessibleName(f"{button}: {text}")
        self._link.show()

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
        self._link.clicked.connect(lambda: self._on_link and self._on_link())
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
