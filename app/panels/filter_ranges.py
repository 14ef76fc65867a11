"""Ranges of the filter bar: score and capture date, each in a small form behind a button."""

import math
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QGridLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.panels.popup import Popup
from app.panels.range_slider import FULL, RangeSlider
from core.photo import Filter
from core.services.browse import Distributions

ANY = "any"  # the summary of a range that lets everything pass


class RangeForm(QWidget):
    """A lower and an upper bound, each of which may be absent."""

    changed = Signal()

    @property
    def summary(self) -> str:
        """The range in a few characters; ANY if there is none."""
        raise NotImplementedError

    def short_text(self, name: str) -> str:
        """What a button with little room says of a range that is in force."""
        return f"{name}: {self.summary}"

    def clear(self) -> None:
        """Let everything pass."""
        raise NotImplementedError

    def show_conditions(self, conditions: Filter) -> None:
        """Let pass what a filter lets pass."""
        raise NotImplementedError

    def show_distributions(self, found: Distributions | None) -> None:
        """Show what moving a bound would do, if this form has room for it; None: not known."""


class ScoreRange(RangeForm):
    """Scores from 0 to 100, by a slider and in numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = RangeSlider(self.tr("Score"), self)
        self._least = _score_box("At least", 0)
        self._most = _score_box("At most", FULL)
        self._passing = QLabel(self)
        self._passing.setObjectName("quiet")
        layout = QGridLayout(self)
        layout.addWidget(self._slider, 0, 0, 1, 2)
        rows = (("At least", self._least), ("At most", self._most))
        for row, (name, box) in enumerate(rows, start=1):
            layout.addWidget(QLabel(name, self), row, 0)
            layout.addWidget(box, row, 1)
            box.valueChanged.connect(self._take_numbers)
        layout.addWidget(self._passing, 3, 0, 1, 2)
        self._slider.moved.connect(self._show_numbers)
        self._slider.changed.connect(self.changed)

    @property
    def least(self) -> float | None:
        """The lower bound. 87 lets 86.6 pass, which is shown as 87."""
        return lower_bound(self._slider.least)

    @property
    def most(self) -> float | None:
        """The upper bound, rounded as the scores are."""
        return upper_bound(self._slider.most)

    @property
    def summary(self) -> str:
        return range_text(self._slider.least, self._slider.most)

    def show_conditions(self, conditions: Filter) -> None:
        self.set_range(*bounds_shown(conditions.min_score, conditions.max_score))

    def set_range(self, least: int, most: int) -> None:
        """Let scores from `least` to `most` pass."""
        self._slider.set_range(least, most)

    def show_distributions(self, found: Distributions | None) -> None:
        self._slider.show_counts(found.score.counts if found else ())
        missing = found.score.missing if found else 0
        text = self.tr("Not scored yet: {count}").format(count=f"{missing:,}") if missing else ""
        self._passing.setText("\n".join(filter(None, [passing_text(found), text])))

    def short_text(self, name: str) -> str:
        return super().short_text(name).replace(" to ", "\N{EN DASH}")

    def clear(self) -> None:
        self.set_range(0, FULL)

    def _show_numbers(self) -> None:
        for box, value in ((self._least, self._slider.least), (self._most, self._slider.most)):
            with QSignalBlocker(box):
                box.setValue(value)

    def _take_numbers(self) -> None:
        """Where one number passes the other, that one follows."""
        least, most = self._least.value(), self._most.value()
        if least > most:
            least, most = (least, least) if self.sender() is self._least else (most, most)
        self._slider.set_range(least, most)


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

    def short_text(self, name: str) -> str:  # noqa: ARG002  a date needs none
        return self.summary

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

    opening = Signal()

    def __init__(self, content: RangeForm, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.popup = Popup(content, self)
        self._name = name
        self.setToolTip(f"Show photos by {name.lower()}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.open_form)
        self.refresh()

    @property
    def is_open(self) -> bool:
        """Whether the form can be seen."""
        return self.popup.isVisible()

    def refresh(self) -> None:
        """Say which range is in force."""
        summary = self.content.summary
        text = self._name if summary == ANY else self.content.short_text(self._name)
        self.setText(f"{text} ▾")
        self.setAccessibleName(f"{self._name}: {summary}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:  # as menus open
            self.open_form()
            return
        super().keyPressEvent(event)

    def open_form(self) -> None:
        """Show the form below the button, with the keys in it."""
        self.opening.emit()
        self.popup.open()


def lower_bound(least: int) -> float | None:
    """What passes a lower end: numbers are shown rounded, so 86.6 is as good as 87."""
    return least - 0.5 if least > 0 else None


def upper_bound(most: int) -> float | None:
    """Likewise for an upper end."""
    return most + 0.5 if most < FULL else None


def bounds_shown(least: float | None, most: float | None) -> tuple[int, int]:
    """The numbers from which `lower_bound` and `upper_bound` made these."""
    shown = 0 if least is None else math.ceil(least), FULL if most is None else math.floor(most)
    return max(0, shown[0]), min(FULL, shown[1])


def range_text(least: int, most: int) -> str:
    """`40 and more`, `up to 60`, `40 to 60`; ANY where everything passes."""
    if (least, most) == (0, FULL):
        return ANY
    if most == FULL:
        return f"{least} and more"
    return f"{least} to {most}" if least else f"up to {most}"


def passing_text(found: Distributions | None) -> str:
    """How many photos the whole filter lets through."""
    if found is None:
        return ""
    return f"{found.passing:,} of {found.photos:,} photos pass"


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
