"""The models there are: the one for everybody and the photographer's own."""

from collections.abc import Sequence

from PySide6.QtCore import QDate, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.dialogs.agreement_chart import figure_text
from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from core.photo import ProfileId
from core.services.personalize import Profile

_NAME, _USED, _RATINGS, _GAIN, _MADE = range(5)
_ROW_SPACE_PX = 14  # the field that a name is typed in fits


class ProfileTableModel(PlainTableModel):
    """One profile a row. Names of one's own can be edited in place."""

    renamed = Signal(object, str)  # ProfileId, the new name

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, {_RATINGS}, parent)
        self._profiles: tuple[Profile, ...] = ()

    def show(self, profiles: Sequence[Profile]) -> None:
        self.beginResetModel()
        self._profiles = tuple(profiles)
        self.endResetModel()

    def profile(self, row: int) -> Profile | None:
        """The profile of a row."""
        return self._profiles[row] if 0 <= row < len(self._profiles) else None

    def row(self, id_: ProfileId | None) -> int | None:
        """Where a profile is."""
        rows = (row for row, one in enumerate(self._profiles) if one.id == id_)
        return next(rows, None)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._profiles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        profile = self.profile(index.row())
        if profile is not None and profile.id is not None and index.column() == _NAME:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        profile = self.profile(index.row())
        if profile is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(profile, index.column())
            case Qt.ItemDataRole.EditRole | Qt.ItemDataRole.ToolTipRole:
                return profile.name if index.column() == _NAME else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
            case Qt.ItemDataRole.FontRole if profile.in_force:
                font = QFont()
                font.setBold(True)
                return font
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        profile = self.profile(index.row())
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or profile is None or profile.id is None:
            return False
        if name and name != profile.name:
            self.renamed.emit(profile.id, name)  # shown once it is stored
        return False

    def _text(self, profile: Profile, column: int) -> str:
        match column:
            case 0:
                return profile.name
            case 1:
                return self.tr("in use") if profile.in_force else ""
            case 2:
                return f"{profile.ratings:,}" if profile.ratings else ""
            case 3:
                return figure_text(profile.gain, signed=True) if profile.gain is not None else ""
            case _:
                return self._made_text(profile)

    def _made_text(self, profile: Profile) -> str:
        if profile.made_at is None:
            return ""
        made = profile.made_at
        date = QLocale().toString(QDate(made.year, made.month, made.day), "d MMM yyyy")
        how = self.tr("thorough") if profile.arm == "deep" else self.tr("quick")
        return f"{date}, {how}"


class ProfileTable(PlainTable):
    """Shows the profiles; keeps which one is chosen when the list is read again."""

    chosen = Signal(object)  # Profile or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_SPACE_PX, parent)
        ratings, gain = self.tr("Ratings"), self.tr("Agreement gained")
        headers = (self.tr("Model"), "", ratings, gain, self.tr("Made"))
        self.profiles = ProfileTableModel(headers, self)
        self.setModel(self.profiles)
        self.setAccessibleName(self.tr("Models"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._announce())

    @property
    def current(self) -> Profile | None:
        """The chosen profile."""
        return self.profiles.profile(self.currentIndex().row())

    def show_profiles(self, profiles: Sequence[Profile]) -> None:
        """Show these; who was chosen stays chosen, else the one in use."""
        before = self.current
        self.profiles.show(profiles)
        row = self.profiles.row(before.id) if before is not None else None
        if row is None:
            row = next((row for row, one in enumerate(profiles) if one.in_force), 0)
        self.setCurrentIndex(self.profiles.index(row, _NAME))
        self._announce()

    def edit_name(self) -> None:
        """Let the name of the chosen profile be typed."""
        self.edit(self.currentIndex().siblingAtColumn(_NAME))

    def _announce(self) -> None:
        self.chosen.emit(self.current)
