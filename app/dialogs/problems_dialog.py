"""The files that could not be read, and why."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from app.dialogs.file_table import FileRow, FileTable


class ProblemsDialog(QDialog):
    """One line a file. What was read is not delayed by what was not."""

    def __init__(self, problems: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Show `problems`: the path of each file and a short phrase why."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Files that could not be read"))
        self.setModal(False)
        self.resize(760, 440)
        sentence = QLabel(self._sentence(len(problems)), self)
        sentence.setWordWrap(True)
        table = FileTable((self.tr("File"), self.tr("Why")), self)
        table.setAccessibleName(self.windowTitle())
        table.show_rows([FileRow(Path(path), reason) for path, reason in problems])
        copy = QPushButton(self.tr("Copy list"), self)
        copy.setToolTip(self.tr("Copy the selected lines, or all of them, as text"))
        copy.clicked.connect(table.copy_selection)
        copy.setEnabled(bool(problems))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(sentence)
        layout.addWidget(table, 1)
        layout.addWidget(buttons)

    def _sentence(self, count: int) -> str:
        if not count:
            return self.tr("Every file could be read.")
        if count == 1:
            return self.tr("This file could not be read. It was left as it is.")
        return self.tr("These {count} files could not be read. They were left as they are.").format(
            count=f"{count:,}"
        )
