"""What the photographer says about photos, sent to the catalogue in the order of the keys.

A mark is drawn only once it is durable: nothing here touches the grid, which hears of the
change from the engine like every other view.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from core.photo import ColorLabel, PhotoId, Pick
from core.services.history import History
from core.services.rate import Outcome, Rating


@dataclass(frozen=True, slots=True)
class _Answer:
    """An outcome with what can be undone and redone after it."""

    outcome: Outcome | None
    undo_text: str
    redo_text: str


class Marking(QObject):
    """Stars, picks, labels, undo and redo on the library lane."""

    said = Signal(str, bool)  # a message; whether Undo would take that back
    history_changed = Signal(str, str)  # what undo and redo would do; "" if nothing
    edits_listed = Signal(object)  # list[StoredEdit], the earliest first

    def __init__(
        self, rating: Rating, history: History, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rating = rating
        self._history = history
        self._jobs = jobs

    def stars(self, ids: Sequence[PhotoId], count: int, *, role: str = "") -> None:
        """Give so many stars. `role` is what the photos are on screen, for the message."""
        self._submit(lambda: self._rating.stars(ids, count), undoable=True, role=role)

    def pick(self, ids: Sequence[PhotoId], pick: Pick, *, role: str = "") -> None:
        """Pick, reject, or neither."""
        self._submit(lambda: self._rating.pick(ids, pick), undoable=True, role=role)

    def label(self, ids: Sequence[PhotoId], label: ColorLabel, *, role: str = "") -> None:
        """Set a colour label, or clear it where all have it already."""
        self._submit(lambda: self._rating.label(ids, label), undoable=True, role=role)

    def step(self, work: Callable[[], Outcome]) -> None:
        """Do what the engine keeps as one step of the history."""
        self._submit(work, undoable=True)

    def undo(self) -> None:
        """Take the last mark back."""
        self._submit(self._history.undo, undoable=False)

    def redo(self) -> None:
        """Give the mark again that was taken back last."""
        self._submit(self._history.redo, undoable=False)

    def go_to(self, number: int) -> None:
        """Undo or redo until a step of the history is the last one in force."""
        self._submit(lambda: self._history.go_to(number), undoable=False)

    def list_edits(self) -> None:
        """Ask for every step of the history."""
        job = self._jobs.submit(Lane.LIBRARY, "history", lambda _: self._history.edits())
        job.succeeded.connect(self.edits_listed)

    def look_at_history(self) -> None:
        """Find out what can be undone, also from an earlier session."""
        self._submit(lambda: None, undoable=False)

    def _submit(
        self, work: Callable[[], Outcome | None], *, undoable: bool, role: str = ""
    ) -> None:
        def run() -> _Answer:
            outcome = work()
            return _Answer(outcome, self._history.undo_text, self._history.redo_text)

        job = self._jobs.submit(Lane.LIBRARY, "mark", lambda _: run())
        job.succeeded.connect(lambda answer: self._take(answer, undoable, role))

    def _take(self, answer: _Answer, undoable: bool, role: str) -> None:
        self.history_changed.emit(answer.undo_text, answer.redo_text)
        if answer.outcome is not None:
            message = answer.outcome.message
            text = f"{role}: {message}" if role else message
            self.said.emit(text, undoable and bool(answer.undo_text))
