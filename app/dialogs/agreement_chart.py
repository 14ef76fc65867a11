"""Agreement with the photographer, as points with their intervals on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.services.personalize import Figure

_ROW_PX = 24
_DOT_PX = 4.0
_GAP_PX = 12
_LEAST_SCALE_PX = 160  # narrower, the words below it would touch
_WHOLE = 1.0  # the end of the scale; it begins at 0, or lower where an interval does


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the chart."""

    name: str
    figure: Figure
    stressed: bool = False


class AgreementChart(QWidget):
    """A line a model: its name, the point in its interval, the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Measured, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Measured]) -> None:
        """Show these, from above."""
        self._rows = tuple(rows)
        spoken = [f"{row.name}: {figure_text(row.figure)}" for row in rows]
        self.setAccessibleName(self.tr("Agreement with your ratings"))
        self.setAccessibleDescription(". ".join(spoken))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, self._row_px() * len(self._rows) + self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        names, numbers = self._text_px()
        return QSize(names + numbers + 4 * _GAP_PX + _LEAST_SCALE_PX, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, numbers = self._text_px()
        scale = QRectF(
            names + 2 * _GAP_PX,
            0,
            self.width() - names - numbers - 4 * _GAP_PX,
            self._row_px() * len(self._rows),
        )
        low = min(0.0, *(row.figure.low for row in self._rows))
        self._paint_scale(painter, scale, low, self.fontMetrics().height())
        for number, row in enumerate(self._rows):
            painter.setFont(self._bold() if row.stressed else self.font())
            self._paint_row(painter, row, number, names, scale, low)

    def _paint_scale(self, painter: QPainter, scale: QRectF, low: float, text_px: int) -> None:
        painter.setFont(self.font())
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        for value, words in ((0.0, self.tr("0: chance")), (_WHOLE, self.tr("1: the same order"))):
            x = _place(value, scale, low)
            painter.setPen(quiet)
            painter.setOpacity(0.4)
            painter.drawLine(QPointF(x, scale.top() + 2), QPointF(x, scale.bottom()))
            painter.setOpacity(1.0)
            width = painter.fontMetrics().horizontalAdvance(words) + 2
            left = max(0.0, min(x - width / 2, self.width() - width))
            area = QRectF(left, scale.bottom() + 2, width, text_px + 2)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_row(
        self,
        painter: QPainter,
        row: Measured,
        number: int,
        names: int,
        scale: QRectF,
        low: float,
    ) -> None:
        height = self._row_px()
        middle = number * height + height / 2
        text = self.palette().color(QPalette.ColorRole.WindowText)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(text if row.stressed else quiet)
        elided = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, names)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, number * height, names + 2, height), flags, elided)
        right = QRectF(scale.right(), number * height, self.width() - scale.right(), height)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, figure_text(row.figure))
        pen = painter.pen()
        pen.setWidthF(2.0)
        painter.setPen(pen)
        ends = [_place(value, scale, low) for value in (row.figure.low, row.figure.high)]
        painter.drawLine(QPointF(ends[0], middle), QPointF(ends[1], middle))
        for x in ends:
            painter.drawLine(QPointF(x, middle - _DOT_PX), QPointF(x, middle + _DOT_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setBrush(accent if row.stressed else quiet)
        centre = QPointF(_place(row.figure.value, scale, low), middle)
        painter.drawEllipse(centre, _DOT_PX + 1, _DOT_PX + 1)

    def _text_px(self) -> tuple[int, int]:
        """How wide the widest name and the widest numbers are."""
        metrics = QFontMetrics(self._bold())
        names = [metrics.horizontalAdvance(row.name) for row in self._rows]
        numbers = [metrics.horizontalAdvance(figure_text(row.figure)) for row in self._rows]
        return max(names, default=0), max(numbers, default=0)

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _row_px(self) -> int:
        return max(_ROW_PX, self.fontMetrics().height() + 8)


def figure_text(figure: Figure, *, signed: bool = False) -> str:
    """For instance ".58 (.48 to .67)", with a plus where a difference is meant."""
    value, low, high = (
        _decimal(each, signed=signed) for each in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} to {high})"


def _decimal(value: float, *, signed: bool = False) -> str:
    text = f"{abs(value):.2f}"
    if float(text) == 0:
        return text
    minus, plus = "\N{MINUS SIGN}", "+" if signed else ""
    return (minus if value < 0 else plus) + text


def _place(value: float, scale: QRectF, low: float) -> float:
    share = (max(low, min(_WHOLE, value)) - low) / (_WHOLE - low)
    return scale.left() + share * scale.width()
