"""The frame around a pane that says, in colour and in words, that keys act on it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.loupe.photo_pane import PhotoPane, accessible_name
from core.photo import Photo

_LINE_PX = 3
_COMPACT_BELOW_PX = 560


class ActiveFrame(QWidget):
    """Holds one pane of several."""

    chosen = Signal()  # pressed, or reached by keyboard

    def __init__(self, pane: PhotoPane, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = pane
        self._role = role
        self._active = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_LINE_PX, _LINE_PX, _LINE_PX, _LINE_PX)
        layout.addWidget(pane)
        self.setFocusProxy(pane)
        pane.touched.connect(self.chosen)

    @property
    def is_active(self) -> bool:
        """Whether keys act on this photo."""
        return self._active

    def show_photo(self, photo: Photo | None, position: tuple[int, int] | None = None) -> None:
        """Show `photo`; None for an empty pane."""
        self.pane.show_photo(photo, position)
        self._describe()

    def set_active(self, active: bool) -> None:
        """Whether keys act on this photo."""
        self._active = active
        self._describe()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.caption.set_compact(self.width() < _COMPACT_BELOW_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        if self._active:
            pen = QPen(self.palette().color(QPalette.ColorRole.Highlight), _LINE_PX)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            half = _LINE_PX / 2
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))

    def _describe(self) -> None:
        role = self._role
        if self._active and role:
            role = self.tr("{role}, keys act here").format(role=role)
        elif self._active:
            role = self.tr("Keys act here")
        self.pane.caption.show_role(role, active=self._active)
        self.pane.canvas.setAccessibleName(accessible_name(role, self.pane.photo))
