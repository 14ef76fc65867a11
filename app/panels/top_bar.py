"""The bar above the photographs: open, recent folders, filter, order, size."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.actions import ActionSet
from app.grid.grid_view import LARGEST_PX, SMALLEST_PX
from app.panels.filter_bar import FilterBar
from core.errors import printable


class TopBar(QWidget):
    """Never more than one line."""

    folder_chosen = Signal(Path)
    forget_recent = Signal()
    thumbnail_px_chosen = Signal(int)

    def __init__(
        self, actions: ActionSet, filter_bar: FilterBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.recent_menu = QMenu("Recent folders", self)
        self.sort_again = _button(actions, "sort_again", "Sort again")
        self._recent = QToolButton(self)
        self._size = QSlider(Qt.Orientation.Horizontal, self)
        self._build(actions, filter_bar)

    def show_recent(self, folders: Sequence[Path]) -> None:
        """Offer these folders, the latest first."""
        self.recent_menu.clear()
        for folder in folders:
            action = self.recent_menu.addAction(printable(folder).replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=folder: self.folder_chosen.emit(path))
        self.recent_menu.addSeparator()
        self.recent_menu.addAction("Forget these folders", self.forget_recent.emit)
        self._recent.setEnabled(bool(folders))
        self.recent_menu.setEnabled(bool(folders))

    def show_thumbnail_px(self, size_px: int) -> None:
        """Follow a size that was chosen elsewhere."""
        self._size.setValue(size_px)

    def show_outdated(self, reason: str) -> None:
        """Offer to sort again, for instance because of "312 new scores"."""
        self.sort_again.setText(f"{reason}: sort again" if reason else "")
        self.sort_again.setVisible(bool(reason))

    def _build(self, actions: ActionSet, filter_bar: FilterBar) -> None:
        self._recent.setText("Recent ▾")
        self._recent.setAccessibleName("Recent folders")
        self._recent.setToolTip("Folders opened before")
        self._recent.setMenu(self.recent_menu)
        self._recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._recent.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._size.setRange(SMALLEST_PX, LARGEST_PX)
        self._size.setFixedWidth(90)
        self._size.setAccessibleName("Thumbnail size")
        self._size.setToolTip("Size of the thumbnails (+ and -)")
        self._size.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._size.valueChanged.connect(self.thumbnail_px_chosen)
        self.sort_again.setObjectName("news")
        self.sort_again.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 5)
        layout.setSpacing(6)
        for part in (_button(actions, "open", "Open"), self._recent):
            layout.addWidget(part)
        layout.addSpacing(10)
        layout.addWidget(filter_bar)
        layout.addWidget(self.sort_again)
        layout.addStretch(1)
        layout.addWidget(self._size)


def _button(actions: ActionSet, id_: str, text: str) -> QToolButton:
    action = actions[id_]
    button = QToolButton()
    button.setText(text)
    button.setToolTip(action.toolTip())
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    return button
