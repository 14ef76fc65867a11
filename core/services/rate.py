"""Rating, flagging and labelling photos."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import printable
from core.library.history_store import Edit
from core.library.library import Library, Transaction
from core.photo import MAX_STARS, Changes, ColorLabel, Mark, PhotoId, Pick

Marks = Mapping[PhotoId, Mark]
MarkChange = Callable[[Mark], Mark]

_LABEL_TEXT = "labelled {color}"
_NO_LABEL_TEXT = "without label"
_PICK_TEXT = {
    Pick.REJECTED: "rejected",
    Pick.UNDECIDED: "unflagged",
    Pick.PICKED: "picked",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened, as a sentence for the user, and what every view must refresh."""

    message: str
    changes: Changes


class Rating:
    """Marks photos. What a method returned is on the disk; it is published after that."""

    def __init__(self, library: Library, publish: Callable[[Changes], None]) -> None:
        self._library = library
        self._publish = publish

    def stars(self, ids: Sequence[PhotoId], stars: int) -> Outcome:
        """Give 0 to 5 stars; 0 is unrated.

        Raises:
            ValueError: any other number.
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        if not 0 <= stars <= MAX_STARS:
            raise ValueError(f"A photo cannot have {stars} stars")
        text = f"rated {stars}" if stars else "unrated"
        return self._mark(ids, lambda _: (text, lambda mark: replace(mark, stars=stars)))

    def pick(self, ids: Sequence[PhotoId], pick: Pick) -> Outcome:
        """Pick, reject or unflag.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        text = _PICK_TEXT[pick]
        return self._mark(ids, lambda _: (text, lambda mark: replace(mark, pick=pick)))

    def label(self, ids: Sequence[PhotoId], label: ColorLabel) -> Outcome:
        """Set a colour label, or clear it if all the photos have it already.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """

        def decide(marks: Marks) -> tuple[str, MarkChange]:
            all_have_it = all(mark.label == label for mark in marks.values())
            wanted = ColorLabel.NONE if all_have_it else label
            text = _LABEL_TEXT.format(color=wanted.name.lower()) if wanted else _NO_LABEL_TEXT
            return text, lambda mark: replace(mark, label=wanted)

        return self._mark(ids, decide)

    def _mark(
        self, ids: Sequence[PhotoId], decide: Callable[[Marks], tuple[str, MarkChange]]
    ) -> Outcome:
        with self._library.transaction() as stored:
            before = stored.photos.marks(ids)
            if not before:
                return Outcome("No photo is selected", Changes())
            text, change = decide(before)
            message = f"{_named(stored, before)} {text}"
            after = {id_: change(mark) for id_, mark in before.items()}
            altered = {id_: mark for id_, mark in after.items() if mark != before[id_]}
            if not altered:
                return Outcome(message, Changes())
            changes = stored.photos.set_marks(altered)
            stored.history.record(Edit(message, {id_: before[id_] for id_ in altered}, altered))
        return self._announce(message, changes)

    def _announce(self, message: str, changes: Changes) -> Outcome:
        changes = replace(changes, history=True)
        self._publish(changes)
        return Outcome(message, changes)


def _named(stored: Transaction, marks: Marks) -> str:
    if len(marks) > 1:
        return f"{len(marks):,} photos"
    (photo,) = stored.photos.get(list(marks)).values()
    return printable(photo.path.name)
