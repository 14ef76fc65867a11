"""Which photos to show and in which order, as controls that can all be combined."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.panels.filter_choices import COMPACT, ChoiceButtons, label_choices, pick_choices
from app.panels.filter_ranges import DateRange, RangeButton, ScoreRange
from app.panels.part_words import part_words
from app.panels.technical_ranges import TechnicalRanges
from core.photo import MAX_STARS, ColorLabel, Filter, Pick, Query, SortKey
from core.services.browse import Distributions

_TYPING_MS = 200
_SORT_LETTERS = 8
_LIST_MARGIN_PX = 24
_ARROW_GAP_PX = 7  # between the arrow of a box and its edge

_STARS: tuple[tuple[str, int, int, bool], ...] = (
    ("Any stars", 0, MAX_STARS, False),
    *((f"{n}+ stars" if n > 1 else "1+ star", n, MAX_STARS, False) for n in range(1, MAX_STARS)),
    (f"{MAX_STARS} stars", MAX_STARS, MAX_STARS, False),
    ("Unrated", 0, 0, False),
    ("Not reviewed", 0, MAX_STARS, True),
)

_SORTS = (
    ("Capture time", SortKey.CAPTURE_TIME),
    ("Name", SortKey.NAME),
    ("Score", SortKey.SCORE),
    ("Stars", SortKey.STARS),
    *((words.name, SortKey(part.value)) for part, words in part_words().items()),
)
_HIGHEST_FIRST = frozenset(SortKey) - {SortKey.CAPTURE_TIME, SortKey.NAME}


@dataclass(frozen=True, slots=True)
class Order:
    """How the photos are sorted."""

    key: SortKey = SortKey.CAPTURE_TIME
    descending: bool = False


class FilterBar(QWidget):
    """Emits `changed` when another list of photos is wanted."""

    changed = Signal()
    left = Signal()  # Enter or Esc in the name field: back to the photographs
    distributions_wanted = Signal()  # a form that can show them is about to open

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stars = _combo(
            "Stars", "Show photos with so many stars", [name for name, *_ in _STARS]
        )
        self._picks: ChoiceButtons[Pick] = ChoiceButtons(pick_choices(), self)
        self._labels: ChoiceButtons[ColorLabel] = ChoiceButtons(label_choices(), self)
        self._score = RangeButton(ScoreRange(), "Score", self)
        self._technical = RangeButton(TechnicalRanges(), "Technical", self)
        self._dates = RangeButton(DateRange(), "Date", self)
        self._name = _NameField(self)
        self._sort = _combo("Sort by", "Sort by", [name for name, _ in _SORTS])
        _keep_narrow(self._sort)
        self._direction = QToolButton(self)
        self._clear = QToolButton(self)
        self._quiet = False  # several controls change as one
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._announce)
        self._build()
        self._connect()
        self._refresh()

    def conditions(self) -> Filter:
        """What a photo must have, apart from the folder."""
        _, least, most, unreviewed = _STARS[self._stars.currentIndex()]
        score, dates = self._score.content, self._dates.content
        technical = self._technical.content
        assert isinstance(score, ScoreRange)
        assert isinstance(technical, TechnicalRanges)
        assert isinstance(dates, DateRange)
        return Filter(
            min_stars=least,
            max_stars=most,
            unreviewed=unreviewed,
            picks=self._picks.chosen,
            labels=self._labels.chosen,
            min_score=score.least,
            max_score=score.most,
            parts=technical.ranges,
            taken_from=dates.first,
            taken_before=dates.before,
            name_contains=self._name.text().strip(),
        )

    def order(self) -> Order:
        """The order that is wanted."""
        return Order(_SORTS[self._sort.currentIndex()][1], self._direction.isChecked())

    def applied_to(self, query: Query) -> Query:
        """`query` with these conditions and this order, over the same folder."""
        conditions, order = self.conditions(), self.order()
        scope = Filter(
            folder=query.filter.folder,
            recursive=query.filter.recursive,
            **{name: getattr(conditions, name) for name in _CONDITIONS},
        )
        return Query(scope, order.key, order.descending)

    @property
    def is_filtering(self) -> bool:
        """Whether any photo could be hidden."""
        return self.conditions() != Filter()

    def clear(self) -> None:
        """Show every photo; the order stays."""
        self._quiet = True
        self._stars.setCurrentIndex(0)
        for choices in (self._picks, self._labels):
            choices.clear()
        for button in self._ranges:
            button.content.clear()
        self._name.clear()
        self._quiet = False
        self._announce()

    def show_conditions(self, conditions: Filter) -> None:
        """Set every control to what a photo must have, as `conditions` told it."""
        self._quiet = True
        stars = (conditions.min_stars, conditions.max_stars, conditions.unreviewed)
        rows = [row for row, (_, *asked) in enumerate(_STARS) if tuple(asked) == stars]
        self._stars.setCurrentIndex(rows[0] if rows else 0)
        self._picks.choose(conditions.picks)
        self._labels.choose(conditions.labels)
        for button in self._ranges:
            button.content.show_conditions(conditions)
        self._name.setText(conditions.name_contains)
        self._quiet = False
        self._announce()

    def sort_by(self, key: SortKey, *, descending: bool) -> None:
        """Choose an order."""
        self._quiet = True
        self._sort.setCurrentIndex([other for _, other in _SORTS].index(key))
        self._direction.setChecked(descending)
        self._quiet = False
        self._announce()

    def explain(self, *, find: str, clear: str) -> None:
        """Say what the name field and the button do, and with which key."""
        self._name.setToolTip(find)
        self._clear.setToolTip(clear)

    def suggest_day(self, day: date) -> None:
        """Offer a day for the range of dates, as a rule that of the photo one looks at."""
        content = self._dates.content
        assert isinstance(content, DateRange)
        content.suggest(day)

    @property
    def shows_distributions(self) -> bool:
        """Whether a form with distributions can be seen."""
        return self._score.is_open or self._technical.is_open

    def show_distributions(self, found: Distributions | None) -> None:
        """Show how scores and parts are spread over the photos of this filter."""
        for button in (self._score, self._technical):
            button.content.show_distributions(found)

    def open_technical(self) -> None:
        """Open the form of the technical parts."""
        self._technical.open_form()

    def edit_name(self) -> None:
        """Put the cursor into the name field."""
        self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name.selectAll()

    @property
    def controls(self) -> list[QWidget]:
        """Everything that takes the focus, from left to right."""
        return [
            self._stars,
            *self._picks.buttons,
            *self._labels.buttons,
            *self._ranges,
            self._name,
            self._clear,
            self._sort,
            self._direction,
        ]

    @property
    def _ranges(self) -> tuple[RangeButton, ...]:
        return self._score, self._technical, self._dates

    def _build(self) -> None:
        self._direction.setCheckable(True)
        self._direction.setStyleSheet(COMPACT)
        self._direction.setAccessibleName("Reverse order")
        self._clear.setText("Clear")
        self._clear.setAccessibleName("Clear filter")
        self._clear.setToolTip("Show every photo again")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for part in (self._stars, self._picks, self._labels, *self._ranges, self._name):
            layout.addWidget(part)
        layout.addWidget(self._clear)
        layout.addSpacing(4)
        layout.addWidget(self._sort)
        layout.addWidget(self._direction)
        for control in (self._stars, self._sort, self._direction, self._clear):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the grid

    def _connect(self) -> None:
        self._stars.currentIndexChanged.connect(self._announce)
        self._picks.changed.connect(self._announce)
        self._labels.changed.connect(self._announce)
        for button in self._ranges:
            button.content.changed.connect(self._announce)
        for button in (self._score, self._technical):
            button.opening.connect(self.distributions_wanted)
        self._name.textChanged.connect(lambda _: self._typing.start())
        self._name.left.connect(self.left)
        self._sort.currentIndexChanged.connect(self._choose_direction)
        self._direction.toggled.connect(lambda _: self._announce())
        self._clear.clicked.connect(self.clear)

    def _choose_direction(self) -> None:
        """The highest first where there is one, else from the first to the last."""
        if self._quiet:
            return
        self._quiet = True
        self._direction.setChecked(self.order().key in _HIGHEST_FIRST)
        self._quiet = False
        self._announce()

    def _announce(self) -> None:
        if self._quiet:
            return
        self._typing.stop()
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        descending = self._direction.isChecked()
        highest_first = self.order().key in _HIGHEST_FIRST
        ways = (
            ("lowest first", "highest first")
            if highest_first
            else ("first to last", "last to first")
        )
        self._direction.setText("↓" if descending else "↑")
        self._direction.setToolTip(f"Order: {ways[descending]}. Click to reverse.")
        self._clear.setEnabled(self.is_filtering)
        for button in self._ranges:
            button.refresh()


_CONDITIONS = (
    "min_stars",
    "max_stars",
    "unreviewed",
    "picks",
    "labels",
    "min_score",
    "max_score",
    "parts",
    "taken_from",
    "taken_before",
    "name_contains",
)


class _NameField(QLineEdit):
    """A part of a file name."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Name…")
        self.setAccessibleName("Name contains")
        self.setToolTip("Show photos whose name contains this")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(40)
        self.setMaximumWidth(200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
            return
        super().keyPressEvent(event)


class _FlatCombo(QComboBox):
    """A box that looks like the buttons beside it; the style's own arrow comes with a bevel."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("flat")  # the style sheet knows it by this

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self.rect().adjusted(0, 0, -_ARROW_GAP_PX, 0), right, "▾")


def _combo(name: str, tip: str, entries: list[str]) -> QComboBox:
    combo = _FlatCombo()
    combo.addItems(entries)
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMaxVisibleItems(len(entries))
    return combo


def _keep_narrow(combo: QComboBox) -> None:
    """A long entry that is rarely chosen takes no room from the bar; its list shows it whole."""
    policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    combo.setSizeAdjustPolicy(policy)
    combo.setMinimumContentsLength(_SORT_LETTERS)
    widest = max(
        combo.fontMetrics().horizontalAdvance(combo.itemText(row)) for row in range(combo.count())
    )
    combo.view().setMinimumWidth(widest + _LIST_MARGIN_PX)
