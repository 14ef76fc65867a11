"""Every step that can be undone or redone, also of earlier sessions; a click goes there."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QBrush, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from app.marking import Marking
from core.services.history import StoredEdit

_STEP, _WHEN = range(2)
_ROW_SPACE_PX = 8
_BEGINNING = 0  # stands for the time before all steps


class HistoryModel(PlainTableModel):
    """The beginning, then the steps from the earliest to the latest."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, (), parent)
        self._edits: tuple[StoredEdit, ...] = ()

    def show(self, edits: Sequence[StoredEdit]) -> None:
        self.beginResetModel()
        self._edits = tuple(edits)
        self.endResetModel()

    @property
    def current_row(self) -> int:
        """The last step that is in force; the beginning if none is."""
        return sum(not edit.undone for edit in self._edits)

    def number(self, row: int) -> int:
        """What `Marking.go_to` calls the step of a row."""
        return self._edits[row - 1].number if row else _BEGINNING

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._edits) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        edit = self._edits[index.row() - 1] if index.row() > 0 else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._text(edit, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(edit, index)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
            case Qt.ItemDataRole.FontRole if index.row() == self.current_row:
                return _bold()
            case Qt.ItemDataRole.ForegroundRole if edit is not None and edit.undone:
                return _disabled()
        return None

    def _text(self, edit: StoredEdit | None, column: int) -> str:
        if column == _STEP:
            return self.tr("Before the first step") if edit is None else edit.text
        if edit is None or edit.made_at is None:
            return ""
        made = QDateTime.fromSecsSinceEpoch(int(edit.made_at.timestamp()))
        return QLocale().toString(made, QLocale.FormatType.ShortFormat)

    def _spoken(self, edit: StoredEdit | None, index: Index) -> str:
        text = self._text(edit, index.column())
        if index.column() != _STEP:
            return text
        if index.row() == self.current_row:
            return self.tr("{step}, this is how it is now").format(step=text)
        return self.tr("{step}, undone").format(step=text) if edit and edit.undone else text


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


def _disabled() -> QBrush:
    group, role = QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text
    return QGuiApplication.palette().brush(group, role)


class HistoryDialog(QDialog):
    """Shows the steps; choosing one makes everything as it was right after it."""

    def __init__(self, marking: Marking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("History"))
        self.setModal(False)
        self.resize(560, 480)
        self._marking = marking
        text = self.tr(
            "Every step is kept when Shortlist is closed. Go to one, and all later steps are "
            "undone; they can be redone until you mark something else."
        )
        sentence = QLabel(text, self)
        sentence.setWordWrap(True)
        self.table = HistoryTable(self)
        self._go = QPushButton(self.tr("Go to this step"), self)
        self._go.setDefault(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self._go, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        self._go.clicked.connect(self._go_there)
        self.table.chosen.connect(self._go_there)
        self.table.row_changed.connect(self._offer)
        marking.edits_listed.connect(self.table.show_edits)
        marking.history_changed.connect(marking.list_edits)
        marking.list_edits()

    def _offer(self) -> None:
        self._go.setEnabled(self.table.row != self.table.model_.current_row)

    def _go_there(self) -> None:
        if self._go.isEnabled():
            self._marking.go_to(self.table.model_.number(self.table.row))


class HistoryTable(PlainTable):
    """Keeps the step that is in force in view."""

    chosen = Signal()  # by Enter or a double click
    row_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_SPACE_PX, parent)
        self.model_ = HistoryModel((self.tr("Step"), self.tr("When")), self)
        self.setModel(self.model_)
        self.setAccessibleName(self.tr("Steps"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_STEP, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.row_changed.emit())
        self.activated.connect(lambda _: self.chosen.emit())

    @property
    def row(self) -> int:
        """The chosen row."""
        return max(0, self.currentIndex().row())

    def show_edits(self, edits: Sequence[StoredEdit]) -> None:
        """Show these, and choose the one that is in force."""
        self.model_.show(edits)
        now = self.model_.index(self.model_.current_row, _STEP)
        self.setCurrentIndex(now)
        self.scrollTo(now, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.row_changed.emit()
