"""Ranges of the technical parts: measurements to choose photos by, one slider for each."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.filter_ranges import (
    ANY,
    RangeForm,
    bounds_shown,
    lower_bound,
    passing_text,
    range_text,
    upper_bound,
)
from app.panels.part_words import PartWords, part_words
from app.panels.range_slider import FULL, RangeSlider
from core.photo import Filter, PartRange, TechnicalPart
from core.services.browse import Distribution, Distributions

_COLUMNS = 2
_ROW_PX = 355
_GAP_PX = 18


class TechnicalRanges(RangeForm):
    """One row for each part; nothing is decided here, photos are only shown or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Mapping[TechnicalPart, PartRow] = {
            part: PartRow(words, self) for part, words in part_words().items()
        }
        self._passing = QLabel(self)
        self._passing.setAccessibleName(self.tr("Photos that pass"))
        self._reset = QPushButton(self.tr("Reset all"), self)
        self._reset.setToolTip(self.tr("Let every measurement pass"))
        self._reset.clicked.connect(self.clear)
        self._is_clearing = False
        self._build()
        self._follow()

    @property
    def ranges(self) -> frozenset[PartRange]:
        """The ranges that leave something out."""
        return frozenset(
            PartRange(part, lower_bound(row.slider.least), upper_bound(row.slider.most))
            for part, row in self._rows.items()
            if row.is_set
        )

    @property
    def summary(self) -> str:
        count = len(self.ranges)
        if not count:
            return ANY
        return self.tr("1 range") if count == 1 else self.tr("{n} ranges").format(n=count)

    def short_text(self, name: str) -> str:
        return f"{name}: {len(self.ranges)}"

    def row(self, part: TechnicalPart) -> "PartRow":
        """The row of a part."""
        return self._rows[part]

    def show_distributions(self, found: Distributions | None) -> None:
        for part, row in self._rows.items():
            row.show_distribution(found.parts[part] if found else None)
        self._passing.setText(passing_text(found))

    def show_conditions(self, conditions: Filter) -> None:
        asked = {one.part: one for one in conditions.parts}
        for part, row in self._rows.items():
            one = asked.get(part, PartRange(part))
            row.slider.set_range(*bounds_shown(one.least, one.most))

    def clear(self) -> None:
        self._is_clearing = True
        for row in self._rows.values():
            row.clear()
        self._is_clearing = False
        self._tell()

    def _tell(self) -> None:
        if not self._is_clearing:
            self.changed.emit()

    def _follow(self) -> None:
        self._reset.setEnabled(any(row.is_set for row in self._rows.values()))

    def _build(self) -> None:
        intro = QLabel(
            self.tr("Measurements, not judgements: they choose what is shown and mark nothing."),
            self,
        )
        intro.setObjectName("quiet")
        rows = QGridLayout()
        rows.setHorizontalSpacing(_GAP_PX)
        rows.setVerticalSpacing(12)
        for place, row in enumerate(self._rows.values()):
            rows.addWidget(row, place // _COLUMNS, place % _COLUMNS, Qt.AlignmentFlag.AlignTop)
            row.slider.moved.connect(self._follow)
            row.slider.changed.connect(self._tell)
        foot = QHBoxLayout()
        foot.addWidget(self._passing, 1)
        foot.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addLayout(rows)
        layout.addLayout(foot)


class PartRow(QWidget):
    """A part: its name, the range in force, the slider, and what was not measured."""

    def __init__(self, words: PartWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.slider = RangeSlider(words.name, self)
        self._value = QLabel(self)
        self.reset = QToolButton(self)
        self._note = QLabel(self)
        self._build()
        self._show_value()

    @property
    def is_set(self) -> bool:
        """Whether the range leaves anything out."""
        return (self.slider.least, self.slider.most) != (0, FULL)

    @property
    def texts(self) -> tuple[str, str]:
        """The range in force and the note about what is missing, as they are shown."""
        return self._value.text(), self._note.text()

    def clear(self) -> None:
        """Let everything pass."""
        self.slider.set_range(0, FULL)

    def show_distribution(self, found: Distribution | None) -> None:
        """Draw it, and say for how many photos there is no measurement."""
        self.slider.show_counts(found.counts if found else ())
        self._note.setText(self._missing(found) if found else "")

    def _missing(self, found: Distribution) -> str:
        measured = sum(found.counts)
        if not found.missing:
            return ""
        if not measured:
            return self.tr("Not measured in any of these photos")
        return self.tr("Not measured in {missing} of {all} photos").format(
            missing=f"{found.missing:,}", all=f"{measured + found.missing:,}"
        )

    def _show_value(self) -> None:
        self._value.setText(range_text(self.slider.least, self.slider.most))
        self.reset.setVisible(self.is_set)

    def _build(self) -> None:
        words = self._words
        name = QLabel(f"{words.name},", self)
        direction = QLabel(words.direction, self)
        direction.setObjectName("quiet")
        self._note.setObjectName("quiet")
        self.reset.setText("↺")
        self.reset.setObjectName("flat")
        self.reset.setAccessibleName(self.tr("Reset {name}").format(name=words.name))
        self.reset.setToolTip(self.tr("Let every value pass"))
        room = self.reset.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(room)
        self.reset.clicked.connect(self.clear)
        self.slider.moved.connect(self._show_value)
        tip = f"{words.meaning}\n" + self.tr("A measurement: photos are shown by it or not.")
        for part in (self, self.slider.lower_end, self.slider.upper_end):
            part.setToolTip(_wrapped(tip))
        for end in (self.slider.lower_end, self.slider.upper_end):
            end.setAccessibleDescription(f"{words.direction}. {words.meaning}")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(name)
        head.addWidget(direction, 1)
        head.addWidget(self.reset)
        foot = QHBoxLayout()
        foot.addWidget(self._value)
        foot.addStretch(1)
        foot.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(head)
        layout.addWidget(self.slider)
        layout.addLayout(foot)
        self.setFixedWidth(_ROW_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def _wrapped(text: str) -> str:
    """Tooltips break lines in rich text only; what is said here has no markup."""
    return "<p>" + text.replace("\n", "</p><p>") + "</p>"
