"""Why this score: where the model looked, a sentence, and the rated photos that are most alike."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.panels.photo_tiles import PhotoTiles, TilePictures
from app.panels.veil import veil_of
from core.photo import MAX_STARS, Photo, Pick
from core.services.personalize import Explanation

_ALIKE_PX = 58  # three of them fit the narrowest panel
_COLUMNS = 3
_TALLEST = 1.2  # times the width


class WhyBlock(QWidget):
    """Explains one photo. Empty until it is told to."""

    photo_chosen = Signal(object, object)  # PhotoId of one that is alike, tuple of all these

    def __init__(self, pictures: TilePictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._title = QLabel(self.tr("Why this score"), self)
        self._sentence = QLabel(self)
        self._map = VeiledPicture(self)
        self._map_text = QLabel(self.tr("The darker a part is here, the less it counted."), self)
        self._alike_title = QLabel(self.tr("Most like these, which you rated"), self)
        self._alike = PhotoTiles(_COLUMNS, _ALIKE_PX, self)
        self._build()

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._sentence.text()

    @property
    def alike(self) -> PhotoTiles:
        """The photos that are most alike."""
        return self._alike

    def say(self, sentence: str) -> None:
        """Say only a sentence: it is being found out, or cannot be."""
        self._sentence.setText(sentence)
        for part in (self._map, self._map_text, self._alike_title, self._alike):
            part.hide()
        self._pictures.fetch(())

    def explain(
        self, image: QImage | None, explanation: Explanation, alike: Sequence[Photo]
    ) -> None:
        """Show an explanation; `image` is any rendition of the photo, `alike` its look-alikes."""
        self._sentence.setText(explanation.sentence)
        has_map = image is not None and explanation.map is not None
        if image is not None and explanation.map is not None:
            self._map.show_picture(image, veil_of(explanation.map))
        self._map.setVisible(has_map)
        self._map_text.setVisible(has_map)
        self._alike.show_photos([(photo, mark_text(photo)) for photo in alike])
        self._alike.setVisible(bool(alike))
        self._alike_title.setVisible(bool(alike))
        self._pictures.fetch(self._alike.tiles)

    def _build(self) -> None:
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        for label in (self._map_text, self._alike_title):
            label.setWordWrap(True)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._alike.chosen.connect(
            lambda id_: self.photo_chosen.emit(id_, tuple(tile.photo for tile in self._alike.tiles))
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (
            self._title,
            self._sentence,
            self._map,
            self._map_text,
            self._alike_title,
            self._alike,
        ):
            column.addWidget(part)
        self.say("")


class VeiledPicture(QWidget):
    """The photo with the veil over it, as wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._veil = QImage()
        self.setAccessibleName(self.tr("Where the model looked"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, image: QImage, veil: QImage) -> None:
        """Show `image` under `veil`."""
        self._image, self._veil = image, veil
        self._fit_height()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        if not self._image.isNull():
            shape = self._image.height() / max(1, self._image.width())
            self.setFixedHeight(max(1, round(self.width() * min(_TALLEST, shape))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF(
            (self.width() - size.width()) / 2,
            (self.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )
        painter.drawImage(area, self._image)
        painter.drawImage(area, self._veil)


def mark_text(photo: Photo) -> str:
    """What was said of a photo: its stars, else whether it was picked or rejected."""
    if photo.stars:
        return "★" * photo.stars + "☆" * (MAX_STARS - photo.stars)
    return {Pick.PICKED: "Picked", Pick.REJECTED: "Rejected", Pick.UNDECIDED: ""}[photo.pick]
