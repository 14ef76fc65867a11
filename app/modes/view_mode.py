"""What every way to look at the list can do; of itself, what the grid does."""

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel
from core.photo import Photo, PhotoId


class Mode(Enum):
    """What fills the middle of the window."""

    GRID = auto()
    LOUPE = auto()
    COMPARE = auto()
    SURVEY = auto()


class ViewMode(QObject):
    """One way to look. Only the one in force is asked for anything but begin()."""

    changed = Signal()  # keys act on another photo, or other photos are to be shown
    said = Signal(str)  # what became of what the user asked for
    emptied = Signal()  # there is nothing left to look at in this way

    mode: Mode
    with_filmstrip = False

    def __init__(
        self, page: QWidget, photos: PhotoListModel, grid: GridView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.page = page
        self._photos = photos
        self._grid = grid

    @property
    def current_id(self) -> PhotoId | None:
        """The photo that keys act on first of all."""
        return self._grid.current_id

    @property
    def targets(self) -> list[PhotoId]:
        """Everything that a mark acts on."""
        current = self.current_id
        return [] if current is None else [current]

    @property
    def on_screen(self) -> frozenset[PhotoId]:
        """The photos that are shown large."""
        return frozenset(self.targets)

    @property
    def role(self) -> str:
        """What the photo that keys act on is called among others on screen, or nothing."""
        return ""

    def begin(self) -> None:
        """This way is in force now."""

    def leave(self) -> None:
        """Another way will be; the grid is to stand on the photo that keys acted on."""

    def show(self, ahead: Sequence[Photo]) -> None:
        """Bring the page up to date; `ahead` will probably be asked for next."""

    def toggle_zoom(self) -> bool:
        """Between the whole picture and its pixels; False where there is no such thing."""
        return False

    def list_changed(self, *, same_order: bool) -> None:
        """Photos came or went; with another order the user has asked for another list."""

    def grid_moved(self) -> None:
        """The grid or the filmstrip went to another photo."""
        self.changed.emit()

    def step(self, by: int) -> None:
        """Go so many photos on."""
        self._grid.step(by)

    def step_lines(self, lines: int) -> None:
        """Go up or down; where one photo is shown there is one in a line."""
        self.step(lines)

    def step_pages(self, pages: int) -> None:
        """Go up or down by as much as the grid shows at once."""
        self._grid.step_pages(pages)

    def go_to_end(self, *, last: bool) -> None:
        """Go to the first photo, or to the last."""
        if last:
            self._grid.go_to_last()
        else:
            self._grid.go_to_row(0)

    def following(self, acted_on: Sequence[PhotoId]) -> PhotoId | None:
        """The photo that a mark of these goes on to, by the order on screen now."""
        return self._grid.following(acted_on)

    def go_on_to(self, id_: PhotoId | None) -> None:
        """Go where following() said; None stays."""
        self._grid.go_to(id_)

    def _place(self, id_: PhotoId | None) -> tuple[int, int] | None:
        """Where a photo is in the list, counted from 1, and how many there are."""
        row = None if id_ is None else self._photos.row(id_)
        return None if row is None else (row + 1, len(self._photos.ids))


class SeenPhotos:
    """The photos on screen by id; they stay known when a filter hides them."""

    def __init__(self, photos: PhotoListModel) -> None:
        self._photos = photos
        self._seen: dict[PhotoId, Photo] = {}

    def get(self, ids: Sequence[PhotoId | None]) -> list[Photo | None]:
        """The photos as last read; None for one that has not been read, or for no id."""
        for id_ in ids:
            photo = None if id_ is None else self._photos.photo(id_)
            if photo is not None:
                self._seen[photo.id] = photo
        self._seen = {id_: photo for id_, photo in self._seen.items() if id_ in ids}
        return [None if id_ is None else self._seen.get(id_) for id_ in ids]
