"""Pages of a dialog: what is said scrolls where there is no room, what is to press stays."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

_SPACING_PX = 8
_SIDE_PX = 4
_TOP_PX = 12


class Page(QWidget):
    """A `column` for what is said, above a foot for what can be done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(_SIDE_PX, _TOP_PX, _SIDE_PX, 0)
        self.column.setSpacing(_SPACING_PX)
        self.area = ColumnArea(self.column, self)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(_SIDE_PX, _SPACING_PX, _SIDE_PX, 0)
        self._foot.setSpacing(_SPACING_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.area, 1)
        layout.addLayout(self._foot)

    def set_foot(self, *parts: QWidget | QLayout) -> None:
        """What stays below the column, one part under the other."""
        for part in parts:
            if isinstance(part, QWidget):
                self._foot.addWidget(part)
            else:
                self._foot.addLayout(part)


class ColumnArea(QScrollArea):
    """Never narrower than the widest part of its column, so it scrolls up and down only.

    Tab stops at it only where there is something to scroll.
    """

    def __init__(self, column: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = QWidget()
        self._content.setLayout(column)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A scroll area draws on Base, which is the colour behind photographs, not of dialogs.
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._take_keys)

    def minimumSizeHint(self) -> QSize:
        column = self._content.minimumSizeHint().width()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(column + bar, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # the column may have become wider
        return super().eventFilter(watched, event)

    def _take_keys(self, lowest: int, highest: int) -> None:
        scrolls = highest > lowest
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
