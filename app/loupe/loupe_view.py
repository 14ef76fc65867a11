"""The loupe: the photo, the pictures around it decoded ahead, and a line about it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QHideEvent, QImage, QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.loupe.framing import fit_long_edge_px
from app.loupe.loupe_caption import LoupeCaption
from app.loupe.picture_cache import PREVIEW_PX, PictureCache, PictureKey
from app.loupe.picture_canvas import PictureCanvas, Zoom
from app.loupe.picture_loader import PictureLoader, Wanted
from core.errors import printable
from core.photo import FileState, Photo, PhotoId
from core.services.previews import Previews, Priority

_AHEAD_FITTED = 4  # three that follow and the one behind
_AHEAD_ACTUAL = 1  # every pixel of a 24-MP photo takes 96 MB


class LoupeView(QWidget):
    """Shows one photo. Clicking it, or toggle_zoom(), changes between fitted and 1:1."""

    zoom_changed = Signal(str)  # "Fit" or "1:1", in the user's language
    picture_ready = Signal(object)  # PhotoId: drawn in the size that was wanted for it

    def __init__(self, previews: Previews, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo: Photo | None = None
        self._ahead: tuple[Photo, ...] = ()
        self._problem = ""
        self._veil: tuple[PhotoId | None, QImage | None] = (None, None)
        self._cache = PictureCache()
        self._loader = PictureLoader(previews, self._cache, self)
        self._canvas = PictureCanvas(self)
        self._message = QLabel(self)
        self._caption = LoupeCaption(self)
        self._build()
        self._loader.arrived.connect(self._on_arrived)
        self._loader.failed.connect(self._on_failed)
        self._canvas.zoom_changed.connect(self._on_zoom_changed)
        self._canvas.resized.connect(self._load)
        self.zoom_changed.connect(self._caption.show_zoom)
        self._caption.show_zoom(self._zoom_text(self._canvas.zoom))
        self.show_photo(None, ())

    def show_photo(
        self,
        photo: Photo | None,
        ahead: Sequence[Photo],
        *,
        position: tuple[int, int] | None = None,
    ) -> None:
        """Show `photo`, and decode the photos of `ahead` while it is looked at.

        Args:
            photo: None for an empty loupe. The same photo with other marks only renews the
                caption; zoom and place stay.
            ahead: what will probably be asked for next, nearest first, the photo behind last.
            position: its place, counted from 1, and how many there are.
        """
        if _identity(photo) != _identity(self._photo):
            self._problem = ""
        self._photo = photo
        self._ahead = tuple(ahead)
        self._caption.show_photo(photo, position)
        self._canvas.setAccessibleName(
            self.tr("Photo {name}").format(name=printable(photo.path.name)) if photo else ""
        )
        self._load()
        self._show()

    def show_veil(self, id_: PhotoId | None, veil: QImage | None = None) -> None:
        """Lay a picture over a photo whenever that one is shown; None takes it away."""
        self._veil = (id_, veil)
        self._show()

    def toggle_zoom(self) -> None:
        """Between fitted and 1:1, at the mouse if it is over the photo."""
        here = self._canvas.mapFromGlobal(QCursor.pos())
        self._canvas.toggle_zoom(QPointF(here) if self._is_over_canvas(here) else None)

    def zoom_fit(self) -> None:
        self._canvas.set_zoom(Zoom.FIT)

    def zoom_actual(self) -> None:
        self._canvas.set_zoom(Zoom.ACTUAL)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()

    def hideEvent(self, event: QHideEvent) -> None:
        """In the grid nothing large is needed: leave the decoders to what is."""
        super().hideEvent(event)
        self._load()

    @property
    def canvas(self) -> PictureCanvas:
        """Where the picture is drawn; takes the focus of the loupe."""
        return self._canvas

    def _build(self) -> None:
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setMargin(48)
        self._message.setBackgroundRole(QPalette.ColorRole.Base)
        self._message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._message.setAutoFillBackground(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._canvas)
        self._stack.addWidget(self._message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._caption)
        self.setFocusProxy(self._canvas)
        self.setAccessibleName(self.tr("Loupe"))

    def _load(self) -> None:
        self._loader.want(self._wanted())

    def _wanted(self) -> list[Wanted]:
        photo = self._photo
        if photo is None or not self.isVisible():
            return []
        if photo.state is FileState.UNREADABLE:
            return self._wanted_ahead()
        if photo.state is FileState.OFFLINE:  # not urgently: what is refused stays refused
            return [Wanted(photo, PREVIEW_PX, Priority.AHEAD), *self._wanted_ahead()]
        now = [Wanted(photo, self._long_edge_px(photo), Priority.NOW)]
        if self._cache.largest(photo) is None:
            now.insert(0, Wanted(photo, PREVIEW_PX, Priority.NOW))
        return now + self._wanted_ahead()

    def _wanted_ahead(self) -> list[Wanted]:
        count = _AHEAD_FITTED if self._canvas.zoom is Zoom.FIT else _AHEAD_ACTUAL
        return [
            Wanted(other, self._long_edge_px(other), Priority.AHEAD)
            for other in self._ahead[:count]
            if other.state is not FileState.UNREADABLE
        ]

    def _long_edge_px(self, photo: Photo) -> int | None:
        if photo.state is FileState.OFFLINE:
            return PREVIEW_PX  # all that may be left of it
        if self._canvas.zoom is Zoom.ACTUAL:
            return None
        return fit_long_edge_px(_described_size(photo), self._canvas.view_px)

    def _show(self) -> None:
        photo = self._photo
        sentence = self._sentence()
        if photo is None or sentence:
            self._message.setText(sentence)
            self._stack.setCurrentWidget(self._message)
            return
        exact = self._cache.get(PictureKey.of(photo, self._long_edge_px(photo)))
        picture = exact or self._cache.largest(photo)
        whole = self._cache.get(PictureKey.of(photo, None))
        natural = whole.size() if whole is not None else _described_size(photo)
        self._canvas.show_picture(picture, natural)
        veiled, veil = self._veil
        self._canvas.show_veil(veil if veiled == photo.id else None)
        self._stack.setCurrentWidget(self._canvas)
        if exact is not None:
            self.picture_ready.emit(photo.id)

    def _sentence(self) -> str:
        """What is said instead of a picture; empty if there is one or will be."""
        photo = self._photo
        if photo is None:
            return self.tr("No photo is selected.")
        name = printable(photo.path.name)
        if photo.state is FileState.OFFLINE and self._cache.largest(photo) is None:
            return self.tr(
                "{name} in {folder} is out of reach: {reason}.\n"
                "If its drive is disconnected, connect it. Your rating of it is kept."
            ).format(
                name=name,
                folder=printable(photo.path.parent),
                reason=photo.problem.rstrip(".") or self.tr("not found"),
            )
        problem = self._problem
        if photo.state is FileState.UNREADABLE:
            problem = photo.problem or self.tr("the file is damaged")
        if problem:
            return self.tr("{name} could not be read: {reason}.").format(
                name=name, reason=problem.rstrip(".")
            )
        return ""

    def _on_arrived(self, key: PictureKey) -> None:
        if self._photo is not None and key.photo == self._photo.id:
            self._show()

    def _on_failed(self, key: PictureKey, reason: str) -> None:
        photo = self._photo
        if photo is not None and key == PictureKey.of(photo, self._long_edge_px(photo)):
            self._problem = reason
            self._show()

    def _on_zoom_changed(self, zoom: Zoom) -> None:
        self._load()
        self._show()
        self.zoom_changed.emit(self._zoom_text(zoom))

    def _zoom_text(self, zoom: Zoom) -> str:
        return self.tr("Fit") if zoom is Zoom.FIT else self.tr("1:1")

    def _is_over_canvas(self, here: QPoint) -> bool:
        return self._canvas.isVisible() and self._canvas.rect().contains(here)


def _identity(photo: Photo | None) -> tuple[int, int] | None:
    return None if photo is None else (photo.id, photo.mtime_ns)


def _described_size(photo: Photo) -> QSize | None:
    width, height = photo.metadata.width_px, photo.metadata.height_px
    return QSize(width, height) if width and height else None
