"""Survey: arrows go among the photos surveyed, and a mark goes on among them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.compare.survey_view import MOST, SurveyView
from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel
from app.modes.surveying import Surveying
from app.modes.view_mode import Mode, SeenPhotos, ViewMode
from core.errors import printable
from core.photo import Photo, PhotoId


class SurveyMode(ViewMode):
    """The photos surveyed stay selected in the grid, which stands on the active one."""

    mode = Mode.SURVEY

    def __init__(
        self,
        view: SurveyView,
        photos: PhotoListModel,
        grid: GridView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(view, photos, grid, parent)
        self._view = view
        self._surveying = Surveying()
        self._seen = SeenPhotos(photos)
        view.photo_chosen.connect(self._choose)

    @property
    def current_id(self) -> PhotoId | None:
        return self._surveying.acted_on

    @property
    def on_screen(self) -> frozenset[PhotoId]:
        return frozenset(self._surveying.ids)

    @property
    def surveying(self) -> Surveying:
        """Which photos these are."""
        return self._surveying

    def begin(self) -> None:
        self._view.zoom_fit()
        selected = self._grid.selected_ids
        self._surveying.begin(self._photos.ids, selected, self._grid.current_id, MOST)
        if len(selected) > MOST:
            text = self.tr("The survey shows the first {most} of {count} selected photos.")
            self.said.emit(text.format(most=MOST, count=f"{len(selected):,}"))
        self._grid.select_only(self._surveying.ids)
        self._follow()

    def leave(self) -> None:
        self._follow()
        self._grid.select_only(self._surveying.ids)

    def show(self, ahead: Sequence[Photo]) -> None:  # noqa: ARG002  all of it is on screen
        photos = self._seen.get(self._surveying.ids)
        self._view.show_photos(photos, self._surveying.active)

    def toggle_zoom(self) -> bool:
        self._view.toggle_zoom()
        return True

    def list_changed(self, *, same_order: bool) -> None:
        """What a filter has just hidden stays; of another list only what is in it."""
        if same_order:
            return
        self._surveying.keep(self._photos.ids)
        if not self._surveying.ids:
            self.emptied.emit()

    def grid_moved(self) -> None:
        if (current := self._grid.current_id) is not None:
            self._surveying.choose(current)
        self.changed.emit()

    def step(self, by: int) -> None:
        self._surveying.step(by)
        self._follow()

    def step_lines(self, lines: int) -> None:
        self._surveying.step_lines(lines, self._view.columns)
        self._follow()

    def step_pages(self, pages: int) -> None:
        self.step(pages * MOST)

    def go_to_end(self, *, last: bool) -> None:
        self.step(MOST if last else -MOST)

    def following(self, acted_on: Sequence[PhotoId]) -> PhotoId | None:
        return self._surveying.following(acted_on[-1]) if acted_on else None

    def go_on_to(self, id_: PhotoId | None) -> None:
        if id_ is not None:
            self._choose(id_)

    def take_out(self) -> None:
        """Leave the photo that keys act on out of the survey; nothing happens to it."""
        [photo] = self._seen.get([*self._surveying.ids, self.current_id])[-1:]
        if self._surveying.take_out() is None:
            return
        if photo is not None:
            text = self.tr("{name} left the survey; it stays in the folder.")
            self.said.emit(text.format(name=printable(photo.path.name)))
        self._grid.select_only(self._surveying.ids)
        if self._surveying.ids:
            self._follow()
        else:
            self.emptied.emit()

    def _choose(self, id_: PhotoId) -> None:
        self._surveying.choose(id_)
        self._follow()

    def _follow(self) -> None:
        """The grid, the panel and the second window go along."""
        if self.current_id is not None:
            self._grid.move_to(self.current_id)
        self.changed.emit()
