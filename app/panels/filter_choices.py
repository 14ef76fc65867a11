"""Buttons of the filter bar that each let one more kind of photo through."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.grid.marks_art import MARK_PX, cross, flag
from app.theme import LABEL_COLORS, current_theme
from core.photo import ColorLabel, Pick

T = TypeVar("T")

COMPACT = "padding: 3px 2px;"  # a bar of many small buttons has little room

_SWATCH_PX = 12


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One button: what it lets through, and how it looks."""

    value: T
    name: str
    text: str = ""
    draw: Callable[[], QIcon] | None = None  # in the colours of the present theme


class ChoiceButtons(QWidget, Generic[T]):
    """Nothing pressed means that everything passes."""

    changed = Signal()

    def __init__(self, choices: Sequence[Choice[T]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._buttons: dict[T, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for choice in choices:
            button = _button(choice)
            button.clicked.connect(self.changed)
            self._buttons[choice.value] = button
            layout.addWidget(button)
        self._dress()

    @property
    def chosen(self) -> frozenset[T]:
        """The pressed ones."""
        return frozenset(value for value, button in self._buttons.items() if button.isChecked())

    @property
    def buttons(self) -> list[QToolButton]:
        """All of them, from left to right."""
        return list(self._buttons.values())

    def button(self, value: T) -> QToolButton:
        """The button of a value."""
        return self._buttons[value]

    def clear(self) -> None:
        """Press none."""
        self.choose(frozenset())

    def choose(self, values: Collection[T]) -> None:
        """Press exactly these."""
        for value, button in self._buttons.items():
            button.setChecked(value in values)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        for choice in self._choices:
            if choice.draw is not None:
                self._buttons[choice.value].setIcon(choice.draw())


def pick_choices() -> list[Choice[Pick]]:
    """Picked, rejected, neither."""
    return [
        Choice(Pick.PICKED, "Show picked photos", draw=lambda: QIcon(flag(2.0))),
        Choice(
            Pick.REJECTED, "Show rejected photos", draw=lambda: QIcon(cross(current_theme(), 2.0))
        ),
        Choice(Pick.UNDECIDED, "Show photos neither picked nor rejected", text="U"),
    ]


def label_choices() -> list[Choice[ColorLabel]]:
    """The labels, and having none."""
    colored = [
        Choice(
            label, f"Show photos with a {label.name.lower()} label", draw=partial(_swatch, color)
        )
        for label, color in LABEL_COLORS.items()
    ]
    return [
        *colored,
        Choice(ColorLabel.NONE, "Show photos without label", draw=partial(_swatch, "")),
    ]


def _button(choice: Choice[T]) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setText(choice.text)
    button.setToolTip(choice.name)
    button.setAccessibleName(choice.name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setStyleSheet(COMPACT)
    button.setIconSize(QSize(16, 16))
    return button


def _swatch(color: str) -> QIcon:
    pixmap = QPixmap(MARK_PX * 2, MARK_PX * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    side = _SWATCH_PX * 2
    edge = (pixmap.width() - side) // 2
    square = QRect(edge, edge, side, side)
    if color:
        painter.fillRect(square, QColor(color))
    else:
        painter.setPen(QPen(QColor(current_theme().quiet), 2))
        painter.drawRect(square)
    painter.end()
    return QIcon(pixmap)
