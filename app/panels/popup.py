"""What opens below a button: a small form that stays until one clicks or types elsewhere."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

_FRAME_PX = 6  # the lines of popup and scroll area, and the margin between
_CLOSING_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Popup(QFrame):
    """Unlike a menu it lets Tab go through its form. It scrolls where the screen is too small."""

    def __init__(self, content: QWidget, button: QToolButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        self._button = button
        self._content = content
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setWidget(content)
        # A scroll area draws on Base, which is the colour behind photographs, not of forms.
        self._area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._area)
        content.installEventFilter(self)

    def open(self) -> None:
        """Show it below its button, inside the screen, with the keys in its first control."""
        self._fit()
        self.show()
        self.focusNextChild()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What the form says may need more room than when it was opened."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CLOSING_KEYS:
            self.close()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the button closes; it must not also open again."""
        place = self._button.mapFromGlobal(event.globalPosition().toPoint())
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay, self._button.rect().contains(place))
        super().mousePressEvent(event)

    def _fit(self) -> None:
        corner = self._button.mapToGlobal(QPoint(0, self._button.height()))
        screen = QGuiApplication.screenAt(corner) or self._button.screen()
        self.setGeometry(_within(corner, self._content, screen.availableGeometry(), self._area))


def _within(corner: QPoint, content: QWidget, screen: QRect, area: QScrollArea) -> QRect:
    wanted = content.sizeHint()
    wide, high = wanted.width() + _FRAME_PX, wanted.height() + _FRAME_PX
    if high > screen.height():
        wide += area.verticalScrollBar().sizeHint().width()
    wide, high = min(wide, screen.width()), min(high, screen.height())
    left = max(screen.left(), min(corner.x(), screen.right() + 1 - wide))
    top = max(screen.top(), min(corner.y(), screen.bottom() + 1 - high))
    return QRect(left, top, wide, high)
