"""Labels and rows of buttons as all pages of a dialog want them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

_LARGE_SCALE = 1.25


def text_label(parent: QWidget, *, large: bool = False, quiet: bool = False) -> QLabel:
    """A label for whole sentences."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if large:
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * _LARGE_SCALE)
        label.setFont(font)
    if quiet:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def heading(text: str, parent: QWidget) -> QLabel:
    """The name of what follows."""
    label = QLabel(text, parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def counted(number: int, one: str, many: str) -> str:
    """For instance "1 shoot" or "1,204 ratings"."""
    return f"{number:,} {one if number == 1 else many}"


def bursts_text(photos: int, bursts: int) -> str:
    """For instance ", 140 single frames and bursts"; nothing where every frame is a single one."""
    return f", {bursts:,} single frames and bursts" if bursts < photos else ""


def button_line(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons at the right, the one that goes on last."""
    line = QHBoxLayout()
    line.addStretch(1)
    for button in buttons:
        button.setAutoDefault(False)
        line.addWidget(button)
    return line
