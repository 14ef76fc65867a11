"""A slider with two ends, before the distribution of what it cuts."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

FULL = 100  # the scale is 0..FULL

_REST_MS = 80  # an end that moves is told so often at most
_BARS_PX = 34
_END_PX = (11, 16)
_GAP_PX = 1.0
_LEAST_BAR_PX = 1.5  # one photo of thousands is seen too
_OUTSIDE_OPACITY = 0.35  # of the bars that the range leaves out


class RangeSlider(QWidget):
    """Whole numbers from 0 to 100. The lower end stands left of its number, the upper right."""

    moved = Signal()  # at once, also where the program moved it
    changed = Signal()  # a little later while the user drags, else at once

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self.lower_end = _End(self, self.tr("{name}, at least").format(name=name), 0)
        self.upper_end = _End(self, self.tr("{name}, at most").format(name=name), FULL)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.changed)
        self._set_by_program = False
        for end in (self.lower_end, self.upper_end):
            end.valueChanged.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def least(self) -> int:
        """The lower end."""
        return self.lower_end.value()

    @property
    def most(self) -> int:
        """The upper end."""
        return self.upper_end.value()

    def set_range(self, least: int, most: int) -> None:
        """Move both ends; told once, and at once."""
        if (least, most) == (self.least, self.most):
            return
        self._set_by_program = True
        self.lower_end.setRange(0, FULL)
        self.upper_end.setRange(0, FULL)
        self.lower_end.setValue(least)
        self.upper_end.setValue(most)
        self._set_by_program = False
        self._rest.stop()
        self._place()
        self.moved.emit()
        self.changed.emit()

    def show_counts(self, counts: Sequence[int]) -> None:
        """Draw how many photos there are by value, in equal steps; nothing if they are empty."""
        self._counts = tuple(counts)
        texts = [self._bar_text(place) for place, count in enumerate(self._counts) if count]
        self.setAccessibleDescription(". ".join(texts))
        self.update()

    def value_at(self, x: float) -> int:
        """The number at a place, as near as there is one on the scale."""
        wide = max(1, self.width() - 2 * _END_PX[0])
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = self.width() - x
        return round(min(1.0, max(0.0, (x - _END_PX[0]) / wide)) * FULL)

    def sizeHint(self) -> QSize:
        return QSize(260, _BARS_PX + _END_PX[1] + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = min(self.value_at(event.pos().x()), FULL - 1) * len(self._counts) // FULL
            if self._counts and event.pos().y() < _BARS_PX:
                QToolTip.showText(event.globalPos(), self._bar_text(place), self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The nearer end comes."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        value = self.value_at(event.position().x())
        is_lower = abs(value - self.least) <= abs(value - self.most) and value < self.most
        end = self.lower_end if is_lower or value < self.least else self.upper_end
        end.setFocus(Qt.FocusReason.MouseFocusReason)
        end.setValue(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        most = max(self._counts, default=0)
        inside = palette.color(QPalette.ColorRole.PlaceholderText)
        outside = QColor(inside)
        outside.setAlphaF(_OUTSIDE_OPACITY)
        for place, count in enumerate(self._counts):
            if count:
                area = self._bar(place, count, most)
                painter.fillRect(area, outside)
                painter.fillRect(area & self._span(self.least, self.most), inside)
        baseline = _BARS_PX + 0.5
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(
            QPointF(_END_PX[0], baseline), QPointF(self.width() - _END_PX[0], baseline)
        )
        chosen = self._span(self.least, self.most)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        painter.drawLine(QPointF(chosen.left(), baseline), QPointF(chosen.right(), baseline))

    def _take(self) -> None:
        """Neither end passes the other."""
        if self._set_by_program:
            return
        self.lower_end.setMaximum(self.most)
        self.upper_end.setMinimum(self.least)
        self._place()
        self.moved.emit()
        if not self._rest.isActive():
            self._rest.start()

    def _place(self) -> None:
        self.lower_end.setMaximum(self.most)
        self.upper_end.setMinimum(self.least)
        here, there = self._x(self.least), self._x(self.most)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide = _END_PX[0]
        left, right = (here, there - wide) if is_mirrored else (here - wide, there)
        self.lower_end.move(round(left), _BARS_PX + 1)
        self.upper_end.move(round(right), _BARS_PX + 1)
        self.update()

    def _x(self, value: float) -> float:
        x = _END_PX[0] + value / FULL * (self.width() - 2 * _END_PX[0])
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return self.width() - x if is_mirrored else x

    def _span(self, first: float, last: float) -> QRectF:
        left, right = sorted((self._x(first), self._x(last)))
        return QRectF(left, 0, right - left, _BARS_PX)

    def _bar(self, place: int, count: int, most: int) -> QRectF:
        step = FULL / len(self._counts)
        area = self._span(place * step, (place + 1) * step)
        high = max(_LEAST_BAR_PX, count / most * (_BARS_PX - 2))
        return area.adjusted(_GAP_PX / 2, _BARS_PX - high, -_GAP_PX / 2, 0)

    def _bar_text(self, place: int) -> str:
        step = FULL // len(self._counts)
        return self.tr("{low} to {high}: {count} photos").format(
            low=place * step, high=(place + 1) * step, count=f"{self._counts[place]:,}"
        )


class _End(QSlider):
    """One end: a slider as far as keys and screen readers go, drawn as nothing but its handle."""

    def __init__(self, parent: RangeSlider, name: str, value: int) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._slider = parent
        self._held_at = 0.0  # of the pointer, from the place of the number
        self.setRange(0, FULL)
        self.setValue(value)
        self.setPageStep(5)
        self.setAccessibleName(name)
        self.setFixedSize(*_END_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held_at = self.mapToParent(event.position()).x() - self._slider._x(self.value())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapToParent(event.position()).x() - self._held_at
            self.setValue(self._slider.value_at(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel scrolls what is around it; an end that ran away would change what is shown."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        edge = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.WindowText
        painter.setPen(QPen(palette.color(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Button))
        wide, high = self.width() - 1.5, self.height() - 1.5
        is_left = (self is self._slider.lower_end) != (
            self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        )
        point = wide + 0.75 if is_left else 0.75  # at the number itself
        other = 0.75 if is_left else wide + 0.75
        painter.drawPolygon(
            [
                QPointF(point, 0.75),
                QPointF(point, high),
                QPointF(other, high),
                QPointF(other, high * 0.45),
            ]
        )
