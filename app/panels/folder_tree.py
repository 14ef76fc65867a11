"""The folders of this machine, read level by level when they are opened."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.panels.folder_lister import FolderLister, Listing
from core.errors import printable

_PATH_ROLE = Qt.ItemDataRole.UserRole
_VOLUMES_EVERY_MS = 4000  # a card that was put in appears within this time
_ROW_SPACE_PX = 8
_ALWAYS_ARROW = QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator
_NO_ARROW = QTreeWidgetItem.ChildIndicatorPolicy.DontShowIndicator


class FolderTree(QWidget):
    """Recent folders, the home folder and the drives. Never waits for a disk."""

    folder_chosen = Signal(Path)  # a click, or Enter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lister = FolderLister(self)
        self._tree = QTreeWidget(self)
        self._recent = self._add_group(self.tr("Recent"))
        self._places = self._add_group(self.tr("Folders"))
        self._volumes: tuple[Path, ...] = ()
        self._wanted: Path | None = None  # to be selected as soon as the levels above are read
        self._timer = QTimer(self)
        self._build()
        self._places.addChild(_folder_item(Path.home(), self.tr("Home")))

    def set_current(self, folder: Path) -> None:
        """Select `folder`, opening the levels above it as they are read. Chooses nothing."""
        self._wanted = folder
        nearest = self._approach()
        if nearest is not None and nearest.isExpanded():  # read before; it may be new there
            self._on_expanded(nearest)

    def set_recent(self, folders: Sequence[Path]) -> None:
        """Show these folders, the latest first, above the tree."""
        self._recent.takeChildren()
        self._recent.addChildren([_folder_item(folder) for folder in folders])
        self._recent.setHidden(not folders)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lister.find_volumes()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _build(self) -> None:
        self._tree.setHeaderHidden(True)
        self._tree.setUniformRowHeights(True)
        self._tree.setIndentation(14)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._tree.setExpandsOnDoubleClick(False)
        self._tree.setAccessibleName(self.tr("Folders"))
        self._tree.itemExpanded.connect(self._on_expanded)
        self._tree.itemClicked.connect(self._choose)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self._tree)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda: self._choose(self._tree.currentItem()))
        self._recent.setHidden(True)
        self._timer.setInterval(_VOLUMES_EVERY_MS)
        self._timer.timeout.connect(self._lister.find_volumes)
        self._lister.listed.connect(self._on_listed)
        self._lister.volumes_found.connect(self._on_volumes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)
        self.setFocusProxy(self._tree)

    def _add_group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self._tree, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        # The first row gives all rows their height.
        group.setSizeHint(0, QSize(0, self._tree.fontMetrics().height() + _ROW_SPACE_PX))
        group.setExpanded(True)
        return group

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        folder = _path_of(item)
        if folder is not None:
            self._wanted = None  # the user went elsewhere
            self.folder_chosen.emit(folder)

    def _on_expanded(self, item: QTreeWidgetItem) -> None:
        """Read a level every time it is opened, so that it is never out of date for long."""
        folder = _path_of(item)
        if folder is None:
            return
        if item.childCount() == 0:
            _add_note(item, self.tr("Reading…"))
        self._lister.list(folder)

    def _on_listed(self, listing: Listing) -> None:
        for item in self._items_of(listing.folder):
            if item.isExpanded():
                self._fill(item, listing)
        self._approach()

    def _fill(self, item: QTreeWidgetItem, listing: Listing) -> None:
        kept = {_path_of(child): child for child in _children(item)}
        if tuple(kept) == listing.children:
            return
        for path, child in kept.items():
            if path not in listing.children:
                item.removeChild(child)
        for row, folder in enumerate(listing.children):
            if folder not in kept:
                item.insertChild(row, _folder_item(folder))
        if listing.problem:
            _add_note(item, self.tr("Cannot be opened: {reason}").format(reason=listing.problem))
        elif not listing.children:
            item.setChildIndicatorPolicy(_NO_ARROW)

    def _on_volumes(self, volumes: tuple[Path, ...]) -> None:
        if volumes == self._volumes:
            return
        for item in _children(self._places):
            if _path_of(item) in self._volumes and _path_of(item) not in volumes:
                self._places.removeChild(item)
        new = [volume for volume in volumes if volume not in self._volumes]
        self._places.addChildren([_folder_item(volume) for volume in new])
        self._volumes = volumes
        self._approach()

    def _approach(self) -> QTreeWidgetItem | None:
        """Go a level nearer to the wanted folder, and return what it now waits for."""
        wanted = self._wanted
        if wanted is None:
            return None
        item = self._nearest(self._places, wanted)
        if item is None or _is_below_root(item):  # all of a system around it would say nothing
            item = self._nearest(self._recent, wanted) or item
        if item is None:
            return None
        if _path_of(item) == wanted:
            self._wanted = None
            self._select(item)
            return None
        item.setExpanded(True)
        return item

    def _nearest(self, parent: QTreeWidgetItem, wanted: Path) -> QTreeWidgetItem | None:
        """The deepest item read so far that is `wanted` or holds it."""
        above = [
            item
            for item in _children(parent)
            if (path := _path_of(item)) is not None and wanted.is_relative_to(path)
        ]
        if not above:
            return None
        nearest = max(above, key=lambda item: len(item.data(0, _PATH_ROLE).parts))
        return self._nearest(nearest, wanted) or nearest

    def _select(self, item: QTreeWidgetItem) -> None:
        self._tree.setCurrentItem(item)
        self._tree.scrollToItem(item)

    def _items_of(self, folder: Path) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        level = [self._recent, self._places]
        while level:
            below = [child for parent in level for child in _children(parent)]
            found += [item for item in below if _path_of(item) == folder]
            level = [item for item in below if _holds(item, folder)]
        return found


def _folder_item(folder: Path, name: str = "") -> QTreeWidgetItem:
    item = QTreeWidgetItem([name or printable(folder.name) or printable(folder)])
    item.setData(0, _PATH_ROLE, folder)
    item.setToolTip(0, printable(folder))
    item.setChildIndicatorPolicy(_ALWAYS_ARROW)
    return item


def _children(parent: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(parent.childCount()) if (child := parent.child(row))]


def _path_of(item: QTreeWidgetItem | None) -> Path | None:
    path = item.data(0, _PATH_ROLE) if item is not None else None
    return path if isinstance(path, Path) else None


def _is_below_root(item: QTreeWidgetItem) -> bool:
    """Whether the way to an item begins at the root of a Unix system."""
    parent = item.parent()
    if parent is None or _path_of(parent) is None:
        return _path_of(item) == Path("/")
    return _is_below_root(parent)


def _holds(item: QTreeWidgetItem, folder: Path) -> bool:
    path = _path_of(item)
    return path is not None and path != folder and folder.is_relative_to(path)


def _add_note(item: QTreeWidgetItem, text: str) -> None:
    note = QTreeWidgetItem(item, [text])
    note.setFlags(Qt.ItemFlag.NoItemFlags)
