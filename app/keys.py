"""Which key belongs to which action: the user's own choices, twins with Shift, and clashes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS, ActionSpec

_SHIFT = "Shift+"
_FOCUS_KEY = "Tab"  # with Shift it goes back, and must go on doing so


def conflicts(actions: Sequence[ActionSpec]) -> list[str]:
    """Keys that two actions claim, each in a sentence."""
    return [
        f"{key} is both “{first.text}” and “{second.text}”."
        for key, first, second in _clashes(actions)
    ]


def rebound(keys: Mapping[str, str]) -> tuple[tuple[ActionSpec, ...], list[str]]:
    """The action table with the user's own keys, and what could not be done, in sentences.

    `keys` maps an action id to key names separated by spaces; an empty text removes the keys.
    All choices count together, so two actions may exchange theirs. One that would still give
    a key two meanings is left out.
    """
    by_id = {spec.id: spec for spec in ACTIONS}
    problems: list[str] = []
    chosen: dict[str, ActionSpec] = {}
    for id_, text in keys.items():
        wanted = tuple(text.split())
        bad = [key for key in wanted if not canonical(key)]
        if id_ not in by_id:
            problems.append(f"Settings: there is no action “{id_}” to give a key to.")
        elif bad:
            problems.append(f"Settings: “{bad[0]}” is not a key, so “{id_}” keeps its own.")
        else:
            chosen[id_] = replace(by_id[id_], keys=wanted)
    while (clash := _clash_of(chosen, by_id)) is not None:
        key, first, second = clash
        loser = second.id if second.id in chosen else first.id
        del chosen[loser]
        problems.append(
            f"Settings: {key} is both “{first.text}” and “{second.text}”. "
            f"“{loser}” keeps its own key."
        )
    return tuple((by_id | chosen).values()), problems


def canonical(key: str) -> str:
    """The one way to write a key; empty if it is none."""
    return QKeySequence(key).toString()


def twin_keys(spec: ActionSpec) -> tuple[str, ...]:
    """The keys that also go on to the next photo: each key without a modifier, with Shift."""
    return tuple(twin for key in spec.keys if (twin := twin_of(spec, key)))


def twin_of(spec: ActionSpec, key: str) -> str:
    """The key that would also go on to the next photo, or nothing."""
    is_bare = len(key) == 1 or "+" not in key
    return _SHIFT + key if spec.advances and is_bare and key != _FOCUS_KEY else ""


def claims(spec: ActionSpec, key: str) -> frozenset[str]:
    """What an action takes for itself with a key of its own."""
    return frozenset(canonical(one) for one in (key, twin_of(spec, key)) if one)


def native(key: str) -> str:
    """A key as the system writes it, for instance ⌘Z."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def tooltip(spec: ActionSpec) -> str:
    """What the action does and its first key."""
    text = spec.tip or spec.text.rstrip("…")
    return f"{text} ({native(spec.keys[0])})" if spec.keys else text


def _clash_of(
    chosen: Mapping[str, ActionSpec], by_id: Mapping[str, ActionSpec]
) -> tuple[str, ActionSpec, ActionSpec] | None:
    """A key with two meanings, one of which the user chose."""
    found = _clashes(tuple({**by_id, **chosen}.values()))
    return next((one for one in found if one[1].id in chosen or one[2].id in chosen), None)


def _clashes(actions: Sequence[ActionSpec]) -> list[tuple[str, ActionSpec, ActionSpec]]:
    """Each key that is claimed twice, with the two actions; one may claim it twice itself."""
    owner: dict[str, ActionSpec] = {}
    found: list[tuple[str, ActionSpec, ActionSpec]] = []
    for spec in actions:
        for key in (*spec.keys, *twin_keys(spec)):
            text = canonical(key)
            if text in owner:
                found.append((text, owner[text], spec))
            owner.setdefault(text, spec)
    return found
