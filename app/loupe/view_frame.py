"""How large and at which place photos are looked at; one owner for all that move in step."""

from enum import Enum, auto

from PySide6.QtCore import QObject, QPointF, Signal

from app.loupe.framing import CENTRE


class Zoom(Enum):
    """How large a photo is drawn."""

    FIT = auto()
    ACTUAL = auto()  # one pixel of the photo on one pixel of the screen


class ViewFrame(QObject):
    """Zoom and centre, which several canvases may share.

    The centre is a share of the width and height of each photo, so that it is the same corner
    of two frames whatever their size. A canvas that was moved apart keeps its distance to it.
    """

    changed = Signal()  # zoom or centre
    zoom_changed = Signal(Zoom)
    rejoined = Signal()  # whoever was moved apart comes back to the common place

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zoom = Zoom.FIT
        self._centre = CENTRE

    @property
    def zoom(self) -> Zoom:
        return self._zoom

    @property
    def centre(self) -> QPointF:
        """The place in the middle of the view; at FIT what it will be at the next zoom."""
        return self._centre

    def look_at(self, centre: QPointF) -> None:
        """Bring another place into the middle."""
        if centre != self._centre:
            self._centre = centre
            self.changed.emit()

    def set_zoom(self, zoom: Zoom, centre: QPointF | None = None) -> None:
        """Change the zoom, and the place at once if one is given."""
        if centre is not None:
            self._centre = centre
        if zoom is self._zoom:
            if centre is not None:
                self.changed.emit()
            return
        self._zoom = zoom
        if zoom is Zoom.FIT:
            self.rejoined.emit()
        self.changed.emit()
        self.zoom_changed.emit(zoom)
