"""Where a session ended, as bytes that the next one understands, or leaves alone."""

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

from app.modes.view_mode import Mode
from core.photo import ColorLabel, FileState, Filter, PartRange, Pick, TechnicalPart

_SCOPE = frozenset({"folder", "recursive"})  # the settings have them
_SETS: dict[str, type[IntEnum] | type[StrEnum]] = {
    "picks": Pick,
    "labels": ColorLabel,
    "states": FileState,
}
_TIMES = frozenset({"taken_from", "taken_before"})


@dataclass(frozen=True, slots=True)
class LeftOff:
    """What one looked at, and how."""

    folder: Path
    photo: Path | None = None
    in_loupe: bool = False
    conditions: Filter = field(default_factory=Filter)  # without the folder

    def to_bytes(self) -> bytes:
        """Plain text, so that it is no riddle to whoever looks into the file."""
        content = {
            "folder": str(self.folder),
            "photo": str(self.photo) if self.photo is not None else "",
            "mode": (Mode.LOUPE if self.in_loupe else Mode.GRID).name,
            "filter": _written(self.conditions),
        }
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "LeftOff | None":
        """What `to_bytes` wrote; None where it is something else, as of another version."""
        try:
            read = json.loads(content)
            return cls(
                folder=Path(read["folder"]),
                photo=Path(read["photo"]) if read["photo"] else None,
                in_loupe=read["mode"] == Mode.LOUPE.name,
                conditions=_read(read["filter"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


def _written(conditions: Filter) -> dict[str, Any]:
    blank = Filter()
    names = [entry.name for entry in fields(Filter) if entry.name not in _SCOPE]
    values = {name: getattr(conditions, name) for name in names}
    return {name: _plain(v) for name, v in values.items() if v != getattr(blank, name)}


def _plain(value: Any) -> Any:
    match value:
        case frozenset():
            return sorted((_plain(one) for one in value), key=str)
        case PartRange():
            return [value.part.value, value.least, value.most]
        case datetime():
            return value.isoformat()
        case IntEnum() | StrEnum():
            return value.value
    return value


def _read(written: dict[str, Any]) -> Filter:
    """Raises ValueError, TypeError or KeyError for what no filter has."""
    values: dict[str, Any] = {}
    for name, value in written.items():
        if name in _SETS:
            values[name] = frozenset(_SETS[name](one) for one in value)
        elif name in _TIMES:
            values[name] = datetime.fromisoformat(value)
        elif name == "parts":
            ranges = (PartRange(TechnicalPart(part), low, high) for part, low, high in value)
            values[name] = frozenset(ranges)
        else:
            values[name] = value
    return Filter(**values)
