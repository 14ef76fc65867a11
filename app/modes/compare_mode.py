"""Compare: arrows change the candidate, marks act on the pane that is marked."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.compare.compare_view import CompareView, Side
from app.grid.grid_view import GridView
from app.grid.photo_list_model import PhotoListModel
from app.modes.comparison import Comparison
from app.modes.view_mode import Mode, SeenPhotos, ViewMode
from core.errors import printable
from core.photo import Photo, PhotoId


class CompareMode(ViewMode):
    """The grid stands on the candidate, so that the filmstrip shows where one is."""

    mode = Mode.COMPARE
    with_filmstrip = True

    def __init__(
        self,
        view: CompareView,
        photos: PhotoListModel,
        grid: GridView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(view, photos, grid, parent)
        self._view = view
        self._pair = Comparison()
        self._seen = SeenPhotos(photos)
        self._moves_grid = False
        view.side_chosen.connect(self._choose)

    @property
    def current_id(self) -> PhotoId | None:
        return self._pair.acted_on

    @property
    def on_screen(self) -> frozenset[PhotoId]:
        both = (self._pair.select, self._pair.candidate)
        return frozenset(id_ for id_ in both if id_ is not None)

    @property
    def role(self) -> str:
        return self.tr("Select") if self._pair.active is Side.SELECT else self.tr("Candidate")

    @property
    def pair(self) -> Comparison:
        """Which two photos these are."""
        return self._pair

    def begin(self) -> None:
        self._view.zoom_fit()
        self._begin_pair()

    def leave(self) -> None:
        self._grid.go_to(self.current_id)

    def show(self, ahead: Sequence[Photo]) -> None:
        ids = [self._pair.select, self._pair.candidate]
        select, candidate = self._seen.get(ids)
        self._view.show_pair((select, self._place(ids[0])), (candidate, self._place(ids[1])), ahead)
        self._view.set_active(self._pair.active)

    def toggle_zoom(self) -> bool:
        self._view.toggle_zoom()
        return True

    def list_changed(self, *, same_order: bool) -> None:
        """A photo that a filter has just hidden stays as select: it is what one compares with."""
        select = self._pair.select
        if not same_order and (select is None or self._photos.row(select) is None):
            self._begin_pair()
        elif self._place(self._pair.candidate) is None and self._photos.ids:
            self.grid_moved()

    def grid_moved(self) -> None:
        current = self._grid.current_id
        if not self._moves_grid and current is not None:
            self._pair.choose(current)
        self.changed.emit()

    def step(self, by: int) -> None:
        self._grid.go_to(self._candidate_at(by))

    def following(self, acted_on: Sequence[PhotoId]) -> PhotoId | None:  # noqa: ARG002  it is one
        """The next candidate; who marks the select stays with the two."""
        return None if self._pair.active is Side.SELECT else self._candidate_at(1)

    def make_select(self) -> None:
        """The candidate is the better one: it becomes the select, the next photo the candidate."""
        if self._pair.candidate is not None:
            self._pair.make_select(self._candidate_at(1))
            self._after_exchange(self.tr("{name} is the select now."))

    def swap(self) -> None:
        """Exchange the two."""
        if self._pair.candidate is not None:
            self._pair.swap()
            self._after_exchange(self.tr("Swapped: {name} is the select now."))

    def _begin_pair(self) -> None:
        self._pair.begin(self._photos.ids, self._grid.selected_ids, self._grid.current_id)
        self._stand_on_candidate()

    def _stand_on_candidate(self) -> None:
        self._moves_grid = True
        self._grid.go_to(self._pair.candidate)
        self._moves_grid = False
        self.changed.emit()

    def _candidate_at(self, by: int) -> PhotoId | None:
        candidate = self._pair.candidate
        row = None if candidate is None else self._photos.row(candidate)
        if row is None:  # a filter hides it; the grid stands where it was
            row = self._grid.currentIndex().row() - (1 if by > 0 else 0)
        return self._pair.target(self._photos.ids, row, by)

    def _after_exchange(self, sentence: str) -> None:
        self._stand_on_candidate()
        [select] = self._seen.get([self._pair.select, self._pair.candidate])[:1]
        if select is not None:
            self.said.emit(sentence.format(name=printable(select.path.name)))

    def _choose(self, side: Side) -> None:
        if side is Side.CANDIDATE and self._pair.candidate is None:
            return
        if side is not self._pair.active:
            self._pair.active = side
            self.changed.emit()
