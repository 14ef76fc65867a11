"""Which version this is, under which licences, and where it keeps what."""

import platform

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.elided_label import ElidedLabel
from core import __version__
from core.errors import printable
from core.paths import APP_NAME, AppPaths

_TITLE_SCALE = 1.8


class AboutDialog(QDialog):
    """Version, model, licences and folders, all of it selectable for a report."""

    def __init__(self, paths: AppPaths, model: str = "", parent: QWidget | None = None) -> None:
        """Show where `paths` lead; `model` is the name and version of the scoring model."""
        super().__init__(parent)
        self._paths = paths
        self._column = QVBoxLayout(self)
        self._build(model)

    def _build(self, model: str) -> None:
        self.setWindowTitle(self.tr("About {name}").format(name=APP_NAME))
        self.setModal(False)
        self.setMinimumWidth(520)
        self._column.setContentsMargins(20, 20, 20, 12)
        self._column.setSpacing(12)
        self._add_title()
        self._add_text(
            self.tr("Finds the photos worth working on. Everything stays on this computer.")
        )
        self._add_facts(model)
        self._add_text(
            self.tr(
                "Shortlist is free software under the MIT licence. It is made with Qt for Python "
                "(LGPL), ONNX Runtime, Pillow, LibRaw, libheif, SQLAlchemy and NumPy, each under "
                "its own licence."
            ),
            quiet=True,
        )
        self._column.addStretch(1)
        self._add_buttons()

    def _add_title(self) -> None:
        title = QLabel(f"{APP_NAME} {__version__}", self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        title.setFont(font)
        self._make_selectable(title)
        self._column.addWidget(title)

    def _add_facts(self, model: str) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        facts = (
            (self.tr("Ratings and scores"), printable(self._paths.catalog)),
            (self.tr("Previews"), printable(self._paths.previews)),
            (self.tr("Settings"), printable(self._paths.settings_file)),
            (self.tr("Logs"), printable(self._paths.logs)),
            (self.tr("Scoring model"), model),
            (self.tr("Runs on"), self._system_text()),
        )
        for name, text in facts:
            if text:
                label = QLabel(name, self)
                label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
                value = ElidedLabel(text, self)
                self._make_selectable(value)
                form.addRow(label, value)
        self._column.addLayout(form)

    def _add_text(self, text: str, *, quiet: bool = False) -> None:
        label = QLabel(text, self)
        label.setWordWrap(True)
        if quiet:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._make_selectable(label)
        self._column.addWidget(label)

    def _add_buttons(self) -> None:
        folder = QPushButton(self.tr("Show the data folder"), self)
        folder.setToolTip(printable(self._paths.data))
        folder.clicked.connect(self._show_data)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(folder, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self._column.addWidget(buttons)

    def _show_data(self) -> None:
        QDesktopServices.openUrl(QUrl(self._paths.data.absolute().as_uri()))

    @staticmethod
    def _system_text() -> str:
        return f"{platform.system()}, Python {platform.python_version()}, Qt {qVersion()}"

    @staticmethod
    def _make_selectable(label: QLabel) -> None:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
