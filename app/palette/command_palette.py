"""The palette itself: a field and a list over the window, which go as soon as one is done."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from app.palette.entries import Entry, ranked

_WIDTH_PX, _TOP_PX, _EDGE_PX = 620, 48, 20
_LINES = 12
_ROW_SPACE_PX = 10
_NAME, _KEYS = range(2)
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_RUNS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class EntryModel(PlainTableModel):
    """The entries that fit; what cannot be done now is disabled and says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(("", ""), (_KEYS,), parent)
        self._entries: tuple[Entry, ...] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._entries[index.row()].why_not:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _name(entry) if index.column() == _NAME else entry.why_not or entry.keys
            case Qt.ItemDataRole.ToolTipRole:
                return entry.tip or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.spoken(entry)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
        return None

    def spoken(self, entry: Entry) -> str:
        """A row in words."""
        state = "" if entry.checked is None else self.tr("on") if entry.checked else self.tr("off")
        return ", ".join(part for part in (entry.text, state, entry.keys, entry.why_not) if part)


def _name(entry: Entry) -> str:
    return f"✓ {entry.text}" if entry.checked else entry.text


class CommandPalette(QFrame):
    """Lies over the photographs, as part of the window: nothing to place or to lose."""

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._field = QLineEdit(self)
        self._table = PlainTable(_ROW_SPACE_PX, self)
        self._model = EntryModel(self)
        self._nothing = QLabel(self.tr("No action is called that."), self)
        self._offered: tuple[Entry, ...] = ()
        self._build()
        self.hide()

    @property
    def lines(self) -> list[str]:
        """What can be seen, as it would be spoken, best first."""
        rows = range(self._model.rowCount())
        return [self._model.spoken(self._model.entry(row)) for row in rows]

    def open(self, offered: Sequence[Entry]) -> None:
        """Offer these; called while it is open, it closes."""
        if self.isVisible():
            self.close_()
            return
        self._offered = tuple(offered)
        self._field.clear()
        self._narrow("")
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._application().focusChanged.connect(self._look_where_focus_is)

    def close_(self) -> None:
        """Go, and let the keys act on photographs again."""
        if self.isVisible():
            self._application().focusChanged.disconnect(self._look_where_focus_is)
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent):
            return event.type() is QEvent.Type.KeyPress and self._take_key(event)
        if watched is self._window and event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.setObjectName("palette")  # the style sheet knows it by this
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Find an action"))
        self._field.setAccessibleName(self.tr("What do you want to do?"))
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.textChanged.connect(self._narrow)
        self._field.installEventFilter(self)
        self._window.installEventFilter(self)
        self._table.setModel(self._model)
        self._table.setAccessibleName(self.tr("Actions"))
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # one goes on typing
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.horizontalHeader().hide()
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_KEYS, QHeaderView.ResizeMode.ResizeToContents)
        self._table.clicked.connect(self._run)
        self._table.selectionModel().currentRowChanged.connect(lambda row, _: self._speak(row))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for part in (self._field, self._table, self._nothing):
            layout.addWidget(part)

    def _place(self) -> None:
        room = self._window.rect()
        line = self._table.verticalHeader().defaultSectionSize()
        height = self._field.sizeHint().height() + line * _LINES + 3 * _EDGE_PX // 2
        width = min(_WIDTH_PX, room.width() - 2 * _EDGE_PX)
        height = min(height, room.height() - _TOP_PX - _EDGE_PX)
        self.setGeometry(QRect((room.width() - width) // 2, _TOP_PX, width, height))

    def _narrow(self, query: str) -> None:
        self._model.show(ranked(self._offered, query))
        self._nothing.setVisible(not self._model.rowCount())
        self._table.setVisible(bool(self._model.rowCount()))
        self._table.setCurrentIndex(self._model.index(0, _NAME))
        self._speak(self._table.currentIndex())

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self.close_()
        elif key in _RUNS:
            self._run(self._table.currentIndex())
        elif key in _MOVES:
            QApplication.sendEvent(self._table, event)
        else:
            return False
        return True

    def _run(self, index: QModelIndex) -> None:
        if index.isValid() and not self._model.entry(index.row()).why_not:
            entry = self._model.entry(index.row())
            self.close_()  # first, since the action may want the focus elsewhere
            entry.run()

    def _speak(self, index: QModelIndex) -> None:
        """The focus stays in the field, so that is where a screen reader listens."""
        words = self._model.spoken(self._model.entry(index.row())) if index.isValid() else ""
        self._field.setAccessibleDescription(words or self._nothing.text())

    def _look_where_focus_is(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and not self.isAncestorOf(new):
            self.close_()

    def _application(self) -> QApplication:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return app
