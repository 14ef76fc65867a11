"""Counts as bars, of which a part is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_BARS_PX = 96
_GAP_SHARE = 0.15  # of a bar's place
_LEAST_BAR_PX = 1.5  # one photo of thousands is seen too


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how many photos, how many of them kept, and what a tooltip says of it."""

    photos: int
    kept: int
    text: str


class BarChart(QWidget):
    """Bars side by side, with words under the first, the middle and the last place."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._ends: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar], ends: Sequence[str]) -> None:
        """Show these; `ends` are the words below, spread evenly from left to right."""
        self._bars, self._ends = tuple(bars), tuple(ends)
        self.setAccessibleDescription(". ".join(bar.text for bar in bars if bar.photos))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, _BARS_PX + self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place(event.pos().x())
            if place is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._bars[place].text, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        accent = palette.color(QPalette.ColorRole.Highlight)
        most = max((bar.photos for bar in self._bars), default=0)
        for place, bar in enumerate(self._bars):
            painter.fillRect(self._rect(place, bar.photos, most), quiet)
            painter.fillRect(self._rect(place, bar.kept, most), accent)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawLine(QPointF(0, _BARS_PX + 0.5), QPointF(self.width(), _BARS_PX + 0.5))
        painter.setPen(quiet)
        below = QRectF(0, _BARS_PX + 3, self.width(), self.fontMetrics().height() + 1)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter)
        for number, words in enumerate(self._ends):
            is_last = number == len(self._ends) - 1 and number > 0
            side = Qt.AlignmentFlag.AlignRight if is_last else sides[min(number, 1)]
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, words)

    def _rect(self, place: int, count: int, most: int) -> QRectF:
        if not count:
            return QRectF()
        wide = self.width() / len(self._bars)
        high = max(_LEAST_BAR_PX, count / most * (_BARS_PX - 2))
        gap = wide * _GAP_SHARE
        return QRectF(place * wide + gap / 2, _BARS_PX - high, wide - gap, high)

    def _place(self, x: int) -> int | None:
        place = int(x / max(1, self.width()) * len(self._bars))
        return place if 0 <= place < len(self._bars) else None
