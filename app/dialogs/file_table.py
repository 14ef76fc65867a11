"""A table of files, each with what became or will become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.panels.photo_facts import bytes_text
from core.errors import printable

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FILE, _OUTCOME, _SIZE = range(3)
_ROW_SPACE_PX = 6


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line: a file, what is said of it, and its size where that matters."""

    file: Path
    outcome: str
    size_bytes: int | None = None


class FileTableModel(QAbstractTableModel):
    """Rows are put into words only when they come into view."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._rows: tuple[FileRow, ...] = ()

    def show(self, rows: Sequence[FileRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return printable(row.file) if index.column() == _FILE else row.outcome
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
        return None


class FileTable(QTableView):
    """Shows the rows; Copy puts the selected ones on the clipboard as text."""

    def __init__(self, headers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FileTableModel(headers, self)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _ROW_SPACE_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        if len(headers) > _SIZE:
            header.setSectionResizeMode(_SIZE, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(_SIZE, self.fontMetrics().horizontalAdvance("0000.0 MB MM"))

    def show_rows(self, rows: Sequence[FileRow]) -> None:
        self._model.show(rows)

    def copy_selection(self) -> None:
        """Copy the selected rows, or all if none is selected, with the whole paths."""
        chosen = self.selectionModel().selectedRows()
        rows = [index.row() for index in chosen] or list(range(self._model.rowCount()))
        lines = [
            "\t".join(
                str(self._model.index(row, column).data(Qt.ItemDataRole.ToolTipRole))
                for column in (_FILE, _OUTCOME)
            )
            for row in sorted(rows)
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        super().keyPressEvent(event)


def _text(row: FileRow, column: int) -> str:
    match column:
        case 0:
            return printable(row.file.name)
        case 1:
            return row.outcome
        case _:
            return "" if row.size_bytes is None else bytes_text(row.size_bytes)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == _SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
