"""The shown photos in numbers: scores, time, cameras and lenses."""

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.bar_chart import Bar, BarChart
from app.dialogs.page import Page
from app.dialogs.plain_table import ROOT, Index, PlainTable, PlainTableModel
from app.jobs import JobRunner, Lane
from core.photo import Filter
from core.services.statistics import SCORE_BIN, Part, ShootStatistics, Span, Statistics

_NAME, _PHOTOS, _KEPT, _SHARE = range(4)
_ROW_SPACE_PX = 6
_MOST_ROWS = 8  # of a table before it scrolls


class StatisticsDialog(QDialog):
    """Reads the statistics of a filter once, when it opens."""

    def __init__(
        self,
        statistics: ShootStatistics,
        jobs: JobRunner,
        scope: Filter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Statistics"))
        self.setModal(False)
        self.resize(620, 720)
        self._sentence = QLabel(self.tr("Counting…"), self)
        self._sentence.setWordWrap(True)
        self.scores = BarChart(self.tr("Photos by score"), self)
        self.time_line = BarChart(self.tr("Photos by time"), self)
        self.cameras = PartsTable(self.tr("Camera"), self)
        self.lenses = PartsTable(self.tr("Lens"), self)
        self._page = Page(self)
        self._page.column.addWidget(self._sentence)
        for title, part in (
            (self.tr("Scores"), self.scores),
            (self.tr("Time"), self.time_line),
            (self.tr("Cameras"), self.cameras),
            (self.tr("Lenses"), self.lenses),
        ):
            heading = QLabel(title, self)
            heading.setObjectName("quiet")
            heading.setBuddy(part)
            self._page.column.addWidget(heading)
            self._page.column.addWidget(part)
        self._page.column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._page, 1)
        layout.addWidget(buttons)
        job = jobs.submit(Lane.PREVIEW, "statistics", lambda _: statistics.of(scope))
        job.succeeded.connect(self.show_statistics)

    def show_statistics(self, found: Statistics) -> None:
        """Show what was counted."""
        self._sentence.setText(self._summary(found))
        bars = [
            Bar(photos, kept, self._score_text(place, photos, kept))
            for place, (photos, kept) in enumerate(
                zip(found.scores, found.kept_scores, strict=True)
            )
        ]
        self.scores.show_bars(bars, ("0", "50", "100"))
        line = found.time_line
        spans = [
            Bar(span.photos, span.kept, self._span_text(span, line.step)) for span in line.spans
        ]
        self.time_line.show_bars(spans, self._time_ends(line.spans, line.step))
        self.cameras.show_parts(found.cameras)
        self.lenses.show_parts(found.lenses)

    def _summary(self, found: Statistics) -> str:
        if not found.photos:
            return self.tr("No photo is shown, so there is nothing to count.")
        unscored = found.photos - sum(found.scores)
        text = self.tr(
            "{photos} photos, {kept} kept ({share}). Kept are photos that are picked or have "
            "three stars or more; they are the coloured part of each bar."
        ).format(
            photos=f"{found.photos:,}",
            kept=f"{found.kept:,}",
            share=share_text(found.kept, found.photos),
        )
        if unscored:
            text += " " + self.tr("{count} have no score yet.").format(count=f"{unscored:,}")
        return text

    def _score_text(self, place: int, photos: int, kept: int) -> str:
        return self.tr("Score {low} to {high}: {photos} shown, {kept} kept").format(
            low=place * SCORE_BIN, high=(place + 1) * SCORE_BIN, photos=f"{photos:,}", kept=kept
        )

    def _span_text(self, span: Span, step: timedelta) -> str:
        return self.tr("From {start}: {photos} shown, {kept} kept").format(
            start=_moment(span, step), photos=f"{span.photos:,}", kept=span.kept
        )

    def _time_ends(self, spans: Sequence[Span], step: timedelta) -> tuple[str, ...]:
        if not spans:
            return (self.tr("The files do not say when they were taken."),)
        if len(spans) == 1:
            return (_moment(spans[0], step),)
        return (_moment(spans[0], step), _moment(spans[-1], step))


class PartsModel(PlainTableModel):
    """One camera or lens a row."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(headers, {_PHOTOS, _KEPT, _SHARE}, parent)
        self._parts: tuple[Part, ...] = ()

    def show(self, parts: Sequence[Part]) -> None:
        self.beginResetModel()
        self._parts = tuple(parts)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._parts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        part = self._parts[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._text(part, index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
        return None

    def _text(self, part: Part, column: int) -> str:
        match column:
            case 0:
                return part.name or self.tr("The files do not say")
            case 1:
                return f"{part.photos:,}"
            case 2:
                return f"{part.kept:,}"
            case _:
                return share_text(part.kept, part.photos)


class PartsTable(PlainTable):
    """As high as its rows, up to a few."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(_ROW_SPACE_PX, parent)
        headers = (what, self.tr("Photos"), self.tr("Kept"), self.tr("Share"))
        self._model = PartsModel(headers, self)
        self.setModel(self._model)
        self.setAccessibleName(what)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.show_parts(())

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these, from above."""
        self._model.show(parts)
        rows = min(_MOST_ROWS, max(1, len(parts)))
        row_px = self.verticalHeader().defaultSectionSize()
        header_px = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(header_px + rows * row_px + 2 * self.frameWidth() + 2)


def share_text(part: int, whole: int) -> str:
    """For instance "12 %"."""
    if not whole:
        return ""
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent >= 1 or not part else f"{percent:.1f} %"


def _moment(span: Span, step: timedelta) -> str:
    start = span.start
    moment = QDateTime(start.year, start.month, start.day, start.hour, start.minute, 0)
    if step >= timedelta(days=1):
        return QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
