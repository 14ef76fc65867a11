"""The table of the keyboard dialog: every action with its keys."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.actions import MENUS, ActionSpec
from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from app.key_choices import KeyChoices
from app.keys import native

_ACTION, _KEYS, _MENU = range(3)
_ROW_SPACE_PX = 8


class KeysModel(PlainTableModel):
    """The actions in the order of the menus; whoever has other keys than at first is bold."""

    def __init__(self, choices: KeyChoices, parent: QObject | None = None) -> None:
        super().__init__((), (), parent)
        self._headers = (self.tr("Action"), self.tr("Keys"), self.tr("Menu"))
        self._choices = choices
        self._specs: tuple[ActionSpec, ...] = ()
        self._wanted = ""

    def show(self, wanted: str | None = None) -> None:
        """Show the actions whose name, key, menu or explanation holds `wanted`."""
        self.beginResetModel()
        self._wanted = self._wanted if wanted is None else wanted.strip().casefold()
        ordered = sorted(self._choices.specs, key=lambda spec: MENUS.index(spec.menu))
        self._specs = tuple(spec for spec in ordered if self._wanted in _words(spec))
        self.endResetModel()

    def spec(self, row: int) -> ActionSpec | None:
        """The action of a row, if there is one."""
        return self._specs[row] if 0 <= row < len(self._specs) else None

    def row_of(self, id_: str) -> int:
        """Where an action is; -1 if it is not shown."""
        return next((row for row, spec in enumerate(self._specs) if spec.id == id_), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._specs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        spec = self._specs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (spec.name, keys_text(spec), spec.menu)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return spec.tip or None
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == _KEYS:
                return self._spoken(spec)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
            case Qt.ItemDataRole.FontRole if self._choices.is_changed(spec.id):
                font = QFont()
                font.setBold(True)
                return font
        return None

    def _spoken(self, spec: ActionSpec) -> str:
        text = keys_text(spec) or self.tr("no key")
        changed = self._choices.is_changed(spec.id)
        return self.tr("{keys}, chosen by you").format(keys=text) if changed else text


class KeysTable(PlainTable):
    """One row is chosen as long as there is any."""

    chosen = Signal()  # by Enter or a double click
    row_changed = Signal()

    def __init__(self, choices: KeyChoices, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_SPACE_PX, parent)
        self.model_ = KeysModel(choices, self)
        self.setModel(self.model_)
        self.setAccessibleName(self.tr("Actions and their keys"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_ACTION, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.row_changed.emit())
        self.activated.connect(lambda _: self.chosen.emit())

    @property
    def spec(self) -> ActionSpec | None:
        """The chosen action."""
        return self.model_.spec(self.currentIndex().row())

    def show_actions(self, wanted: str | None = None) -> None:
        """Show the keys of now; the chosen action stays chosen if it can."""
        before = self.spec
        self.model_.show(wanted)
        row = self.model_.row_of(before.id) if before is not None else -1
        self.setCurrentIndex(self.model_.index(max(0, row), _ACTION))
        self.scrollTo(self.currentIndex())
        self.row_changed.emit()


def keys_text(spec: ActionSpec) -> str:
    """The keys of an action as the system writes them."""
    return ",  ".join(native(key) for key in spec.keys)


def _words(spec: ActionSpec) -> str:
    return f"{spec.name}\n{keys_text(spec)}\n{spec.menu}\n{spec.tip}".casefold()
