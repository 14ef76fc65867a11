"""The choices of an export: which photos, where to, under which names, with what beside them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.panels.elided_label import ElidedLabel
from core.errors import printable
from core.photo import MAX_STARS, Filter, PhotoId
from core.services.export import (
    TEMPLATE_FIELDS,
    AtLeastStars,
    Chosen,
    ExportRequest,
    Picks,
    Selection,
    TopCount,
    TopPercent,
)

_MANY = 1_000_000
_Read = Callable[[], Selection]


class ExportForm(QWidget):
    """Emits `changed` on every edit; `request()` says what is asked for now."""

    changed = Signal()

    def __init__(
        self, scope: Filter, chosen: Sequence[PhotoId], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scope = scope
        self._chosen = tuple(chosen)
        self._target: Path | None = None
        self._choices: list[tuple[QRadioButton, _Read]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._add_photos()
        self._add_target()
        self._add_names()
        self._add_extras()
        self._column.addStretch(1)

    @property
    def target(self) -> Path | None:
        """The folder to copy to; None until one is chosen."""
        return self._target

    def set_target(self, folder: Path) -> None:
        self._target = folder
        self._folder.setText(printable(folder))
        self._folder.setToolTip(printable(folder))
        self.changed.emit()

    def request(self) -> ExportRequest | None:
        """What is asked for; None while no whole path of a folder is given."""
        if self._target is None or not self._target.is_absolute():
            return None
        return ExportRequest(
            selection=next(read() for button, read in self._choices if button.isChecked()),
            scope=self._scope,
            target=self._target,
            keep_folders=self._keep_folders.isChecked(),
            template=self._template.text(),
            companions=self._companions.isChecked(),
            csv=self._csv.isChecked(),
        )

    def show_example(self, example: str) -> None:
        """Say what the name template makes of a photo of this very export."""
        text = self.tr("For example {name}").format(name=example) if example else ""
        self._example.set_full_text(text)

    def _add_photos(self) -> None:
        self._add_title(self.tr("Which photos"))
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        picks = self._add_choice(grid, self.tr("Picked photos"), Picks)
        selected = self._add_choice(
            grid,
            self.tr("Selected photos ({count})").format(count=f"{len(self._chosen):,}"),
            lambda: Chosen(self._chosen),
        )
        self._add_numbered(
            grid, self.tr("At least"), self.tr("stars"), (1, 3, MAX_STARS), AtLeastStars
        )
        self._add_numbered(grid, self.tr("The best"), self.tr("by score"), (1, 50, _MANY), TopCount)
        self._add_numbered(
            grid, self.tr("The best"), self.tr("percent by score"), (1, 10, 100), TopPercent
        )
        selected.setEnabled(bool(self._chosen))
        (selected if len(self._chosen) > 1 else picks).setChecked(True)
        for button, _read in self._choices:
            button.toggled.connect(self._on_choice)
        self._column.addLayout(grid)
        self._column.addWidget(self._note(self._scope_text()))

    def _add_choice(self, grid: QGridLayout, text: str, read: _Read) -> QRadioButton:
        button = QRadioButton(text, self)
        self._choices.append((button, read))
        grid.addWidget(button, grid.rowCount(), 0, 1, 3)
        return button

    def _add_numbered(
        self,
        grid: QGridLayout,
        text: str,
        unit: str,
        numbers: tuple[int, int, int],
        selection: Callable[[int], Selection],
    ) -> None:
        """Add a choice with a number in it; `numbers` are the least, the first and the most."""
        row = grid.rowCount()
        button, box = QRadioButton(text, self), QSpinBox(self)
        least, first, most = numbers
        box.setRange(least, most)
        box.setValue(first)
        whole = f"{text} … {unit}"
        button.setAccessibleName(whole)
        box.setAccessibleName(whole)
        box.valueChanged.connect(lambda: self._on_number(button))
        self._choices.append((button, lambda: selection(box.value())))
        grid.addWidget(button, row, 0)
        grid.addWidget(box, row, 1)
        grid.addWidget(QLabel(unit, self), row, 2)

    def _on_choice(self, checked: bool) -> None:
        if checked:
            self.changed.emit()

    def _on_number(self, button: QRadioButton) -> None:
        """Setting a number also chooses what it belongs to."""
        button.setChecked(True)
        self.changed.emit()

    def _add_target(self) -> None:
        self._add_title(self.tr("Where to"))
        self._folder = QLineEdit(self)
        self._folder.setPlaceholderText(self.tr("Choose a folder"))
        self._folder.setAccessibleName(self.tr("Folder to copy to"))
        self._folder.textEdited.connect(self._on_folder_typed)
        browse = QPushButton(self.tr("Choose…"), self)
        browse.setToolTip(self.tr("Choose the folder to copy to"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(browse)
        self._column.addLayout(row)
        self._keep_folders = self._check_box(
            self.tr("Keep the folders of the originals"),
            self.tr("Off: all copies lie side by side in the folder"),
        )

    def _add_names(self) -> None:
        self._add_title(self.tr("File names"))
        self._template = QLineEdit("{name}", self)
        self._template.setAccessibleName(self.tr("Name template"))
        self._template.textChanged.connect(self.changed)
        fields = " ".join(f"{{{field}}}" for field in TEMPLATE_FIELDS)
        self._template.setToolTip(self.tr("The extension always stays."))
        self._example = ElidedLabel(parent=self)  # a name of any length moves nothing below it
        self._example.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._column.addWidget(self._template)
        self._column.addWidget(self._note(fields))
        self._column.addWidget(self._example)

    def _add_extras(self) -> None:
        self._add_title(self.tr("Beside the photos"))
        self._companions = self._check_box(
            self.tr("Companion files"), self.tr("The JPEG of a RAW file, XMP sidecars, sound notes")
        )
        self._companions.setChecked(True)
        self._csv = self._check_box(
            self.tr("A list of the photos (CSV)"),
            self.tr("Scores, marks and camera data, one line a photo, for a spreadsheet"),
        )

    def _add_title(self, text: str) -> None:
        title = QLabel(text, self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        if self._column.count():
            self._column.addSpacing(10)
        self._column.addWidget(title)

    def _note(self, text: str) -> QLabel:
        note = QLabel(text, self)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return note

    def _check_box(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setToolTip(tip)
        box.toggled.connect(self.changed)
        self._column.addWidget(box)
        return box

    def _scope_text(self) -> str:
        folder = self._scope.folder
        if folder is None:
            return self.tr("Chosen from all photos that the filter lets through.")
        return self.tr("Chosen from the photos that are shown of {folder}.").format(
            folder=printable(folder.name) or printable(folder)
        )

    def _on_folder_typed(self, text: str) -> None:
        self._target = Path(text.strip()).expanduser() if text.strip() else None
        self.changed.emit()

    def _browse(self) -> None:
        chooser = QFileDialog(self, self.tr("Copy to"))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        if self._target is not None:
            chooser.setDirectory(printable(self._target))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda chosen: self.set_target(Path(chosen)))
        chooser.open()
