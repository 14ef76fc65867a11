"""Draws one picture, fitted or pixel by pixel, and turns the mouse into zoom and pan."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.loupe.framing import (
    centre_keeping,
    fit_size,
    frame,
    place_at,
    reachable_centre,
    visible_part,
)
from app.loupe.picture_painting import paint_picture, paint_veil
from app.loupe.view_frame import ViewFrame, Zoom
from app.overlays.marks import Marks, paint_marks

_PAN_STEP = 0.25  # of the view, for one press of a key
_SAME_SHAPE = 0.005  # how far the sides of a small rendition may be rounded
KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_APART = Qt.KeyboardModifier.ControlModifier  # Command on a Mac
_PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class PictureCanvas(QWidget):
    """The picture on neutral grey, at the zoom and place of a frame it may share with others.

    A stand-in is drawn exactly where and as large as the picture it stands for, so that
    nothing moves when that arrives. With Ctrl held the mouse moves this picture alone.
    """

    resized = Signal()
    moved = Signal()  # another part of the picture is seen
    touched = Signal()  # pressed, or reached by keyboard

    def __init__(self, view_frame: ViewFrame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = view_frame
        self._apart = QPointF()  # how far from the common centre
        self._picture: QImage | None = None
        self._detail: tuple[QImage, QRect] | None = None
        self._veil: QImage | None = None
        self._marks = Marks()
        self._natural: QSize | None = None
        self._pressed_at: QPoint | None = None
        self._dragged_from: QPoint | None = None
        self._focus_by_key = False
        view_frame.changed.connect(self._follow)
        view_frame.rejoined.connect(self.rejoin)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)

    @property
    def zoom(self) -> Zoom:
        return self._frame.zoom

    @property
    def centre(self) -> QPointF:
        """The place of the photo in the middle of this canvas at 1:1."""
        return self._frame.centre + self._apart

    @property
    def view_px(self) -> QSize:
        """The size of the canvas in pixels of the screen."""
        return self.size() * self.devicePixelRatioF()

    @property
    def picture_area_px(self) -> QRect:
        """Where the picture lies, in pixels of the screen; empty without a picture."""
        if self._picture is None:
            return QRect()
        return frame(self._drawn_size(self._picture, self.zoom), self.view_px, self.centre)

    @property
    def seen_px(self) -> QRect | None:
        """What is seen of the photo at 1:1, in its pixels; None if not known or not 1:1."""
        if self.zoom is Zoom.FIT or self._natural is None:
            return None
        return visible_part(self._natural, self.view_px, self.centre)

    def show_picture(
        self,
        picture: QImage | None,
        natural: QSize | None,
        detail: tuple[QImage, QRect] | None = None,
    ) -> None:
        """Draw `picture`; zoom and place stay.

        Args:
            picture: any rendition of the whole photo.
            natural: the size in pixels of the photo it shows, if known.
            detail: a part of it at 1:1 and where that lies, drawn above it at 1:1.
        """
        self._picture = picture
        self._natural = natural
        self._detail = detail
        self._update_cursor()
        self.update()

    def show_veil(self, veil: QImage | None) -> None:
        """Lay a picture of any size over the whole photo, or take it away."""
        self._veil = veil
        self.update()

    def show_marks(self, marks: Marks) -> None:
        """Draw warnings, points and lines over the photo."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def toggle_zoom_at(self, at: QPointF) -> None:
        """Between fitted and 1:1; the place under `at` (widget coordinates) stays there."""
        if self.zoom is Zoom.ACTUAL or self._picture is None:
            self._frame.set_zoom(Zoom.FIT if self.zoom is Zoom.ACTUAL else Zoom.ACTUAL)
            return
        point = at * self.devicePixelRatioF()
        place = place_at(point, self.picture_area_px)
        size = self._drawn_size(self._picture, Zoom.ACTUAL)
        self._frame.set_zoom(Zoom.ACTUAL, centre_keeping(place, point, size, self.view_px))

    def pan(self, by_px: QPointF, *, alone: bool = False) -> None:
        """Move the view over the picture by so many pixels of the screen; `alone` is unlocked."""
        if self._picture is None or self.zoom is Zoom.FIT:
            return
        size = self._drawn_size(self._picture, self.zoom)
        here = reachable_centre(self.centre, size, self.view_px)
        step = QPointF(by_px.x() / max(1, size.width()), by_px.y() / max(1, size.height()))
        there = reachable_centre(here + step, size, self.view_px)
        if alone:
            self._apart = there - self._frame.centre
            self._follow()
        else:
            self._frame.look_at(there - self._apart)

    def rejoin(self) -> None:
        """Come back to the place that is common to all."""
        if not self._apart.isNull():
            self._apart = QPointF()
            self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(self.backgroundRole()))
        if self._picture is not None:
            self._paint_all(painter, self._picture)
        if self._focus_by_key:
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit()
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._pressed_at = self._dragged_from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or self._dragged_from is None:
            return
        here = event.position().toPoint()
        travelled = (here - self._pressed_at).manhattanLength()
        if self._dragged_from == self._pressed_at and travelled < QApplication.startDragDistance():
            return
        by_px = QPointF(self._dragged_from - here) * self.devicePixelRatioF()
        self.pan(by_px, alone=bool(event.modifiers() & _APART))
        self._dragged_from = here
        self._update_cursor(dragging=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed_at is None:
            super().mouseReleaseEvent(event)
            return
        clicked = self._dragged_from == self._pressed_at
        self._pressed_at = self._dragged_from = None
        if clicked and self._picture is not None:
            self.toggle_zoom_at(event.position())
        self._update_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.zoom is Zoom.FIT:
            event.ignore()
            return
        precise = event.pixelDelta()
        delta = precise if not precise.isNull() else event.angleDelta()
        by_px = QPointF(-delta) * self.devicePixelRatioF()
        self.pan(by_px, alone=bool(event.modifiers() & _APART))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and an arrow pan; the bare arrows walk through the photos and are not taken."""
        direction = _PAN_KEYS.get(Qt.Key(event.key()))
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if direction is None or not shifted or self.zoom is Zoom.FIT:
            super().keyPressEvent(event)
            return
        view = self.view_px
        step = QPointF(direction.x() * view.width(), direction.y() * view.height())
        self.pan(step * _PAN_STEP, alone=bool(event.modifiers() & _APART))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who came here by keyboard sees where they are; a clicked photo needs no frame."""
        super().focusInEvent(event)
        self._focus_by_key = event.reason() in KEY_REASONS
        if self._focus_by_key:
            self.touched.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus_by_key = False
        self.update()

    def _follow(self) -> None:
        self._update_cursor()
        self.update()
        self.moved.emit()

    def _drawn_size(self, picture: QImage, zoom: Zoom) -> QSize:
        if zoom is Zoom.FIT or self._natural is None:
            return fit_size(picture.size(), self.view_px, self._natural)
        if _same_shape(picture.size(), self._natural):
            return self._natural
        return picture.size().scaled(self._natural, Qt.AspectRatioMode.KeepAspectRatio)

    def _paint_all(self, painter: QPainter, picture: QImage) -> None:
        area, view = self.picture_area_px, QRect(QPoint(), self.view_px)
        detail = self._detail if self.zoom is Zoom.ACTUAL else None
        part = QRect() if detail is None else detail[1].translated(area.topLeft())
        ratio = self.devicePixelRatioF()
        if detail is None or not part.contains(area.intersected(view)):
            paint_picture(painter, picture, area, view, ratio)
        if detail is not None:
            paint_picture(painter, detail[0], part, view, ratio)
        if self._veil is not None:
            paint_veil(painter, self._veil, area, ratio)
        paint_marks(painter, self._marks, area, ratio, self.palette(), self.rect())

    def _update_cursor(self, *, dragging: bool = False) -> None:
        if self.zoom is Zoom.FIT or self._picture is None:
            self.unsetCursor()
        elif dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)


def _same_shape(one: QSize, other: QSize) -> bool:
    wide, high = one.width() * other.height(), one.height() * other.width()
    return abs(wide - high) <= _SAME_SHAPE * max(wide, high, 1)
