"""The score as a number with its spread, what it means, and the parts it is made of."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.panels.part_words import part_words
from core.photo import FileState, Photo, Score

_FULL = 100.0
_TITLE_SCALE = 2.0
_BAR_PX = 4
_TRACK_OPACITY = 0.18
_FILL_OPACITY = 0.7


class ScoreBlock(QWidget):
    """Shows a score, or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = QLabel(self)
        self._caption = QLabel(self)
        self._bars: list[PartBar] = []
        self._column = QVBoxLayout(self)
        self._build()

    def show_score(self, photo: Photo | None, meaning: str) -> None:
        """Show the score of `photo`; `meaning` says what its number stands for."""
        score = photo.score if photo is not None else None
        if score is None:
            self._number.setText("–" if photo is not None else "")  # noqa: RUF001  a dash in text
            self._caption.setText(self._absence(photo))
            self._show_parts([])
        else:
            self._number.setText(f"{score.value:.0f} ± {score.spread:.0f}")
            self._caption.setText(meaning)
            self._show_parts(list(self._parts(score)))
        self._caption.setVisible(bool(self._caption.text()))
        self._number.setToolTip(self._caption.text())
        self._number.setAccessibleName(self._spoken(score))

    def _parts(self, score: Score) -> Iterator[tuple[str, float]]:
        yield self.tr("Aesthetic"), score.aesthetic
        for name, value in score.technical.items():
            yield self._part_name(name), value

    def _part_name(self, name: str) -> str:
        """Every part is better the higher it is, and its name should say so."""
        names = {part.value: words.name for part, words in part_words().items()}
        return names.get(name, name.replace("_", " ").capitalize())

    def _show_parts(self, parts: list[tuple[str, float]]) -> None:
        while len(self._bars) < len(parts):
            self._bars.append(PartBar(self))
            self._column.addWidget(self._bars[-1])
        for index, bar in enumerate(self._bars):
            bar.setVisible(index < len(parts))
            if index < len(parts):
                bar.show_part(*parts[index])

    def _absence(self, photo: Photo | None) -> str:
        if photo is None:
            return ""
        if photo.state is FileState.ONLINE:
            return self.tr("Not scored yet")
        if photo.state is FileState.DAMAGED:
            return self.tr("Not scored, because part of the picture is missing")
        return self.tr("Not scored, because the file cannot be read now")

    def _spoken(self, score: Score | None) -> str:
        if score is None:
            return self.tr("No score")
        return self.tr("Score {value}, give or take {spread}").format(
            value=f"{score.value:.0f}", spread=f"{score.spread:.0f}"
        )

    def _build(self) -> None:
        font = self._number.font()
        font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        self._number.setFont(font)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._caption.setWordWrap(True)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._caption.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._column.addWidget(self._number)
        self._column.addWidget(self._caption)
        self._column.addSpacing(4)


class PartBar(QWidget):
    """One part of a score: its name, its number and a bar under both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._value = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_part(self, name: str, value: float) -> None:
        """Show `value`, on the scale 0..100."""
        self._name, self._value = name, value
        text = self.tr("{name}: {value} of 100").format(name=name, value=f"{value:.0f}")
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + _BAR_PX + 5)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self.rect().adjusted(0, 0, 0, -_BAR_PX - 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self._name)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, f"{self._value:.0f}")
        track = QRectF(0, self.height() - _BAR_PX - 1, self.width(), _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        self._fill(painter, track, _TRACK_OPACITY)
        share = max(0.0, min(1.0, self._value / _FULL))
        track.setWidth(track.width() * share)
        self._fill(painter, track, _FILL_OPACITY)

    def _fill(self, painter: QPainter, area: QRectF, opacity: float) -> None:
        color = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        color.setAlphaF(opacity)
        painter.setBrush(color)
        painter.drawRoundedRect(area, _BAR_PX / 2, _BAR_PX / 2)
