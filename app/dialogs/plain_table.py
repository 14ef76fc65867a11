"""Tables of dialogs: whole rows, quiet lines, one alignment for a column and its heading."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class PlainTableModel(QAbstractTableModel):
    """Knows its columns; whoever derives from it knows the rows and their words."""

    def __init__(
        self, headers: Sequence[str], numbers: Collection[int], parent: QObject | None = None
    ) -> None:
        """`numbers` are the columns that are read from their right end."""
        super().__init__(parent)
        self._headers = tuple(headers)
        self._numbers = frozenset(numbers)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Of a column's cells and of its heading."""
        is_number = column in self._numbers
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class PlainTable(QTableView):
    """Shows a model's rows. Tab leaves it; long words lose their middle."""

    def __init__(self, row_space_px: int, parent: QWidget | None = None) -> None:
        """`row_space_px` is how much higher than its text a row is."""
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + row_space_px)
        self.horizontalHeader().setHighlightSections(False)
