"""Checkpoints that resume a run exactly: weights as safetensors, everything else as JSON.

`checkpoint.json` names the weights file, its SHA-256 and the configuration of the run. It is
replaced last, so that after a crash it still names a complete file. Nothing is unpickled.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from core.errors import TrainingError

_LISTING = "checkpoint.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A moment of a run: tensors by name after `step` completed steps."""

    step: int
    tensors: Mapping[str, Tensor]


def write_checkpoint(
    folder: Path, checkpoint: Checkpoint, configuration: Mapping[str, object]
) -> None:
    """Make `checkpoint` the newest one of `folder`; a crash leaves the one before it."""
    folder.mkdir(parents=True, exist_ok=True)
    contiguous = {name: value.contiguous() for name, value in checkpoint.tensors.items()}
    content = save(contiguous)
    weights = folder / f"step-{checkpoint.step:07d}.safetensors"
    write_durably(weights, content)
    listing = {
        "file": weights.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "step": checkpoint.step,
        "configuration": _as_stored(configuration),
    }
    write_durably(folder / _LISTING, json.dumps(listing, indent=1).encode())
    for older in folder.glob("step-*.safetensors"):
        if older != weights:
            older.unlink()


def read_checkpoint(folder: Path, configuration: Mapping[str, object]) -> Checkpoint | None:
    """The newest checkpoint of `folder`, or None where no run has begun.

    Raises:
        TrainingError: it is damaged, or belongs to a run with another configuration.
    """
    try:
        listing = json.loads((folder / _LISTING).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(folder) from error
    if listing["configuration"] != _as_stored(configuration):
        raise TrainingError(
            f"The run in {folder.name} was started with another configuration.",
            hint="Choose an empty run folder, or repeat the command with the earlier options.",
        )
    try:
        content = (folder / listing["file"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != listing["sha256"]:
            raise _damaged(folder)
        return Checkpoint(int(listing["step"]), load(content))
    except (OSError, SafetensorError) as error:
        raise _damaged(folder) from error


def _as_stored(configuration: Mapping[str, object]) -> object:
    return json.loads(json.dumps(dict(configuration)))  # tuples become lists, as on disk


def _damaged(folder: Path) -> TrainingError:
    return TrainingError(
        f"The checkpoint in {folder.name} is damaged.",
        hint="Delete the run folder and start the training again.",
    )


def write_durably(path: Path, content: bytes) -> None:
    """Put a file in its place as a whole: after a crash it is the new one or the one before."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
