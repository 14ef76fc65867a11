"""Survey: a handful of photos at once, in the layout that shows most of them, in step."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.compare.active_frame import ActiveFrame
from app.compare.survey_layout import columns_of, survey_cells
from app.loupe.large_view import LargeView
from app.loupe.photo_pane import PhotoPane, described_size
from app.loupe.pictures import Pictures
from app.overlays.overlays import Overlays
from core.photo import Photo

MOST = 9
_USUAL_SHAPE = 1.5


class SurveyView(LargeView):
    """Shows up to nine photos. Which they are is not its business."""

    photo_chosen = Signal(object)  # PhotoId: pressed, or reached by keyboard

    def __init__(
        self, pictures: Pictures, overlays: Overlays, parent: QWidget | None = None
    ) -> None:
        super().__init__(pictures, overlays, parent)
        self._count = 0
        self._active = 0
        self._columns = 1
        self._frames = [ActiveFrame(self._new_pane(), "", self) for _ in range(MOST)]
        for frame in self._frames:
            frame.hide()
            frame.chosen.connect(lambda frame=frame: self._choose(frame))
        self.setAccessibleName(self.tr("Survey"))

    @property
    def panes(self) -> Sequence[PhotoPane]:
        return [frame.pane for frame in self._frames[: self._count]]

    @property
    def active_pane(self) -> PhotoPane:
        return self._frames[self._active].pane

    @property
    def columns(self) -> int:
        """How many photos stand side by side."""
        return self._columns

    def show_photos(self, photos: Sequence[Photo | None], active: int) -> None:
        """Show these, at most nine; keys act on the one at `active`.

        A photo that is None is still being read.
        """
        self._count = len(photos)
        self._active = max(0, min(active, self._count - 1))
        for number, frame in enumerate(self._frames):
            shown = number < self._count
            if shown:
                frame.show_photo(photos[number])
                frame.set_active(number == self._active)
            frame.setVisible(shown)
        self._arrange()
        self.setFocusProxy(self._frames[self._active])
        if self.isAncestorOf(self.focusWidget() or self):
            self._frames[self._active].setFocus()
        self.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        shapes = [_shape(pane.photo) for pane in self.panes]
        cells = survey_cells(shapes, self.size(), self._frames[0].pane.caption.height())
        self._columns = columns_of(cells) if cells else 1
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for frame, cell in zip(self._frames, cells, strict=False):
            if mirrored:
                cell.moveLeft(self.width() - cell.x() - cell.width())
            frame.setGeometry(cell)

    def _choose(self, frame: ActiveFrame) -> None:
        if (photo := frame.pane.photo) is not None:
            self.photo_chosen.emit(photo.id)


def _shape(photo: Photo | None) -> float:
    size = None if photo is None else described_size(photo)
    return _USUAL_SHAPE if size is None else size.width() / size.height()
