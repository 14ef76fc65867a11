"""Taking back and bringing back what was done: marks, groups, culls, also of earlier sessions."""

from collections.abc import Callable
from dataclasses import replace

from core.library.history_store import StoredEdit
from core.library.library import Library, Transaction
from core.photo import Changes
from core.services.rate import Outcome

__all__ = ["History", "StoredEdit"]


class History:
    """The undo log. What a method returned is on the disk; it is published after that."""

    def __init__(self, library: Library, publish: Callable[[Changes], None]) -> None:
        self._library = library
        self._publish = publish

    def edits(self) -> list[StoredEdit]:
        """Every edit that can be undone or redone, the earliest first."""
        with self._library.transaction() as stored:
            return stored.history.edits()

    def undo(self) -> Outcome:
        """Take the last edit back: every photo has exactly the marks and group it had before."""
        with self._library.transaction() as stored:
            edit = stored.history.undoable()
            if edit is None:
                return Outcome("Nothing to undo", Changes())
            changes = _take_back(stored, edit)
        return self._announce(f"Undid: {edit.text}", changes)

    def redo(self) -> Outcome:
        """Bring back what was undone last."""
        with self._library.transaction() as stored:
            edit = stored.history.redoable()
            if edit is None:
                return Outcome("Nothing to redo", Changes())
            changes = _bring_back(stored, edit)
        return self._announce(f"Redid: {edit.text}", changes)

    def go_to(self, number: int) -> Outcome:
        """Make everything as it was right after an edit, or before all edits for number 0.

        Later edits are undone and earlier ones redone, all of them or, if the disk fails, none.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        changes = Changes()
        with self._library.transaction() as stored:
            edits = stored.history.edits()
            later = [edit for edit in reversed(edits) if edit.number > number and not edit.undone]
            earlier = [edit for edit in edits if edit.number <= number and edit.undone]
            for edit in later:
                changes |= _take_back(stored, edit)
            for edit in earlier:
                changes |= _bring_back(stored, edit)
        if not later and not earlier:
            return Outcome("Nothing to undo or redo", Changes())
        verb, gone_through = ("Undid", later) if later else ("Redid", earlier)
        what = gone_through[0].text if len(gone_through) == 1 else f"{len(gone_through):,} steps"
        return self._announce(f"{verb}: {what}", changes)

    @property
    def undo_text(self) -> str:
        """What undo would take back, or an empty text."""
        with self._library.transaction() as stored:
            return _text(stored.history.undoable())

    @property
    def redo_text(self) -> str:
        """What redo would bring back, or an empty text."""
        with self._library.transaction() as stored:
            return _text(stored.history.redoable())

    def _announce(self, message: str, changes: Changes) -> Outcome:
        changes = replace(changes, history=True)
        self._publish(changes)
        return Outcome(message, changes)


def _take_back(stored: Transaction, edit: StoredEdit) -> Changes:
    changes = stored.photos.set_marks(stored.history.before(edit.number))
    rules = stored.history.rules(edit.number)
    changes |= stored.groups.put_in_force(rules, in_force=False)
    stored.history.set_undone(edit.number, undone=True)
    return changes


def _bring_back(stored: Transaction, edit: StoredEdit) -> Changes:
    changes = stored.photos.set_marks(stored.history.after(edit.number))
    rules = stored.history.rules(edit.number)
    changes |= stored.groups.put_in_force(rules, in_force=True)
    stored.history.set_undone(edit.number, undone=False)
    return changes


def _text(edit: StoredEdit | None) -> str:
    return edit.text if edit else ""
