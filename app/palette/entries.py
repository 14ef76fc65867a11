"""What the palette offers: every action, and the folders that were opened before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.action_set import ActionSet
from app.actions import ActionSpec
from app.keys import native
from app.palette.fuzzy import fit
from core.errors import printable

_NO_PHOTO = "There is no photo"
_ITSELF = "palette"
_BY_TIP = 0.3  # a word of the explanation counts less than one of the name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    text: str
    run: Callable[[], object]
    keys: str = ""
    tip: str = ""
    checked: bool | None = None  # None where there is nothing to switch
    why_not: str = ""  # empty where it can be done now


def entries(
    actions: ActionSet, recent: Sequence[Path], open_folder: Callable[[Path], object]
) -> list[Entry]:
    """Everything in the order of the menus, then the folders, the latest first."""
    return [*_of_actions(actions), *_of_folders(recent, open_folder)]


def ranked(offered: Sequence[Entry], query: str) -> list[Entry]:
    """What fits, best first; what cannot be done now comes after all that can."""
    fits = [(_fit(entry, query), place, entry) for place, entry in enumerate(offered)]
    found = [one for one in fits if one[0] > 0]
    found.sort(key=lambda one: (bool(one[2].why_not), -one[0], one[1]))
    return [entry for _, _, entry in found]


def _of_actions(actions: ActionSet) -> Iterator[Entry]:
    for spec in actions.specs:
        action = actions[spec.id]
        if spec.id == _ITSELF:
            continue
        yield Entry(
            # The text of the moment, for instance "Undo: 12 photos rated 3".
            text=spec.name if spec.one_of else action.text().rstrip("…"),
            run=action.trigger,
            keys=",  ".join(native(key) for key in spec.keys),
            tip=spec.tip,
            checked=action.isChecked() if action.isCheckable() else None,
            why_not="" if action.isEnabled() else _why_not(spec),
        )


def _why_not(spec: ActionSpec) -> str:
    return spec.only or (_NO_PHOTO if spec.needs_photo else "Not now")


def _of_folders(recent: Sequence[Path], open_folder: Callable[[Path], object]) -> Iterator[Entry]:
    for folder in recent:
        yield Entry(f"Open {printable(folder)}", partial(open_folder, folder), tip="Recent folder")


def _fit(entry: Entry, query: str) -> float:
    by_name = fit(query, entry.text)
    if by_name:
        return by_name
    words = query.casefold().split()
    others = f"{entry.keys} {entry.tip}".casefold()
    return _BY_TIP if words and all(word in others for word in words) else 0.0
