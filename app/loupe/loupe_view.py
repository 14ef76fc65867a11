"""The loupe: one photo, and the pictures around it decoded ahead."""

from collections.abc import Sequence

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.loupe.large_view import LargeView
from app.loupe.photo_pane import PhotoPane
from app.loupe.picture_canvas import PictureCanvas
from app.loupe.picture_loader import Wanted
from app.loupe.pictures import Pictures
from app.loupe.view_frame import Zoom
from app.overlays.overlays import Overlays
from core.errors import printable
from core.photo import FileState, Photo, PhotoId
from core.services.previews import Priority


class LoupeView(LargeView):
    """Shows one photo. Clicking it, or toggle_zoom(), changes between fitted and 1:1."""

    def __init__(
        self, pictures: Pictures, overlays: Overlays, parent: QWidget | None = None
    ) -> None:
        super().__init__(pictures, overlays, parent)
        self._pane = self._new_pane()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pane)
        self.setFocusProxy(self._pane)
        self.setAccessibleName(self.tr("Loupe"))
        self.show_photo(None, ())

    @property
    def panes(self) -> Sequence[PhotoPane]:
        return (self._pane,)

    @property
    def canvas(self) -> PictureCanvas:
        """Where the picture is drawn; takes the focus of the loupe."""
        return self._pane.canvas

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
        self._ahead = tuple(ahead)
        self._pane.show_photo(photo, position)
        self.canvas.setAccessibleName(
            self.tr("Photo {name}").format(name=printable(photo.path.name))
            if photo
            else self.tr("Photo")
        )
        self.load()

    def show_veil(self, id_: PhotoId | None, veil: QImage | None = None) -> None:
        """Lay a picture over a photo whenever that one is shown; None takes it away."""
        self._pane.show_veil(id_, veil)

    def _wanted_ahead(self) -> list[Wanted]:
        """While the fitted photo is looked at, also its subject at 1:1, for the next key."""
        wanted, photo = super()._wanted_ahead(), self._pane.photo
        if photo is None or photo.state is not FileState.ONLINE or self.frame_.zoom is not Zoom.FIT:
            return wanted
        subject = self._pictures.subjects.of(photo)
        if subject is not None:
            near = self._pane.wanted_at(photo, subject.x, subject.y, Priority.BACKGROUND)
            if near.region is not None:  # all of it would be too much for a guess
                wanted.append(near)
        return wanted
