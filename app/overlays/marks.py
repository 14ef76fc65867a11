"""What one canvas has to draw over its photo, and how that is drawn."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen

from app.loupe.picture_painting import on_widget
from app.panels.histogram import Histogram, paint_histogram
from core.services.previews import FocusPoint

_WHOLE = QRectF(0, 0, 1, 1)
_LIGHT, _DARK = QColor(255, 255, 255, 210), QColor(0, 0, 0, 170)  # one shows on any photograph
_FOCUS_PX = 28  # the side of the box where only a point is known
_LEAST_FOCUS_PX = 14
_HISTOGRAM_PX = (220, 76)
_MARGIN_PX = 10
_MOST_OF_VIEW = 0.5  # that a histogram may take


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A transparent picture to be laid over a part of the photo, in shares of its sides."""

    image: QImage
    share: QRectF


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Everything that is drawn over one photo."""

    masks: tuple[Mask, ...] = ()
    thirds: bool = False
    focus: FocusPoint | None = None
    note: str = ""  # a word in the corner, when there is nothing to draw
    histogram: Histogram | None = None

    @property
    def nothing(self) -> bool:
        return not (self.masks or self.thirds or self.focus or self.note or self.histogram)


def paint_marks(
    painter: QPainter, marks: Marks, area_px: QRect, ratio: float, palette: QPalette, view: QRect
) -> None:
    """Draw over a photo.

    Args:
        painter: of the canvas, in its own coordinates.
        marks: what to draw.
        area_px: where the photo lies, in pixels of the screen.
        ratio: pixels of the screen for one unit of the canvas.
        palette: of the canvas.
        view: the canvas.
    """
    if marks.nothing:
        return
    area = on_widget(area_px, ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    for mask in marks.masks:
        painter.drawImage(_placed(mask.share, area), mask.image)
    if marks.thirds:
        _paint_thirds(painter, area)
    if marks.focus is not None:
        _paint_focus(painter, marks.focus, area)
    if marks.note:
        _paint_note(painter, marks.note, palette, view)
    if marks.histogram is not None:
        _paint_histogram(painter, marks.histogram, palette, view)


def _placed(share: QRectF, area: QRectF) -> QRectF:
    return QRectF(
        area.x() + share.x() * area.width(),
        area.y() + share.y() * area.height(),
        share.width() * area.width(),
        share.height() * area.height(),
    )


def _paint_thirds(painter: QPainter, area: QRectF) -> None:
    for color, shift in ((_DARK, 1.0), (_LIGHT, 0.0)):
        painter.setPen(QPen(color, 1))
        for n in (1, 2):
            x = round(area.x() + area.width() * n / 3) + shift
            y = round(area.y() + area.height() * n / 3) + shift
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _paint_focus(painter: QPainter, focus: FocusPoint, area: QRectF) -> None:
    width = max(_LEAST_FOCUS_PX, focus.width * area.width()) if focus.width else _FOCUS_PX
    height = max(_LEAST_FOCUS_PX, focus.height * area.height()) if focus.height else _FOCUS_PX
    middle = QPointF(area.x() + focus.x * area.width(), area.y() + focus.y * area.height())
    box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thickness in ((_DARK, 4.0), (_LIGHT, 1.6)):
        painter.setPen(QPen(color, thickness))
        painter.drawRect(box)


def _paint_note(painter: QPainter, note: str, palette: QPalette, view: QRect) -> None:
    metrics = painter.fontMetrics()
    room = view.width() - 2 * _MARGIN_PX - 12
    text = metrics.elidedText(note, Qt.TextElideMode.ElideRight, room)
    box = QRect(0, 0, metrics.horizontalAdvance(text) + 12, metrics.height() + 6)
    at_right = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    left = view.width() - _MARGIN_PX - box.width() if at_right else _MARGIN_PX
    box.moveTo(left, _MARGIN_PX)
    _paint_ground(painter, box, palette)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_histogram(
    painter: QPainter, histogram: Histogram, palette: QPalette, view: QRect
) -> None:
    width = min(_HISTOGRAM_PX[0], round(view.width() * _MOST_OF_VIEW))
    height = min(_HISTOGRAM_PX[1], round(view.height() * _MOST_OF_VIEW / 2))
    at_left = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    left = _MARGIN_PX if at_left else view.width() - _MARGIN_PX - width
    box = QRect(left, view.height() - _MARGIN_PX - height, width, height)
    _paint_ground(painter, box, palette)
    paint_histogram(painter, histogram, QRectF(box), palette)


def _paint_ground(painter: QPainter, box: QRect, palette: QPalette) -> None:
    ground = palette.color(QPalette.ColorRole.Base)
    ground.setAlphaF(0.82)
    painter.fillRect(box, ground)
