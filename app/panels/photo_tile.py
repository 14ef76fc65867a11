"""A photo as a button: its picture, a line about it, and the keyboard's way to it."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from core.errors import printable
from core.photo import Photo

_GAP_PX = 3


class PhotoTile(QAbstractButton):
    """One picture in a square of `side_px`, with a caption under it."""

    def __init__(self, photo: Photo, caption: str, side_px: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.photo = photo
        self._caption = caption
        self._side_px = side_px
        self._pixmap: QPixmap | None = None
        self._failed = False
        name = printable(photo.path.name)
        self.setAccessibleName(f"{name}: {caption}")
        self.setToolTip(f"{name}\n{caption}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def caption(self) -> str:
        """The line under the picture."""
        return self._caption

    @property
    def box_px(self) -> int:
        """The side of the picture in pixels of the screen."""
        return round(self._side_px * self.devicePixelRatioF())

    def show_pixmap(self, pixmap: QPixmap | None, *, failed: bool = False) -> None:
        """Draw this picture, or say that there is none."""
        self._pixmap = pixmap
        self._failed = failed
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px + _GAP_PX + self.fontMetrics().height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette = self.palette()
        square = QRect(0, 0, self._side_px, self._side_px)
        painter.fillRect(square, palette.color(QPalette.ColorRole.Base))
        if self._pixmap is not None:
            painter.drawPixmap(self._fitted(square), self._pixmap, QRectF(self._pixmap.rect()))
        elif self._failed:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(square, flags, self.tr("cannot be read"))
        self._paint_caption(painter)
        if self.hasFocus() or self.underMouse():
            role = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.Text
            painter.setPen(palette.color(role))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_caption(self, painter: QPainter) -> None:
        top = self._side_px + _GAP_PX
        line = QRect(2, top, self.width() - 4, self.height() - top)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = painter.fontMetrics().elidedText(
            self._caption, Qt.TextElideMode.ElideMiddle, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _fitted(self, square: QRect) -> QRectF:
        """Where the picture goes: whole, in the middle."""
        assert self._pixmap is not None, "called only with a picture"
        size = self._pixmap.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(square.topLeft(), size)
        target.moveCenter(square.center())
        return QRectF(target)
