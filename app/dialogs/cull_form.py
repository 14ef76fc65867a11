"""How much of the shown photos is wanted, in a photographer's words."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QRadioButton, QSpinBox, QWidget

from core.services.cull import Budget, KeepCount, KeepPerGroup, KeepShare

_MANY = 1_000_000
_Read = Callable[[], Budget]


class CullForm(QWidget):
    """Emits `changed` on every edit; `budget()` says what is asked for now."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[tuple[QRadioButton, _Read]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(4, 1)
        self._count = self._box(1, 150, _MANY)
        self._percent = self._box(1, 10, 100)
        self._per_group = self._box(1, 1, 1000)
        self._min_score = self._box(0, 0, 100)
        self._add(
            self.tr("Keep"),
            [self._count, self.tr("photos")],
            lambda: KeepCount(self._count.value()),
        )
        self._add(
            self.tr("Keep the best"),
            [self._percent, self.tr("percent")],
            lambda: KeepShare(self._percent.value()),
        )
        self._add(
            self.tr("Keep"),
            [
                self._per_group,
                self.tr("of each group, if they score at least"),
                self._min_score,
            ],
            lambda: KeepPerGroup(self._per_group.value(), self._min_score.value()),
        )
        self._choices[0][0].setChecked(True)
        for button, _ in self._choices:
            button.toggled.connect(self._on_choice)

    def budget(self) -> Budget:
        """What is asked for."""
        return next(read() for button, read in self._choices if button.isChecked())

    def _box(self, least: int, first: int, most: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setValue(first)
        return box

    def _add(self, text: str, parts: Sequence[QSpinBox | str], read: _Read) -> None:
        """A choice with numbers in it; setting one of them makes the choice."""
        row = self._grid.rowCount()
        button = QRadioButton(text, self)
        words = [part if isinstance(part, str) else "…" for part in parts]
        whole = " ".join([text, *words])
        button.setAccessibleName(whole)
        self._choices.append((button, read))
        self._grid.addWidget(button, row, 0)
        for column, part in enumerate(parts, 1):
            if isinstance(part, str):
                self._grid.addWidget(QLabel(part, self), row, column)
                continue
            part.setAccessibleName(whole)
            part.valueChanged.connect(lambda _, button=button: self._on_number(button))
            self._grid.addWidget(part, row, column)

    def _on_choice(self, checked: bool) -> None:
        if checked:
            self.changed.emit()

    def _on_number(self, button: QRadioButton) -> None:
        button.setChecked(True)
        self.changed.emit()
