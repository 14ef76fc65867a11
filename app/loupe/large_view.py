"""What loupe, compare and survey have in common: panes in one frame, loaded together."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.loupe.photo_pane import PhotoPane
from app.loupe.picture_loader import Wanted
from app.loupe.pictures import Pictures
from app.loupe.view_frame import ViewFrame, Zoom
from app.overlays.overlays import Overlays
from core.photo import FileState, Photo, PhotoId
from core.services.previews import Priority


class LargeView(QWidget):
    """Panes that zoom and pan in step. What follows is decoded while one looks."""

    zoom_changed = Signal(str)  # "Fit" or "1:1", in the user's language
    picture_ready = Signal(object)  # PhotoId: drawn in the size that was wanted for it

    def __init__(
        self, pictures: Pictures, overlays: Overlays, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._overlays = overlays
        self._ahead: tuple[Photo, ...] = ()
        self._seeks_subject: PhotoId | None = None  # 1:1 was asked for before it was found
        self.frame_ = ViewFrame(self)
        self.frame_.zoom_changed.connect(self._on_zoom_changed)
        self.frame_.changed.connect(self._stop_seeking)
        pictures.subjects.found.connect(self._on_subject)

    @property
    def panes(self) -> Sequence[PhotoPane]:
        """Those on screen, in reading order."""
        raise NotImplementedError

    @property
    def active_pane(self) -> PhotoPane:
        """The one that keys act on."""
        return self.panes[0]

    def toggle_zoom(self) -> None:
        """Between fitted and 1:1, there at the subject of the photo that keys act on."""
        if self.frame_.zoom is Zoom.FIT:
            self.zoom_actual()
        else:
            self.zoom_fit()

    def zoom_fit(self) -> None:
        self.frame_.set_zoom(Zoom.FIT)

    def zoom_actual(self) -> None:
        """One pixel to a pixel: at the focus point or the subject, or where the view was."""
        photo = self.active_pane.photo
        subject = None if photo is None else self._pictures.subjects.of(photo)
        place = None if subject is None else QPointF(subject.x, subject.y)
        self.frame_.set_zoom(Zoom.ACTUAL, place)
        self._seeks_subject = photo.id if photo is not None and subject is None else None

    def load(self) -> None:
        """Ask for what is shown and for what follows; nothing while nobody looks."""
        if not self.isVisible():
            self._pictures.leave(self)
            return
        photos = [pane.photo for pane in self.panes if pane.photo is not None]
        self._pictures.loader.want(self, [*self._wanted_now(), *self._wanted_ahead()])
        self._pictures.subjects.want(self, [*photos, *self._ahead])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.load()
        for pane in self.panes:
            pane.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Elsewhere nothing of this is needed: leave the decoders to what is."""
        super().hideEvent(event)
        self.load()

    def _new_pane(self) -> PhotoPane:
        pane = PhotoPane(self._pictures, self._overlays, self.frame_, self)
        pane.ready.connect(self.picture_ready)
        pane.wants_more.connect(self.load)
        self.zoom_changed.connect(pane.caption.show_zoom)
        pane.caption.show_zoom(self._zoom_text(self.frame_.zoom))
        return pane

    def _wanted_now(self) -> list[Wanted]:
        """The photo that keys act on first."""
        panes = sorted(self.panes, key=lambda pane: pane is not self.active_pane)
        return [one for pane in panes for one in pane.wanted()]

    def _wanted_ahead(self) -> list[Wanted]:
        """The size or part in which the photos that follow would be shown."""
        pane = self.active_pane
        wanted = [
            pane.wanted_of(other, Priority.AHEAD)
            for other in self._ahead
            if other.state is not FileState.UNREADABLE
        ]
        # Every pixel of a 24-MP photo takes 96 MB: of those that cannot be cut only one.
        large = [one for one in wanted if one.long_edge_px is None and one.region is None]
        return [one for one in wanted if one not in large[1:]]

    def _on_zoom_changed(self, zoom: Zoom) -> None:
        self.load()
        self.zoom_changed.emit(self._zoom_text(zoom))

    def _stop_seeking(self) -> None:
        self._seeks_subject = None

    def _on_subject(self, id_: PhotoId) -> None:
        """Who has asked for 1:1 and not moved since wants to see the subject."""
        photo = self.active_pane.photo if self._seeks_subject == id_ else None
        subject = None if photo is None else self._pictures.subjects.of(photo)
        if photo is not None and photo.id == id_ and subject is not None:
            self.frame_.look_at(QPointF(subject.x, subject.y))
        self.load()

    def _zoom_text(self, zoom: Zoom) -> str:
        return self.tr("Fit") if zoom is Zoom.FIT else self.tr("1:1")
