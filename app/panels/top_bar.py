"""The bar above the photographs: open, recent folders, filter, order, size."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QVBoxLayout, QWidget

from app.action_set import ActionSet
from app.grid.grid_view import LARGEST_PX, SMALLEST_PX
from app.panels.filter_bar import FilterBar
from app.panels.stack_button import StackButton
from core.errors import printable

_MARGINS_PX = (8, 5, 8, 5)
_SPACING_PX = 6
_GROUP_GAP_PX = 10
_FILTER_AT = 3  # after Open, Recent and the gap
_WITH_BUTTON = ("open", "sort_again")  # the actions that have a button here
_LONGEST_NEWS = "Capture times known ↻"
_NEWS_PADDING_PX = 24


class TopBar(QWidget):
    """One line where the window is wide enough for all of it, else the filter has its own.

    It never makes the window wider: whoever chose a narrow one meant it. News that come by
    themselves have their room reserved, so only the user can make it fold.
    """

    folder_chosen = Signal(Path)
    forget_recent = Signal()
    thumbnail_px_chosen = Signal(int)

    def __init__(
        self,
        actions: ActionSet,
        filter_bar: FilterBar,
        stacks: StackButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.recent_menu = QMenu("Recent folders", self)
        self._actions = actions
        self.sort_again = _button(actions, "sort_again", "Sort again")
        self._open = _button(actions, "open", "Open")
        self._recent = QToolButton(self)
        self._filter_bar = filter_bar
        self._stacks = stacks
        self._size = QSlider(Qt.Orientation.Horizontal, self)
        self._lines = QVBoxLayout(self)
        self._upper = QHBoxLayout()
        self._lower = QHBoxLayout()
        self._build()

    @property
    def is_folded(self) -> bool:
        """Whether the filter has a line of its own."""
        return self._lower.indexOf(self._filter_bar) >= 0

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
        self.sort_again.setText(f"{reason} ↻" if reason else "")
        self.sort_again.setAccessibleName(f"{reason}: sort again" if reason else "Sort again")
        self.sort_again.setVisible(bool(reason))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider of the two lines it can fold into."""
        left, _, right, _ = _MARGINS_PX
        width = max(self._rest_px(), self._filter_bar.minimumSizeHint().width()) + left + right
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold_if_needed()

    def _fold_if_needed(self) -> None:
        left, _, right, _ = _MARGINS_PX
        one_line = self._rest_px() + _SPACING_PX + self._filter_bar.minimumSizeHint().width()
        folded = self.width() < one_line + left + right
        if folded == self.is_folded:
            return
        old, new = (self._upper, self._lower) if folded else (self._lower, self._upper)
        old.removeWidget(self._filter_bar)
        self._lines.setSpacing(_SPACING_PX if folded else 0)
        new.insertWidget(0 if folded else _FILTER_AT, self._filter_bar)

    def _rest_px(self) -> int:
        """What everything but the filter needs, news included."""
        news = self.sort_again.fontMetrics().horizontalAdvance(_LONGEST_NEWS) + _NEWS_PADDING_PX
        parts = (self._open, self._recent, self._stacks, self._size)
        return sum(part.sizeHint().width() + _SPACING_PX for part in parts) + _GROUP_GAP_PX + news

    def _build(self) -> None:
        self._recent.setText("Recent ▾")
        self._recent.setAccessibleName("Recent folders")
        self._recent.setToolTip("Folders opened before")
        self._recent.setMenu(self.recent_menu)
        self._recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._recent.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._size.setRange(SMALLEST_PX, LARGEST_PX)
        self._size.setFixedWidth(90)
        self._size.setAccessibleName("Thumbnail size")
        self._size.setToolTip("Size of the thumbnails")
        self._size.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._size.valueChanged.connect(self.thumbnail_px_chosen)
        self.sort_again.setObjectName("news")
        self.sort_again.hide()
        self._filter_bar.changed.connect(self._fold_if_needed)
        self._actions.keys_changed.connect(self._name_keys)
        self._name_keys()
        self._lay_out()

    def _name_keys(self) -> None:
        """What each control does and with which key, as it is now."""
        tip = {id_: self._actions[id_].toolTip() for id_ in (*_WITH_BUTTON, "find", "clear_filter")}
        for id_, button in zip(_WITH_BUTTON, (self._open, self.sort_again), strict=True):
            button.setToolTip(tip[id_])
        self._filter_bar.explain(find=tip["find"], clear=tip["clear_filter"])

    def _lay_out(self) -> None:
        self._lines.setContentsMargins(*_MARGINS_PX)
        self._lines.setSpacing(0)
        for line in (self._upper, self._lower):
            line.setSpacing(_SPACING_PX)
            self._lines.addLayout(line)
        for part in (self._open, self._recent):
            self._upper.addWidget(part)
        self._upper.addSpacing(_GROUP_GAP_PX)
        self._upper.addWidget(self._filter_bar)
        self._upper.addWidget(self.sort_again)
        self._upper.addStretch(1)
        self._upper.addWidget(self._stacks)
        self._upper.addWidget(self._size)
        self._lower.addStretch(1)
        controls = self._filter_bar.controls
        order = (self._open, self._recent, *controls, self.sort_again, self._stacks, self._size)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)


def _button(actions: ActionSet, id_: str, text: str) -> QToolButton:
    action = actions[id_]
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    return button
