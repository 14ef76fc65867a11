"""What trusting the lowest part of a ranking would cost: keepers lost per 100."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.services.personalize import Cut, Figure


class CutsTable(QWidget):
    """A column for each part that would be left out, a line for each model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(22)
        self._grid.setVerticalSpacing(4)
        self.setAccessibleName(self.tr("Keepers you would lose per 100"))

    def show_cuts(self, cuts: Sequence[Cut]) -> None:
        """Show these parts of the ranking, from left to right."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        names = (self.tr("Model for everybody"), self.tr("Your model"))
        self._put(0, 0, self.tr("If you left out the lowest …"), quiet=True)
        for line, name in enumerate(names, 1):
            self._put(line, 0, name, bold=line == len(names))
        for column, cut in enumerate(cuts, 1):
            self._put(0, column, f"{cut.percent} %", quiet=True)
            for line, (name, figure) in enumerate(
                zip(names, (cut.generic, cut.personal), strict=True), 1
            ):
                label = self._put(line, column, lost_text(figure), bold=line == len(names))
                label.setAccessibleName(
                    self.tr(
                        "{name}, lowest {percent} % left out: {lost} of 100 keepers lost"
                    ).format(name=name, percent=cut.percent, lost=lost_text(figure))
                )
        self._grid.setColumnStretch(len(cuts) + 1, 1)

    def _put(
        self, line: int, column: int, text: str, *, bold: bool = False, quiet: bool = False
    ) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if quiet:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        if bold:
            font = label.font()
            font.setBold(True)
            label.setFont(font)
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, line, column)
        return label


def lost_text(figure: Figure) -> str:
    """For instance "4 (1 to 9)"; nobody loses fewer than none or more than all."""
    value, low, high = (
        round(min(100.0, max(0.0, each))) for each in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} to {high})"
