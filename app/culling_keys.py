"""What the keys of a cull do: going through photos, saying what one thinks of them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject

from app.action_set import ActionSet
from app.actions import ADVANCE
from app.marking import Marking
from app.modes.view_mode import ViewMode
from app.viewer import Viewer
from core.photo import MAX_STARS, ColorLabel, PhotoId, Pick


class Mark(Protocol):
    """Says something of photos; `role` is what they are on screen."""

    def __call__(self, ids: Sequence[PhotoId], /, *, role: str) -> None:
        """Store it."""
        ...


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
        steps: dict[str, Callable[[ViewMode], None]] = {
            "next": lambda way: way.step(1),
            "previous": lambda way: way.step(-1),
            "row_down": lambda way: way.step_lines(1),
            "row_up": lambda way: way.step_lines(-1),
            "page_down": lambda way: way.step_pages(1),
            "page_up": lambda way: way.step_pages(-1),
            "first": lambda way: way.go_to_end(last=False),
            "last": lambda way: way.go_to_end(last=True),
        }
        for id_, step in steps.items():
            actions.bind(id_, partial(self._go, step))

    def _go(self, step: Callable[[ViewMode], None]) -> None:
        self._viewer.grid.touched.emit()
        step(self._viewer.way)

    def _mark(self, mark: Mark, *, advance: bool) -> None:
        way = self._viewer.way
        ids = way.targets
        if not ids:
            return
        following = way.following(ids)
        mark(ids, role=way.role)
        self._viewer.grid.touched.emit()
        if advance or self._goes_on():
            way.go_on_to(following)
