"""The middle of the window: grid, loupe, compare, survey, or a word about why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.compare.compare_view import CompareView
from app.compare.survey_view import SurveyView
from app.grid.empty_state import EmptyState
from app.grid.filmstrip import Filmstrip
from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel, Role
from app.grid.stacking import StackMark
from app.loupe.loupe_view import LoupeView
from app.modes.compare_mode import CompareMode
from app.modes.single_modes import GridMode, LoupeMode
from app.modes.survey_mode import SurveyMode
from app.modes.view_mode import Mode, ViewMode
from core.photo import Photo, PhotoId

_AHEAD = 4  # photos decoded beyond the one that is looked at, and one behind it


@dataclass(frozen=True, slots=True)
class Views:
    """The pages of the viewer, and the strip below some of them."""

    grid: GridView
    loupe: LoupeView
    compare: CompareView
    survey: SurveyView
    filmstrip: Filmstrip


class Viewer(QWidget):
    """Keeps all views on one list, and on the same photo wherever they can be."""

    photo_changed = Signal(object)  # Photo or None: keys act on another, or it has changed
    mode_changed = Signal(Mode)
    said = Signal(str)  # what became of what the user asked a view for

    def __init__(self, model: PhotoListModel, views: Views, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = views.grid
        self.loupe = views.loupe
        self.filmstrip = views.filmstrip
        self.empty = EmptyState(self)
        self.comparing = CompareMode(views.compare, model, views.grid, self)
        self.surveying = SurveyMode(views.survey, model, views.grid, self)
        self._photos = model
        self._shown: Photo | None = None
        self._row = -1
        self._backwards = False
        self._filmstrip_on = True
        self._lists = False  # a new list is being taken in
        grid = GridMode(views.grid, model, views.grid, self)
        loupe = LoupeMode(views.loupe, model, views.grid, self)
        self._modes = {one.mode: one for one in (grid, loupe, self.comparing, self.surveying)}
        self._mode: ViewMode = grid
        self._stack = QStackedWidget(self)
        self._lay_out()
        self.grid.current_changed.connect(lambda _: self._follow_grid())
        self.grid.opened.connect(lambda _: self.show_loupe())
        model.dataChanged.connect(self._refresh)
        model.photos_taken.connect(self._refresh_unlisted)

    @property
    def mode(self) -> Mode:
        """What fills the middle, as soon as there are photos."""
        return self._mode.mode

    @property
    def in_loupe(self) -> bool:
        """Whether one photo fills the middle."""
        return self.mode is Mode.LOUPE

    @property
    def current(self) -> Photo | None:
        """The photo that keys act on, or None while there is none or it is being read."""
        id_ = self._mode.current_id
        return None if id_ is None else self._photos.photo(id_)

    @property
    def targets(self) -> list[PhotoId]:
        """What a mark acts on: everything selected in the grid, elsewhere the one looked at."""
        return self._mode.targets

    @property
    def way(self) -> ViewMode:
        """How the list is looked at now: where arrows lead and where a mark goes on to."""
        return self._mode

    @property
    def ahead(self) -> list[Photo]:
        """The photos that will probably be asked for next, nearest first, the one behind last."""
        row = self.grid.currentIndex().row()
        if row < 0:
            return []
        way = -1 if self._backwards else 1
        rows = [row + way * n for n in (*range(1, _AHEAD + 1), -1)]
        count = len(self._photos.ids)
        found = (self._photos.photo_at(other) for other in rows if 0 <= other < count)
        return [photo for photo in found if photo is not None]

    def show_photos(
        self,
        ids: Sequence[PhotoId],
        photos: Mapping[PhotoId, Photo],
        *,
        same_order: bool,
        stay_at_top: bool,
    ) -> None:
        """Show another list in the grid; the other views follow."""
        self._lists = True  # what the list moves under the user is not his choice
        self.grid.show_photos(ids, photos, same_order=same_order, stay_at_top=stay_at_top)
        if ids and self.grid.current_id is None:
            self.grid.go_to_row(0)
        self._lists = False
        self._mode.list_changed(same_order=same_order)
        self._show_page()
        self._show_current()

    def mark_stacks(self, stacks: Mapping[PhotoId, StackMark]) -> None:
        """Say of the photos of the list that comes next which stacks they are in."""
        self._photos.mark_stacks(stacks)

    def show_grid(self) -> None:
        """See many photos."""
        self._switch(Mode.GRID)

    def show_loupe(self) -> None:
        """See the current photo large."""
        self._switch(Mode.LOUPE)

    def show_compare(self) -> None:
        """See the current photo beside the next selected one, or the next there is."""
        self._switch(Mode.COMPARE)

    def show_survey(self) -> None:
        """See the selected photos together."""
        self._switch(Mode.SURVEY)

    def set_filmstrip(self, shown: bool) -> None:
        """With or without the strip below loupe and compare."""
        self._filmstrip_on = shown
        self._show_page()

    def toggle_zoom(self) -> None:
        """Between the whole picture and its pixels; from the grid straight to the pixels."""
        if not self._mode.toggle_zoom() and self._photos.ids:
            self._switch(Mode.LOUPE)
            self.loupe.zoom_actual()

    def go_back(self) -> None:
        """To the grid; in the grid back to a single selected photo."""
        if self.mode is Mode.GRID:
            self.grid.select_current_only()
        else:
            self.show_grid()

    def go_to_file(self, file: Path) -> bool:
        """Make the photo of a file current, if it is in memory; companions count too."""
        for photo in self._photos.loaded:
            if file in (photo.path, *photo.companions):
                self.grid.go_to(photo.id)
                return self._photos.row(photo.id) is not None
        return False

    def take_focus(self) -> None:
        """Let the keys act on photographs again."""
        if (page := self._stack.currentWidget()) is not None:
            page.setFocus()

    def _lay_out(self) -> None:
        self._stack.addWidget(self.empty)
        for one in self._modes.values():
            self._stack.addWidget(one.page)
            one.changed.connect(partial(self._follow, one))
            one.said.connect(self.said)
            one.emptied.connect(self.show_grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.filmstrip)
        self.filmstrip.hide()

    def _switch(self, mode: Mode) -> None:
        if mode is self.mode or (mode is not Mode.GRID and not self._photos.ids):
            return
        former, self._mode = self._mode, self._modes[mode]
        former.leave()
        self._mode.begin()
        self._show_page()
        self._show_current()
        if mode is Mode.GRID:
            self._mode.begin()  # on screen only now, and scrolled to where it is
        self.take_focus()
        self.mode_changed.emit(mode)

    def _show_page(self) -> None:
        page = self._mode.page if self._photos.ids else self.empty
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else True
        self._stack.setCurrentWidget(page)
        strip = self._filmstrip_on and self._mode.with_filmstrip and page is not self.empty
        self.filmstrip.setVisible(strip)
        if had_focus:
            self.take_focus()

    def _follow_grid(self) -> None:
        if not self._lists:
            self._mode.grid_moved()

    def _follow(self, mode: ViewMode) -> None:
        if mode is self._mode:
            self._show_current()

    def _show_current(self) -> None:
        row = self.grid.currentIndex().row()
        if row >= 0 and row != self._row:
            self._backwards = row < self._row
            self._row = row
        self._mode.show(self.ahead)
        photo = self.current
        if photo is not self._shown:
            self._shown = photo
            self.photo_changed.emit(photo)

    def _refresh(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int]) -> None:
        near = first.row() - _AHEAD <= self.grid.currentIndex().row() <= last.row() + _AHEAD
        if near and (Role.PHOTO in roles or self.grid.currentIndex().row() == first.row()):
            self._show_current()

    def _refresh_unlisted(self, ids: frozenset[PhotoId]) -> None:
        """Photos on screen that a filter hides, or that are far from the current one."""
        if self.mode in (Mode.COMPARE, Mode.SURVEY) and ids & self._mode.on_screen:
            self._show_current()
