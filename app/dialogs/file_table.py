"""A table of files, each with what became or will become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QWidget

from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from app.panels.photo_facts import bytes_text
from core.errors import printable

_FILE, _OUTCOME, _SIZE = range(3)
_ROW_SPACE_PX = 6


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line: a file, what is said of it, and its size where that matters."""

    file: Path
    outcome: str
    size_bytes: int | None = None


class FileTableModel(PlainTableModel):
    """Rows are put into words only when they come into view."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, {_SIZE}, parent)
        self._rows: tuple[FileRow, ...] = ()

    def show(self, rows: Sequence[FileRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

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
                return self.alignment(index.column())
        return None


class FileTable(PlainTable):
    """Shows the rows; Copy puts the selected ones on the clipboard as text."""

    def __init__(self, headers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(_ROW_SPACE_PX, parent)
        self._model = FileTableModel(headers, self)
        self.setModel(self._model)
        header = self.horizontalHeader()
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
