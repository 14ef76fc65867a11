"""The technical parts of a score: what went wrong with the picture, each 0..100, 100 is well.

Facts, not verdicts: a panned racing car moved on purpose. They are measured on the preview, so
they tell what can be seen at its size, not what shows at 1:1.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load

from core.errors import ModelMismatchError
from core.vision import technical_statistics

MANIFEST_NAME = "manifest.json"
FORMAT = 1

_LEAK = 0.1  # slope of a hidden unit below zero
_TENSORS = ("mean", "scale", "hidden_weight", "hidden_bias", "weight", "bias")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Network:
    """One hidden layer for each part."""

    mean: Floats  # (S,)
    scale: Floats  # (S,)
    hidden_weight: Floats  # (P, S, H)
    hidden_bias: Floats  # (P, H)
    weight: Floats  # (P, H)
    bias: Floats  # (P,)

    def logits(self, statistics: Floats, clip: float) -> npt.NDArray[np.float64]:
        usual = np.clip((statistics - self.mean) / self.scale, -clip, clip)
        hidden = np.einsum("s,psh->ph", usual, self.hidden_weight) + self.hidden_bias
        parts = (np.maximum(hidden, _LEAK * hidden) * self.weight).sum(axis=1) + self.bias
        return cast("npt.NDArray[np.float64]", parts.astype(np.float64))


class TechnicalHeads:
    """The trained heads. May be used from several threads at once."""

    def __init__(self, folder: Path) -> None:
        """Load the heads in `folder`.

        Raises:
            ModelMismatchError: a file is missing, altered, or made for other statistics.
        """
        manifest = _manifest(folder)
        try:
            self.version = f"{manifest['name']} {manifest['version']}"
            self.parts = tuple(str(part) for part in manifest["parts"])
            self._clip = float(manifest["clip"])
            fits = manifest["statistics_version"] == technical_statistics.VERSION
            file, sha256 = str(manifest["file"]), str(manifest["sha256"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelMismatchError(
                f"The manifest of the technical heads is not usable: {error}"
            ) from error
        if not fits or Path(file).name != file:
            raise ModelMismatchError(
                "The technical heads were made for another version of Shortlist.",
                hint="Install Shortlist again.",
            )
        self._network = _network(folder / file, sha256, len(self.parts))

    def measure(self, picture: Image.Image) -> dict[str, float]:
        """Measure all parts of an upright sRGB picture of any size.

        Returns:
            One number in 0..100 for each name in `parts`, in their order.
        """
        logits = self._network.logits(technical_statistics.measure(picture), self._clip)
        values = 100 / (1 + np.exp(-np.clip(logits, -50, 50)))
        return {name: float(value) for name, value in zip(self.parts, values, strict=True)}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))
    except OSError as error:
        raise ModelMismatchError(
            "The technical heads are missing from this copy of Shortlist.",
            hint="Install Shortlist again.",
        ) from error
    except ValueError as error:
        raise ModelMismatchError("The technical heads have a damaged manifest.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ModelMismatchError(
            "The technical heads were made for another version of Shortlist.",
            hint="Install Shortlist again.",
        )
    return data


def _network(file: Path, sha256: str, parts: int) -> _Network:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelMismatchError(
            f"The file of the technical heads cannot be read: {error.strerror}"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelMismatchError(
            "The file of the technical heads was altered or damaged.",
            hint="Install Shortlist again.",
        )
    try:
        tensors = load(content)
        network = _Network(*(tensors[name].astype(np.float32) for name in _TENSORS))
    except (SafetensorError, KeyError) as error:
        raise ModelMismatchError(
            f"The file of the technical heads cannot be used: {error}"
        ) from error
    statistics, hidden = network.hidden_weight.shape[1:]
    wanted = ((statistics,), (statistics,), (parts, statistics, hidden), (parts, hidden))
    shapes = tuple(
        tensor.shape
        for tensor in (network.mean, network.scale, network.hidden_weight, network.hidden_bias)
    )
    if (
        shapes != wanted
        or network.weight.shape != (parts, hidden)
        or statistics != len(technical_statistics.NAMES)
    ):
        raise ModelMismatchError("The file of the technical heads does not fit its manifest.")
    return network
