"""A flat button whose text gives way when there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

_PADDING_PX = 24  # the frame and the padding of the style sheet, and a little air
_FRAME_PX = 18


class ElidedButton(QToolButton):
    """The tooltip and the accessible name always give the whole text."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._full_text = ""
        self._tip = ""
        self.gives_way = True  # else the text is always whole
        self.setObjectName("flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def full_text(self) -> str:
        """What it says when there is room."""
        return self._full_text

    def set_full_text(self, text: str, tip: str = "") -> None:
        """Say `text`; `tip` tells what a click does."""
        self._full_text = text
        self._tip = tip
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setToolTip(f"{text}\n{tip}" if tip else text)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._full_text) + _PADDING_PX
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        if not self.gives_way:
            return QSize(self.sizeHint().width(), super().minimumSizeHint().height())
        narrow = self.fontMetrics().horizontalAdvance("MMMM…") + _PADDING_PX
        return QSize(min(narrow, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - _FRAME_PX
        text = self.fontMetrics().elidedText(self._full_text, self._mode, room)
        self.setText(text.replace("&", "&&"))
