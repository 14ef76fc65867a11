"""The panel beside the photos: histogram, score with its parts, and what the camera wrote."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.panels.elided_label import ElidedLabel
from app.panels.histogram import HistogramView
from app.panels.photo_facts import Fact, FactGroup, fact_groups, state_text
from app.panels.score_block import ScoreBlock
from core.photo import FileState, Photo

_MARGIN_PX = 12


class InfoPanel(QWidget):
    """Everything known of one photo. Rows without a value are not shown at all."""

    def __init__(self, why: QWidget | None = None, parent: QWidget | None = None) -> None:
        """`why` explains the score, under it; who made it fills and shows it."""
        super().__init__(parent)
        self._why = why if why is not None else QWidget()
        self._why.hide()
        self._histogram = HistogramView(self)
        self._score = ScoreBlock(self)
        self._state = QLabel(self)
        self._scroll = QScrollArea(self)
        self._revealing = False  # until another photo comes
        self._groups = [_GroupRows(group, self) for group in fact_groups()]
        widest = max(group.names_width for group in self._groups)
        for group in self._groups:
            group.set_names_width(widest)
        self._build()
        self.show_photo(None, None)

    def show_photo(self, photo: Photo | None, image: QImage | None, meaning: str = "") -> None:
        """Describe `photo`.

        Args:
            photo: None empties the panel.
            image: any rendition of it for the histogram; 640 px are enough.
            meaning: what the number of the score stands for, from the model's manifest.
        """
        self._revealing = False
        self._histogram.set_image(image if photo is not None else None)
        awaited = photo is not None and photo.state is FileState.ONLINE
        self._histogram.setVisible(awaited or self._histogram.histogram is not None)
        self._score.show_score(photo, meaning)
        self._state.setText(state_text(photo) if photo is not None else "")
        self._state.setVisible(bool(self._state.text()))
        for group in self._groups:
            group.show_photo(photo)

    def set_image(self, image: QImage | None) -> None:
        """Renew only the histogram, for instance when the picture arrives after the photo."""
        self._histogram.set_image(image)
        if image is not None:
            self._histogram.show()

    def reveal_why(self) -> None:
        """Bring the explanation into view, its beginning at least."""
        self._revealing = True
        self._scroll_to_why()

    def _scroll_to_why(self) -> None:
        """Again while its pictures and lines find their height."""
        if not self._revealing or self._why.isHidden():
            return
        bottom = self._why.geometry().bottom() - self._scroll.viewport().height()
        bar = self._scroll.verticalScrollBar()
        bar.setValue(max(bar.value(), min(self._why.y() - _MARGIN_PX, bottom + _MARGIN_PX)))

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Information"))
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        column.setSpacing(_MARGIN_PX)
        for part in (self._histogram, self._state, self._score, self._why, *self._groups):
            column.addWidget(part)
        column.addStretch(1)
        scroll = self._scroll
        scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._scroll_to_why())
        scroll.setAccessibleName(self.accessibleName())
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        # A scroll area draws on Base, which is the colour behind photographs, not of panels.
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.setMinimumWidth(200)


class _GroupRows(QWidget):
    """The rows of one group; hidden while all of them are empty."""

    def __init__(self, group: FactGroup, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Fact, QLabel, QLabel]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        title = QLabel(group.title, self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        grid.addWidget(title, 0, 0, 1, 2)
        for row, fact in enumerate(group.facts, 1):
            name, value = QLabel(fact.name, self), self._value_label(fact)
            name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
            self._rows.append((fact, name, value))

    @property
    def names_width(self) -> int:
        """The room the longest name needs, in pixels."""
        return max(name.sizeHint().width() for _, name, _ in self._rows)

    def set_names_width(self, width: int) -> None:
        """Let the values of all groups begin at one edge."""
        for _, name, _ in self._rows:
            name.setFixedWidth(width)

    def show_photo(self, photo: Photo | None) -> None:
        anything = False
        for fact, name, value in self._rows:
            text = fact.read(photo) if photo is not None else ""
            if isinstance(value, ElidedLabel):
                value.set_full_text(text)
            else:
                value.setText(text)
            value.setAccessibleName(f"{fact.name}: {text}")
            name.setVisible(bool(text))
            value.setVisible(bool(text))
            anything = anything or bool(text)
        self.setVisible(anything)

    def _value_label(self, fact: Fact) -> QLabel:
        label = ElidedLabel(parent=self) if fact.path else QLabel(self)
        label.setObjectName(fact.id)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(not fact.path)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return label
