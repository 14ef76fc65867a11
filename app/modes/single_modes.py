"""Grid and loupe: the list as it is."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel
from app.loupe.loupe_view import LoupeView
from app.modes.view_mode import Mode, ViewMode
from core.photo import Photo, PhotoId


class GridMode(ViewMode):
    """Many photos; a mark acts on everything selected."""

    mode = Mode.GRID

    @property
    def targets(self) -> list[PhotoId]:
        return self._grid.selected_ids

    def begin(self) -> None:
        self._grid.scrollTo(self._grid.currentIndex())

    def step_lines(self, lines: int) -> None:
        self._grid.step_lines(lines)


class LoupeMode(ViewMode):
    """One photo; a mark acts on it alone."""

    mode = Mode.LOUPE
    with_filmstrip = True

    def __init__(
        self,
        loupe: LoupeView,
        photos: PhotoListModel,
        grid: GridView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(loupe, photos, grid, parent)
        self._loupe = loupe

    def begin(self) -> None:
        self._loupe.zoom_fit()

    def show(self, ahead: Sequence[Photo]) -> None:
        id_ = self.current_id
        photo = None if id_ is None else self._photos.photo(id_)
        self._loupe.show_photo(photo, ahead, position=self._place(id_))

    def toggle_zoom(self) -> bool:
        self._loupe.toggle_zoom()
        return True
