"""Ranges of the filter bar: score and capture date, each in a small form behind a button."""

import math
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QGridLayout,
    QLabel,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from core.photo import Filter

ANY = "any"  # the summary of a range that lets everything pass


class RangeForm(QWidget):
    """A lower and an upper bound, each of which may be absent."""

    changed = Signal()

    @property
    def summary(self) -> str:
        """The range in a few characters; ANY if there is none."""
        raise NotImplementedError

    def clear(self) -> None:
        """Let everything pass."""
        raise NotImplementedError

    def show_conditions(self, conditions: Filter) -> None:
        """Let pass what a filter lets pass."""
        raise NotImplementedError


class ScoreRange(RangeForm):
    """Scores from 0 to 100."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = _score_box("At least", 0)
        self._most = _score_box("At most", 100)
        layout = QGridLayout(self)
        for row, (name, box) in enumerate((("At least", self._least), ("At most", self._most))):
            layout.addWidget(QLabel(name, self), row, 0)
            layout.addWidget(box, row, 1)
            box.valueChanged.connect(lambda _: self.changed.emit())

    @property
    def least(self) -> float | None:
        """The lower bound. 87 lets 86.6 pass, which is shown as 87."""
        return self._least.value() - 0.5 if self._least.value() > 0 else None

    @property
    def most(self) -> float | None:
        """The upper bound, rounded as the scores are."""
        return self._most.value() + 0.5 if self._most.value() < 100 else None

    @property
    def summary(self) -> str:
        least, most = self._least.value(), self._most.value()
        if (least, most) == (0, 100):
            return ANY
        if most == 100:
            return f"{least} and more"
        return f"{least} to {most}" if least else f"up to {most}"

    def show_conditions(self, conditions: Filter) -> None:
        least, most = conditions.min_score, conditions.max_score
        self.set_range(
            0 if least is None else math.ceil(least), 100 if most is None else math.floor(most)
        )

    def set_range(self, least: int, most: int) -> None:
        """Let scores from `least` to `most` pass."""
        self._least.setValue(least)
        self._most.setValue(most)

    def clear(self) -> None:
        self.set_range(0, 100)


class DateRange(RangeForm):
    """Days of capture, both ends included."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._from_on, self._from = _date_row("From")
        self._to_on, self._to = _date_row("To")
        layout = QGridLayout(self)
        rows = ((self._from_on, self._from), (self._to_on, self._to))
        for row, (box, edit) in enumerate(rows):
            layout.addWidget(box, row, 0)
            layout.addWidget(edit, row, 1)
            box.toggled.connect(edit.setEnabled)
            box.toggled.connect(lambda _: self.changed.emit())
            edit.dateChanged.connect(lambda _: self.changed.emit())

    @property
    def first(self) -> datetime | None:
        """The beginning of the first day."""
        return _start_of(self._from.date()) if self._from_on.isChecked() else None

    @property
    def before(self) -> datetime | None:
        """The end of the last day: the beginning of the day after it."""
        if not self._to_on.isChecked():
            return None
        return _start_of(self._to.date()) + timedelta(days=1)

    @property
    def summary(self) -> str:
        shown = Qt.DateFormat.ISODate
        first, last = self._from.date().toString(shown), self._to.date().toString(shown)
        match self._from_on.isChecked(), self._to_on.isChecked():
            case True, True:
                return f"{first} to {_without_same_year(last, first)}" if first != last else first
            case True, False:
                return f"from {first}"
            case False, True:
                return f"to {last}"
            case _:
                return ANY

    def show_conditions(self, conditions: Filter) -> None:
        first, before = conditions.taken_from, conditions.taken_before
        last = None if before is None else before - timedelta(days=1)
        self.set_days(_day(first), _day(last))

    def suggest(self, day: date) -> None:
        """Begin with this day when an end that is open now is closed."""
        for box, edit in ((self._from_on, self._from), (self._to_on, self._to)):
            if not box.isChecked():
                with QSignalBlocker(edit):
                    edit.setDate(QDate(day.year, day.month, day.day))

    def set_days(self, first: QDate | None, last: QDate | None) -> None:
        """Let these days pass; None leaves an end open."""
        for box, edit, day in ((self._from_on, self._from, first), (self._to_on, self._to, last)):
            if day is not None:
                edit.setDate(day)
            box.setChecked(day is not None)

    def clear(self) -> None:
        self.set_days(None, None)


class RangeButton(QToolButton):
    """Shows the range in force; a click opens its form."""

    def __init__(self, content: RangeForm, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self._name = name
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(content)
        menu.addAction(action)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(f"Show photos by {name.lower()}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refresh()

    def refresh(self) -> None:
        """Say which range is in force."""
        summary = self.content.summary
        self.setText(f"{self._name}: {summary} ▾" if summary != ANY else f"{self._name} ▾")
        self.setAccessibleName(f"{self._name}: {summary}")


def _score_box(name: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, 100)
    box.setValue(value)
    box.setAccessibleName(f"Score {name.lower()}")
    return box


def _date_row(name: str) -> tuple[QCheckBox, QDateEdit]:
    edit = QDateEdit(QDate.currentDate())
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setEnabled(False)
    edit.setAccessibleName(f"{name} date")
    return QCheckBox(name), edit


def _without_same_year(day: str, other: str) -> str:
    """`05-18` beside `2024-05-17`."""
    year, _, rest = day.partition("-")
    return rest if other.startswith(f"{year}-") else day


def _day(moment: datetime | None) -> QDate | None:
    return None if moment is None else QDate(moment.year, moment.month, moment.day)


def _start_of(day: QDate) -> datetime:
    return datetime.combine(datetime(day.year(), day.month(), day.day()), time.min)
