"""A run folder belongs to one configuration, which is told before any time is spent in it."""

import json
from collections.abc import Mapping
from pathlib import Path

from core.errors import TrainingError, printable
from core.learning.checkpoints import write_durably

_LISTING = "run.json"


def claim(run: Path, command: str, options: Mapping[str, object]) -> None:
    """Make `run` the folder of this command, or see that it is.

    Args:
        run: made where it is missing.
        command: what the user calls it.
        options: all that decides the outcome, by the names that the user knows: "--steps".

    Raises:
        TrainingError: it belongs to another command or other options, or cannot be written.
    """
    told = json.loads(json.dumps({"command": command, "options": dict(options)}))
    listing = run / _LISTING
    try:
        stored = json.loads(listing.read_bytes())
        different = _differences(stored, told)
    except FileNotFoundError:
        _write(listing, told)
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(
            f"{printable(listing)} is damaged.", hint="Choose an empty run folder."
        ) from error
    if different:
        raise TrainingError(
            f"The run in {printable(run.name)} was started with another configuration: "
            f"{'; '.join(different)}.",
            hint="Choose an empty run folder, or repeat the command with the earlier options.",
        )


def _differences(stored: Mapping[str, object], told: Mapping[str, object]) -> list[str]:
    if stored["command"] != told["command"]:
        return [f"it is of {stored['command']}, not of {told['command']}"]
    before, now = stored["options"], told["options"]
    assert isinstance(now, Mapping), "made by claim"
    if not isinstance(before, Mapping):
        raise TypeError("options must be a mapping")
    return [
        f"{name} was {_shown(before.get(name))} and is {_shown(now.get(name))}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)


def _write(listing: Path, told: Mapping[str, object]) -> None:
    try:
        listing.parent.mkdir(parents=True, exist_ok=True)
        write_durably(listing, json.dumps(told, indent=1).encode())
    except OSError as error:
        raise TrainingError(
            f"The run folder {printable(listing.parent)} cannot be written: {error.strerror}."
        ) from error
