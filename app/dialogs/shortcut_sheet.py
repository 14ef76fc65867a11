"""The `?` sheet: every action and its keys, made from the action table."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import MENUS, ActionSpec

_ROW_SPACE_PX = 6


class ShortcutSheet(QDialog):
    """The keys, grouped as the menus are; typing narrows them down."""

    def __init__(self, actions: Sequence[ActionSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = QLineEdit(self)
        self._tree = QTreeWidget(self)
        self._nothing = QLabel(self.tr("No action or key is called that."), self)
        self._build()
        self.show_actions(actions)

    def show_actions(self, actions: Sequence[ActionSpec]) -> None:
        """Show these and their keys."""
        self._tree.clear()
        self._fill(actions)
        self._narrow(self._search.text())

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setModal(False)
        self.resize(520, 640)
        self._search.setPlaceholderText(self.tr("Find an action or a key"))
        self._search.setAccessibleName(self.tr("Find an action or a key"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._narrow)
        self._tree.setAccessibleName(self.tr("Actions and their keys"))
        self._tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setIndentation(12)
        self._tree.setUniformRowHeights(True)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.header().setStretchLastSection(False)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        hint = QLabel(
            self.tr(
                "With Shift or Caps Lock, stars, picks and labels also go on to the next photo."
            ),
            self,
        )
        hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._search)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._nothing)
        layout.addWidget(hint)
        layout.addWidget(buttons)

    def _fill(self, actions: Sequence[ActionSpec]) -> None:
        ordered = sorted(actions, key=lambda spec: _menu_order(spec.menu))  # stable: table order
        for menu, specs in groupby(ordered, key=lambda spec: spec.menu):
            group = QTreeWidgetItem(self._tree, [menu.replace("&", "")])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            # The first row gives all rows their height.
            group.setSizeHint(0, QSize(0, self.fontMetrics().height() + _ROW_SPACE_PX))
            for spec in specs:
                self._add(group, spec)
        self._tree.expandAll()

    def _add(self, group: QTreeWidgetItem, spec: ActionSpec) -> None:
        item = QTreeWidgetItem(group, [spec.name, _keys_text(spec)])
        item.setToolTip(0, spec.tip)
        if spec.advances:
            item.setToolTip(1, self.tr("With Shift also goes on to the next photo"))

    def _narrow(self, text: str) -> None:
        """Show only the actions whose name, key or explanation holds `text`."""
        wanted = text.strip().casefold()
        anything = False
        for group in _children(self._tree.invisibleRootItem()):
            for item in _children(group):
                item.setHidden(not _matches(item, wanted))
            group.setHidden(all(item.isHidden() for item in _children(group)))
            anything = anything or not group.isHidden()
        self._nothing.setVisible(not anything)


def _menu_order(menu: str) -> int:
    return MENUS.index(menu) if menu in MENUS else len(MENUS)


def _keys_text(spec: ActionSpec) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ",  ".join(QKeySequence(key).toString(native) for key in spec.keys)


def _children(parent: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(parent.childCount()) if (child := parent.child(row))]


def _matches(item: QTreeWidgetItem, wanted: str) -> bool:
    texts = (item.text(0), item.text(1), item.toolTip(0))
    return any(wanted in text.casefold() for text in texts)
