"""The outcome of phase 1 in the run folder: weights as safetensors, all about them as JSON.

`aligned.json` names the weights' SHA-256 and its own, and is written last. Nothing is unpickled.
The score head is not in it: phase 2 makes a new one, for the scale of the ratings it learns from.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save

from core.errors import TrainingError, printable
from core.learning.checkpoints import write_durably
from core.learning.student import Student, StudentShape

LISTING, WEIGHTS = "aligned.json", "aligned.safetensors"
_FORMAT = 1
_HEAD = "head."


@dataclass(frozen=True, slots=True)
class Aligned:
    """An aligned network as it was read."""

    student: Student  # with a head that has learned nothing
    size_px: int  # of the pictures it was aligned on
    sha256: str
    about: Mapping[str, Any]  # configuration, teachers, licences, held-out figures


def write_aligned(run: Path, student: Student, size_px: int, about: Mapping[str, object]) -> Path:
    """Put the aligned network into its run folder; the path of its listing."""
    weights = {
        name: value.contiguous()
        for name, value in student.state_dict().items()
        if not name.startswith(_HEAD)
    }
    content = save(weights)
    listing = {
        "format": _FORMAT,
        "file": WEIGHTS,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_px": size_px,
        "shape": asdict(student.shape),
        **about,
    }
    listing["listing_sha256"] = _digest(listing)
    try:
        write_durably(run / WEIGHTS, content)
        write_durably(run / LISTING, json.dumps(listing, indent=1).encode())
    except OSError as error:
        raise TrainingError(f"The aligned network cannot be kept: {error.strerror}.") from error
    return run / LISTING


def read_aligned(run: Path, bins: tuple[float, ...]) -> Aligned:
    """The aligned network of a run folder, with a new head over `bins`.

    Raises:
        TrainingError: there is none, it was altered or damaged, or it is no such file.
    """
    try:
        listing = json.loads((run / LISTING).read_bytes())
        content = (run / WEIGHTS).read_bytes()
    except FileNotFoundError as error:
        raise TrainingError(
            f"{printable(run)} holds no aligned network.",
            hint="Give the folder that was --run of a finished `shortlist train align`.",
        ) from error
    except (OSError, ValueError) as error:
        raise _unusable(run, str(error)) from error
    if not isinstance(listing, dict) or listing.get("format") != _FORMAT:
        raise _unusable(run, f"it is not of format {_FORMAT}")
    if listing.pop("listing_sha256", "") != _digest(listing):
        raise _altered(run, LISTING)
    if hashlib.sha256(content).hexdigest() != listing["sha256"]:
        raise _altered(run, WEIGHTS)
    try:
        told = dict(listing["shape"])
        shape = StudentShape(
            str(told["backbone"]),
            tuple(int(channels) for channels in told["bridge_channels"]),
            int(told["embedding_dim"]),
            size_px=None if told["size_px"] is None else int(told["size_px"]),
        )
        student = Student(replace(shape, bins=bins))
        own = {k: v for k, v in student.state_dict().items() if k.startswith(_HEAD)}
        student.load_state_dict({**load(content), **own})
        return Aligned(student.eval(), int(listing["size_px"]), str(listing["sha256"]), listing)
    except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise _unusable(run, " ".join(str(error).split())[:200]) from error


def _digest(listing: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(dict(listing), sort_keys=True).encode()).hexdigest()


def _altered(run: Path, name: str) -> TrainingError:
    return TrainingError(
        f"The aligned network in {printable(run)} was altered or damaged: the SHA-256 of {name} "
        f"is not the one in {LISTING}.",
        hint="Give its `shortlist train align` command again, which writes it anew.",
    )


def _unusable(run: Path, reason: str) -> TrainingError:
    return TrainingError(f"The aligned network in {printable(run)} cannot be used: {reason}.")
