"""Compare: the select and a candidate side by side, in step."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.compare.active_frame import ActiveFrame
from app.loupe.large_view import LargeView
from app.loupe.photo_pane import PhotoPane
from app.loupe.pictures import Pictures
from app.overlays.overlays import Overlays
from core.photo import Photo

Position = tuple[int, int] | None

_GAP_PX = 2


class Side(IntEnum):
    """Which of the two."""

    SELECT = 0  # the best so far
    CANDIDATE = 1  # what is held against it


class CompareView(LargeView):
    """Shows two photos. Which they are is not its business."""

    side_chosen = Signal(Side)  # pressed, or reached by keyboard

    def __init__(
        self, pictures: Pictures, overlays: Overlays, parent: QWidget | None = None
    ) -> None:
        super().__init__(pictures, overlays, parent)
        self._active = Side.CANDIDATE
        names = {Side.SELECT: self.tr("Select"), Side.CANDIDATE: self.tr("Candidate")}
        self._frames = {side: ActiveFrame(self._new_pane(), names[side]) for side in Side}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP_PX)
        for side, frame in self._frames.items():
            layout.addWidget(frame, 1)
            frame.chosen.connect(lambda side=side: self.side_chosen.emit(side))
        self._frames[Side.CANDIDATE].pane.say_when_empty(
            self.tr("There is no other photo to compare with.")
        )
        self.setAccessibleName(self.tr("Compare"))
        self.set_active(self._active)

    @property
    def panes(self) -> Sequence[PhotoPane]:
        return [frame.pane for frame in self._frames.values()]

    @property
    def active_pane(self) -> PhotoPane:
        return self._frames[self._active].pane

    def pane(self, side: Side) -> PhotoPane:
        """One of the two."""
        return self._frames[side].pane

    def show_pair(
        self,
        select: tuple[Photo | None, Position],
        candidate: tuple[Photo | None, Position],
        ahead: Sequence[Photo],
    ) -> None:
        """Show two photos with their places in the list; `ahead` are the next candidates."""
        self._ahead = tuple(ahead)
        for side, shown in ((Side.SELECT, select), (Side.CANDIDATE, candidate)):
            self._frames[side].show_photo(*shown)
        self.load()

    def set_active(self, side: Side) -> None:
        """Mark the one that keys act on."""
        self._active = side
        for other, frame in self._frames.items():
            frame.set_active(other is side)
        self.setFocusProxy(self._frames[side])
        if self.isAncestorOf(self.focusWidget() or self):
            self._frames[side].setFocus()
