"""Says that Shortlist made a mistake, in plain words, with what is needed to report it."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import printable


class CrashDialog(QDialog):
    """Shown for a bug, never for something the user can understand and act upon."""

    def __init__(self, details: str, log_file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._details = QPlainTextEdit(details, self)
        self._copy_button = QPushButton(self.tr("Copy details"), self)
        self._log_button = QPushButton(self.tr("Open log"), self)
        self._build()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setModal(False)
        self.resize(640, 420)
        sentence = QLabel(
            self.tr(
                "Shortlist made a mistake and could not do what you asked.\n\n"
                "Your photos were not touched, and every rating you saw is stored. You can go on; "
                "if the window behaves oddly, close it and open it again."
            ),
            self,
        )
        sentence.setWordWrap(True)
        self._details.setReadOnly(True)
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setTabChangesFocus(True)
        self._details.setAccessibleName(self.tr("Details"))
        self._copy_button.setToolTip(self.tr("Copy the details, to send them with a report"))
        self._copy_button.clicked.connect(self._copy)
        self._log_button.setToolTip(printable(self._log_file))
        self._log_button.clicked.connect(self._open_log)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self._copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._log_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(sentence)
        layout.addWidget(QLabel(self.tr("Details for a report:"), self))
        layout.addWidget(self._details, 1)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl(self._log_file.absolute().as_uri()))
