"""What the keys of a cull do: going through photos, saying what one thinks of them."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from app.actions import ADVANCE, ActionSet
from app.marking import Marking
from app.viewer import Viewer
from core.photo import MAX_STARS, ColorLabel, PhotoId, Pick

Mark = Callable[[Sequence[PhotoId]], None]

_PICKS = {"pick": Pick.PICKED, "reject": Pick.REJECTED, "unpick": Pick.UNDECIDED}


class CullingKeys(QObject):
    """Binds the actions that go through photos and mark them.

    Going on happens at the key, by the order on screen at that moment: whether a filter then
    hides the frame just rated makes no difference.
    """

    def __init__(
        self,
        actions: ActionSet,
        viewer: Viewer,
        marking: Marking,
        goes_on: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._goes_on = goes_on
        self._bind_marks(actions, marking)
        self._bind_steps(actions)
        actions.bind("undo", marking.undo)
        actions.bind("redo", marking.redo)

    def _bind_marks(self, actions: ActionSet, marking: Marking) -> None:
        marks: dict[str, Mark] = {
            f"stars_{count}": partial(marking.stars, count=count) for count in range(MAX_STARS + 1)
        }
        marks |= {id_: partial(marking.pick, pick=pick) for id_, pick in _PICKS.items()}
        marks |= {
            f"label_{label.name.lower()}": partial(marking.label, label=label)
            for label in ColorLabel
        }
        for id_, mark in marks.items():
            actions.bind(id_, partial(self._mark, mark, advance=False))
            if actions.has(id_ + ADVANCE):
                actions.bind(id_ + ADVANCE, partial(self._mark, mark, advance=True))

    def _bind_steps(self, actions: ActionSet) -> None:
        grid = self._viewer.grid
        steps: dict[str, Callable[[], None]] = {
            "next": partial(grid.step, 1),
            "previous": partial(grid.step, -1),
            "row_down": partial(self._line, 1),
            "row_up": partial(self._line, -1),
            "page_down": partial(grid.step_pages, 1),
            "page_up": partial(grid.step_pages, -1),
            "first": partial(grid.go_to_row, 0),
            "last": grid.go_to_last,
        }
        for id_, step in steps.items():
            actions.bind(id_, partial(self._go, step))

    def _line(self, lines: int) -> None:
        """In the loupe there is one photo a line."""
        if self._viewer.in_loupe:
            self._viewer.grid.step(lines)
        else:
            self._viewer.grid.step_lines(lines)

    def _go(self, step: Callable[[], None]) -> None:
        self._viewer.grid.touched.emit()
        step()

    def _mark(self, mark: Mark, *, advance: bool) -> None:
        ids = self._viewer.targets
        if not ids:
            return
        following = self._viewer.grid.following(ids)
        mark(ids)
        self._viewer.grid.touched.emit()
        if advance or self._goes_on():
            self._viewer.grid.go_to(following)
