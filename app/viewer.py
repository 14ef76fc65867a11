"""The middle of the window: the grid, the loupe, or a word about why there is neither."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.grid.empty_state import EmptyState
from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel, Role
from app.loupe.loupe_view import LoupeView
from core.photo import Photo, PhotoId

_AHEAD = 3  # photos decoded beyond the one that is looked at, and one behind it


class Viewer(QStackedWidget):
    """Keeps grid and loupe on the same photo."""

    photo_changed = Signal(object)  # Photo or None: another one is current, or it has changed
    mode_changed = Signal(bool)  # whether the loupe is shown

    def __init__(
        self,
        model: PhotoListModel,
        grid: GridView,
        loupe: LoupeView,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.grid = grid
        self.loupe = loupe
        self.empty = EmptyState(self)
        self._photos = model
        self._shown: Photo | None = None
        self._row = -1
        self._backwards = False
        self._in_loupe = False
        for page in (self.empty, grid, loupe):
            self.addWidget(page)
        grid.current_changed.connect(lambda _: self._show_current())
        grid.opened.connect(lambda _: self.show_loupe())
        model.dataChanged.connect(self._refresh)

    @property
    def in_loupe(self) -> bool:
        """Whether one photo fills the middle."""
        return self._in_loupe

    @property
    def current(self) -> Photo | None:
        """The photo that is looked at, or None while there is none or it is being read."""
        id_ = self.grid.current_id
        return None if id_ is None else self._photos.photo(id_)

    @property
    def targets(self) -> list[PhotoId]:
        """What a key acts on: the photo in the loupe, or everything selected in the grid."""
        current = self.grid.current_id
        if self._in_loupe:
            return [] if current is None else [current]
        return self.grid.selected_ids

    def show_photos(
        self,
        ids: Sequence[PhotoId],
        photos: Mapping[PhotoId, Photo],
        *,
        same_order: bool,
        stay_at_top: bool,
    ) -> None:
        """Show another list in the grid; the loupe follows."""
        self.grid.show_photos(ids, photos, same_order=same_order, stay_at_top=stay_at_top)
        if ids and self.grid.current_id is None:
            self.grid.go_to_row(0)
        self._show_page()
        self._show_current()

    def show_grid(self) -> None:
        """See many photos."""
        self._switch(in_loupe=False)

    def show_loupe(self) -> None:
        """See the current photo large."""
        if self._photos.ids:
            self._switch(in_loupe=True)

    def toggle_zoom(self) -> None:
        """Between the whole picture and its pixels; from the grid straight to the pixels."""
        if self._in_loupe:
            self.loupe.toggle_zoom()
        elif self._photos.ids:
            self._switch(in_loupe=True)
            self.loupe.zoom_actual()

    def go_back(self) -> None:
        """From the loupe to the grid; in the grid back to a single selected photo."""
        if self._in_loupe:
            self.show_grid()
        else:
            self.grid.select_current_only()

    def go_to_file(self, file: Path) -> bool:
        """Make the photo of a file current, if it is in memory; companions count too."""
        for photo in self._photos.loaded:
            if file in (photo.path, *photo.companions):
                self.grid.go_to(photo.id)
                return self._photos.row(photo.id) is not None
        return False

    def take_focus(self) -> None:
        """Let the keys act on photographs again."""
        if (page := self.currentWidget()) is not None:
            page.setFocus()

    def _switch(self, *, in_loupe: bool) -> None:
        if in_loupe == self._in_loupe:
            return
        self._in_loupe = in_loupe
        if in_loupe:
            self.loupe.zoom_fit()
        self._show_page()
        self._show_current()
        if not in_loupe:
            self.grid.scrollTo(self.grid.currentIndex())
        self.take_focus()
        self.mode_changed.emit(in_loupe)

    def _show_page(self) -> None:
        page: QWidget = self.empty
        if self._photos.ids:
            page = self.loupe if self._in_loupe else self.grid
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else True
        self.setCurrentWidget(page)
        if had_focus:
            self.take_focus()

    def _show_current(self) -> None:
        row = self.grid.currentIndex().row()
        if row >= 0 and row != self._row:
            self._backwards = row < self._row
            self._row = row
        photo = self.current
        if self._in_loupe:
            position = (row + 1, len(self._photos.ids)) if row >= 0 else None
            self.loupe.show_photo(photo, self._ahead(row), position=position)
        if photo is not self._shown:
            self._shown = photo
            self.photo_changed.emit(photo)

    def _ahead(self, row: int) -> list[Photo]:
        if row < 0:
            return []
        way = -1 if self._backwards else 1
        rows = [row + way * n for n in (*range(1, _AHEAD + 1), -1)]
        count = len(self._photos.ids)
        found = (self._photos.photo_at(other) for other in rows if 0 <= other < count)
        return [photo for photo in found if photo is not None]

    def _refresh(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int]) -> None:
        near = first.row() - _AHEAD <= self.grid.currentIndex().row() <= last.row() + _AHEAD
        if near and (Role.PHOTO in roles or self.grid.currentIndex().row() == first.row()):
            self._show_current()
