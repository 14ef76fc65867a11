"""Draws one picture, fitted or pixel by pixel, and turns the mouse into zoom and pan."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
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
    CENTRE,
    centre_keeping,
    fit_size,
    frame,
    place_at,
    reachable_centre,
)

_PAN_STEP = 0.25  # of the view, for one press of a key
_KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_PAN_KEYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class Zoom(Enum):
    """How large the photo is drawn."""

    FIT = auto()
    ACTUAL = auto()  # one pixel of the photo on one pixel of the screen


class PictureCanvas(QWidget):
    """The picture on neutral grey.

    A stand-in is drawn exactly where and as large as the picture it stands for, so that
    nothing moves when that arrives.
    """

    zoom_changed = Signal(Zoom)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._veil: QImage | None = None
        self._natural: QSize | None = None
        self._zoom = Zoom.FIT
        self._centre = CENTRE
        self._pressed_at: QPoint | None = None
        self._dragged_from: QPoint | None = None
        self._focus_by_key = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)

    @property
    def zoom(self) -> Zoom:
        return self._zoom

    @property
    def view_px(self) -> QSize:
        """The size of the canvas in pixels of the screen."""
        return self.size() * self.devicePixelRatioF()

    @property
    def picture_area_px(self) -> QRect:
        """Where the picture lies, in pixels of the screen; empty without a picture."""
        if self._picture is None:
            return QRect()
        return frame(self._drawn_size(self._picture, self._zoom), self.view_px, self._centre)

    def show_picture(self, picture: QImage | None, natural: QSize | None) -> None:
        """Draw `picture`; `natural` is the size in pixels of the photo it shows, if known.

        Zoom and place stay: the same corner of two frames can be compared by an arrow key.
        """
        self._picture = picture
        self._natural = natural
        self._update_cursor()
        self.update()

    def show_veil(self, veil: QImage | None) -> None:
        """Lay a picture of any size over the whole photo, or take it away."""
        self._veil = veil
        self.update()

    def set_zoom(self, zoom: Zoom, at: QPointF | None = None) -> None:
        """Change the zoom; the place under `at` (widget coordinates) stays where it is."""
        if zoom is self._zoom:
            return
        if zoom is Zoom.ACTUAL and at is not None and self._picture is not None:
            point = at * self.devicePixelRatioF()
            place = place_at(point, self.picture_area_px)
            size = self._drawn_size(self._picture, Zoom.ACTUAL)
            self._centre = centre_keeping(place, point, size, self.view_px)
        self._zoom = zoom
        self._update_cursor()
        self.update()
        self.zoom_changed.emit(zoom)

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        self.set_zoom(Zoom.ACTUAL if self._zoom is Zoom.FIT else Zoom.FIT, at)

    def pan(self, by_px: QPointF) -> None:
        """Move the view over the picture by so many pixels of the screen."""
        if self._picture is None or self._zoom is Zoom.FIT:
            return
        size = self._drawn_size(self._picture, self._zoom)
        moved = QPointF(
            self._centre.x() + by_px.x() / max(1, size.width()),
            self._centre.y() + by_px.y() / max(1, size.height()),
        )
        self._centre = reachable_centre(moved, size, self.view_px)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(self.backgroundRole()))
        if self._picture is not None:
            self._paint_picture(painter, self._picture)
            if self._veil is not None:
                self._paint_veil(painter, self._veil)
        if self._focus_by_key:
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
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
        self.pan(QPointF(self._dragged_from - here) * self.devicePixelRatioF())
        self._dragged_from = here
        self._update_cursor(dragging=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed_at is None:
            super().mouseReleaseEvent(event)
            return
        clicked = self._dragged_from == self._pressed_at
        self._pressed_at = self._dragged_from = None
        if clicked and self._picture is not None:
            self.toggle_zoom(event.position())
        self._update_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._zoom is Zoom.FIT:
            event.ignore()
            return
        precise = event.pixelDelta()
        delta = precise if not precise.isNull() else event.angleDelta()
        self.pan(QPointF(-delta) * self.devicePixelRatioF())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and an arrow pan; the bare arrows walk through the photos and are not taken."""
        direction = _PAN_KEYS.get(Qt.Key(event.key()))
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if direction is None or not shifted or self._zoom is Zoom.FIT:
            super().keyPressEvent(event)
            return
        view = self.view_px
        step = QPointF(direction.x() * view.width(), direction.y() * view.height())
        self.pan(step * _PAN_STEP)

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
        self._focus_by_key = event.reason() in _KEY_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._focus_by_key = False
        self.update()

    def _drawn_size(self, picture: QImage, zoom: Zoom) -> QSize:
        if zoom is Zoom.FIT or self._natural is None:
            return fit_size(picture.size(), self.view_px, self._natural)
        return picture.size().scaled(self._natural, Qt.AspectRatioMode.KeepAspectRatio)

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        area = self.picture_area_px
        visible = area.intersected(QRect(QPoint(), self.view_px))
        if visible.isEmpty():
            return
        drawn_as_is = area.size() == picture.size()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not drawn_as_is)
        ratio = self.devicePixelRatioF()
        x_scale, y_scale = picture.width() / area.width(), picture.height() / area.height()
        source = visible.translated(-area.topLeft())
        painter.drawImage(
            QRectF(
                visible.x() / ratio,
                visible.y() / ratio,
                visible.width() / ratio,
                visible.height() / ratio,
            ),
            picture,
            QRectF(
                source.x() * x_scale,
                source.y() * y_scale,
                source.width() * x_scale,
                source.height() * y_scale,
            ),
        )

    def _paint_veil(self, painter: QPainter, veil: QImage) -> None:
        area, ratio = self.picture_area_px, self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            QRectF(area.x() / ratio, area.y() / ratio, area.width() / ratio, area.height() / ratio),
            veil,
        )

    def _update_cursor(self, *, dragging: bool = False) -> None:
        if self._zoom is Zoom.FIT or self._picture is None:
            self.unsetCursor()
        elif dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
