"""The user's own keys while he chooses them: what a key would cost, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.actions import ACTIONS, ActionSpec
from app.keys import canonical, claims, native, rebound

_DEFAULTS = {spec.id: spec for spec in ACTIONS}
# What moves about in lists, fields and buttons is free only where the photographs have the focus.
_MOVING = frozenset(
    {
        *("Return", "Enter", "Space", "Esc", "Backspace", "Del"),
        *("Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown"),
    }
)
_TAKEN = frozenset({"Tab", "Shift+Tab", "Shift+Backtab", "Backtab", "CapsLock"})


@dataclass(frozen=True, slots=True)
class Clash:
    """A key of another action that stands in the way, alone or with its twin."""

    owner: ActionSpec
    key: str  # what the owner would lose
    contested: str  # what both claim: the key itself, or one with Shift


class KeyChoices:
    """Starts from the settings; `chosen` is what they would become."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys: dict[str, tuple[str, ...]] = {}
        specs, _ = rebound(keys)
        for spec in specs:
            self._set(spec.id, spec.keys)

    @property
    def chosen(self) -> dict[str, str]:
        """What differs from the keys the program came with, as the settings hold it."""
        return {id_: " ".join(keys) for id_, keys in self._keys.items()}

    @property
    def specs(self) -> tuple[ActionSpec, ...]:
        """The action table with these keys."""
        return rebound(self.chosen)[0]

    def spec(self, id_: str) -> ActionSpec:
        """One action with its keys."""
        return next(spec for spec in self.specs if spec.id == id_)

    def is_changed(self, id_: str) -> bool:
        """Whether the action has other keys than it came with."""
        return id_ in self._keys

    def refusal(self, id_: str, key: str) -> str:
        """Why no action of this kind can have the key, in a sentence, or nothing."""
        name = native(key)
        if not canonical(key) or any(part.isspace() for part in key):
            return "That key cannot be used here."
        if key in _TAKEN:
            return f"{name} has a meaning of its own everywhere, so no action can have it."
        if key in _MOVING and not _DEFAULTS[id_].viewer:
            return f"{name} works in lists and fields, so only going through photos can use it."
        if key in self.spec(id_).keys:
            return f"{name} is a key of this action already."
        return ""

    def clashes(self, id_: str, key: str) -> list[Clash]:
        """What other actions would lose if this one had the key."""
        wanted = claims(_DEFAULTS[id_], key)
        return [
            Clash(spec, other, min(shared, key=len))
            for spec in self.specs
            if spec.id != id_
            for other in spec.keys
            if (shared := wanted & claims(spec, other))
        ]

    def add(self, id_: str, key: str) -> None:
        """Give an action a further key, which moves over from whatever has it."""
        for clash in self.clashes(id_, key):
            self.remove(clash.owner.id, clash.key)
        self._set(id_, (*self.spec(id_).keys, canonical(key)))

    def remove(self, id_: str, key: str) -> None:
        """Take a key from an action."""
        self._set(id_, tuple(other for other in self.spec(id_).keys if other != key))

    def lost_by_reset(self, id_: str) -> list[Clash]:
        """What other actions would lose if this one had the keys it came with."""
        return [clash for key in _DEFAULTS[id_].keys for clash in self.clashes(id_, key)]

    def reset(self, id_: str) -> None:
        """Give an action the keys it came with, which move over from whatever has them."""
        self._set(id_, ())
        for key in _DEFAULTS[id_].keys:
            self.add(id_, key)

    def reset_all(self) -> None:
        """Every key as it was when the program was new."""
        self._keys.clear()

    def _set(self, id_: str, keys: tuple[str, ...]) -> None:
        if keys == _DEFAULTS[id_].keys:
            self._keys.pop(id_, None)
        else:
            self._keys[id_] = keys
