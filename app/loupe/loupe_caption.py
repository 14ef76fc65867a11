"""The line under a photo: which one this is and what has been said of it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.panels.elided_label import ElidedLabel
from app.theme import LABEL_COLORS
from core.errors import printable
from core.photo import MAX_STARS, ColorLabel, FileState, Photo, Pick

_SWATCH_PX = 10
_SWATCH_OPACITY = 0.8  # beside a photograph even a label speaks softly


class LoupeCaption(QWidget):
    """Name, place in the list, zoom, stars, pick, label and score, in the quiet text colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = QLabel(self)
        self._name = ElidedLabel(parent=self)
        self._compact = False
        self._position = QLabel(self)
        self._zoom = QLabel(self)
        self._away = QLabel(self)
        self._stars = QLabel(self)
        self._pick = QLabel(self)
        self._swatch = _Swatch(self)
        self._label = QLabel(self)
        self._score = QLabel(self)
        self._build()

    def show_photo(self, photo: Photo | None, position: tuple[int, int] | None) -> None:
        """Say what is known of `photo`; `position` is its place from 1 and the count."""
        for part in (self._position, self._stars, self._pick, self._label, self._score):
            part.clear()
        self._name.set_full_text(printable(photo.path.name) if photo else "")
        self._away.setText(self._state_text(photo.state) if photo else "")
        self._away.setVisible(bool(self._away.text()))
        self._swatch.show_label(photo.label if photo else ColorLabel.NONE)
        if photo is not None:
            self._describe(photo, position)
        self._fit_parts()

    @property
    def role(self) -> str:
        """What this photo is among others, or nothing."""
        return self._role.text()

    def show_role(self, role: str, *, active: bool = False) -> None:
        """Say what this photo is among others; that of the active one is set in bold."""
        font = self._role.font()
        font.setBold(active)
        self._role.setFont(font)
        self._role.setText(role)
        self._role.setVisible(bool(role))

    def set_compact(self, compact: bool) -> None:
        """Leave out what the panel beside the photos says too, where there is little room."""
        self._compact = compact
        self._fit_parts()

    def show_zoom(self, zoom: str) -> None:
        """Name the zoom."""
        self._zoom.setText(zoom)

    def _fit_parts(self) -> None:
        for part in (self._position, self._label, self._score):
            part.setVisible(bool(part.text()) and not self._compact)
        for part in (self._stars, self._pick):
            part.setVisible(bool(part.text()))
        self._zoom.setVisible(not self._compact)

    def _describe(self, photo: Photo, position: tuple[int, int] | None) -> None:
        if position is not None:
            place, count = position
            self._position.setText(
                self.tr("{place} of {count}").format(place=f"{place:,}", count=f"{count:,}")
            )
        if photo.stars:
            self._stars.setText("★" * photo.stars + "☆" * (MAX_STARS - photo.stars))
            self._stars.setAccessibleName(
                self.tr("{stars} of {most} stars").format(stars=photo.stars, most=MAX_STARS)
            )
        self._pick.setText(self._pick_text(photo.pick))
        self._label.setText(self._label_text(photo.label))
        if photo.score is not None:
            self._score.setText(
                self.tr("Score {value} ± {spread}").format(
                    value=f"{photo.score.value:.0f}", spread=f"{photo.score.spread:.0f}"
                )
            )

    def _state_text(self, state: FileState) -> str:
        return {
            FileState.OFFLINE: self.tr("Offline"),
            FileState.DAMAGED: self.tr("Damaged"),
        }.get(state, "")

    def _pick_text(self, pick: Pick) -> str:
        return {
            Pick.PICKED: self.tr("Picked"),
            Pick.REJECTED: self.tr("Rejected"),
            Pick.UNDECIDED: "",
        }[pick]

    def _label_text(self, label: ColorLabel) -> str:
        return {
            ColorLabel.NONE: "",
            ColorLabel.RED: self.tr("Red"),
            ColorLabel.YELLOW: self.tr("Yellow"),
            ColorLabel.GREEN: self.tr("Green"),
            ColorLabel.BLUE: self.tr("Blue"),
            ColorLabel.PURPLE: self.tr("Purple"),
        }[label]

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 3, 10, 3)
        layout.setSpacing(16)
        layout.addWidget(self._role)
        layout.addWidget(self._name)
        layout.addWidget(self._position)
        layout.addWidget(self._zoom)
        layout.addWidget(self._away)
        layout.addStretch(1)
        layout.addWidget(self._stars)
        layout.addWidget(self._pick)
        label = QHBoxLayout()
        label.setSpacing(5)
        label.addWidget(self._swatch)
        label.addWidget(self._label)
        layout.addLayout(label)
        layout.addWidget(self._score)
        for part in self.findChildren(QLabel):
            part.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for part in (self._role, self._name):
            part.setForegroundRole(QPalette.ColorRole.WindowText)
        self._role.hide()
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # What does not fit is cut off: panes side by side must not differ in width by their text.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # The line is always there: a photo that moved because it got a star would be a nuisance.
        self.setFixedHeight(self.fontMetrics().height() + 8)


class _Swatch(QWidget):
    """A dot in the colour of the label; its name stands beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._color: str | None = None
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(_SWATCH_PX, _SWATCH_PX)

    def show_label(self, label: ColorLabel) -> None:
        self._color = LABEL_COLORS.get(label)
        self.setVisible(self._color is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._color is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_SWATCH_OPACITY)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._color))
        painter.drawEllipse(QRectF(self.rect()))
