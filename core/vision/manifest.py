"""The manifest of a model: what its file must be, what goes in and what its numbers mean.

Weights without their preprocessing and calibration are worthless, so the three travel
together in one folder and are checked together before the first picture is scored.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from core.errors import ModelMismatchError

FORMAT = 1
MANIFEST_NAME = "manifest.json"
AESTHETIC = "aesthetic"  # among the score weights, beside names of technical parts

Fit = Literal["stretch", "centre-crop"]
_FITS = ("stretch", "centre-crop")
_INTERPOLATIONS = ("bilinear", "bicubic", "lanczos")


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the network's rating becomes the number that the user sees."""

    meaning: str  # one sentence for the user
    ratings: npt.NDArray[np.float64]  # (P,) ascending
    scores: npt.NDArray[np.float64]  # (P,) 0..100, ascending
    spread_scale: float  # measured residuals over predicted deviations

    def score_of(self, rating: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Map ratings of any shape to scores 0..100; outside the table the ends hold."""
        return np.interp(rating, self.ratings, self.scores)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model, as its folder describes it."""

    name: str
    version: str
    feature_version: str  # changes whenever equal pixels would give another embedding
    file: Path
    sha256: str
    size_px: int
    fit: Fit
    interpolation: str
    embedding_dim: int
    bins: npt.NDArray[np.float64]  # (K,) rating that each output stands for, ascending
    calibration: Calibration
    score_weights: Mapping[str, float]  # AESTHETIC and names of technical parts

    @property
    def model(self) -> str:
        """Name and version, as stored beside every score."""
        return f"{self.name} {self.version}"

    def value_of(self, aesthetic: float, technical: Mapping[str, float]) -> float:
        """The score that the user sees, of an aesthetic score and its technical parts."""
        parts = {AESTHETIC: aesthetic, **technical}
        weighted = sum(weight * parts[name] for name, weight in self.score_weights.items())
        return float(weighted / sum(self.score_weights.values()))

    def expected_ratings(self, distributions: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The mean rating (N,) of distributions (N, K) over the bins, which need not sum to 1."""
        shares = distributions.astype(np.float64)
        return cast("npt.NDArray[np.float64]", shares @ self.bins / shares.sum(axis=1))


def load_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the model in `folder`.

    Raises:
        ModelMismatchError: it is missing, not JSON, of another format, or incomplete.
    """
    path = folder / MANIFEST_NAME
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelMismatchError(
            f"The model {folder.name} cannot be read: {error.strerror}"
        ) from error
    except ValueError as error:
        raise ModelMismatchError(f"The model {folder.name} has a damaged manifest.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ModelMismatchError(
            f"The model {folder.name} was made for another version of Shortlist.",
            hint="Install the model again, or update Shortlist.",
        )
    try:
        return _parse(folder, data)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelMismatchError(
            f"The manifest of the model {folder.name} is not usable: {error}"
        ) from error


def verify_file(manifest: Manifest) -> None:
    """Compare the model file with the hash in its manifest.

    Raises:
        ModelMismatchError: it is missing or a byte of it differs.
    """
    try:
        digest = hashlib.sha256(manifest.file.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelMismatchError(
            f"The file of the model {manifest.model} cannot be read: {error.strerror}"
        ) from error
    if digest != manifest.sha256:
        raise ModelMismatchError(
            f"The file of the model {manifest.model} was altered or damaged.",
            hint="Install Shortlist again, or choose another model.",
        )


def _parse(folder: Path, data: Mapping[str, Any]) -> Manifest:
    picture = data["input"]
    fit = _one_of(picture["fit"], _FITS, "fit")
    bins = np.asarray(data["bins"], dtype=np.float64)
    if bins.ndim != 1 or len(bins) < 2 or np.any(np.diff(bins) <= 0):
        raise ValueError("bins must ascend")
    file_name = str(data["file"])
    if Path(file_name).name != file_name:
        raise ValueError("the file must lie beside the manifest")
    return Manifest(
        name=str(data["name"]),
        version=str(data["version"]),
        feature_version=str(data["feature_version"]),
        file=folder / file_name,
        sha256=str(data["sha256"]),
        size_px=_positive(picture["size_px"], "size_px"),
        fit="stretch" if fit == "stretch" else "centre-crop",
        interpolation=_one_of(picture["interpolation"], _INTERPOLATIONS, "interpolation"),
        embedding_dim=_positive(data["embedding_dim"], "embedding_dim"),
        bins=bins,
        calibration=_calibration(data["calibration"]),
        score_weights=_weights(data["score_weights"]),
    )


def _calibration(data: Mapping[str, Any]) -> Calibration:
    table = np.asarray(data["rating_to_score"], dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != 2 or len(table) < 2:
        raise ValueError("rating_to_score must be a list of pairs")
    ratings, scores = table[:, 0].copy(), table[:, 1].copy()
    if np.any(np.diff(ratings) <= 0) or np.any(np.diff(scores) < 0):
        raise ValueError("rating_to_score must ascend")
    if scores[0] < 0 or scores[-1] > 100:
        raise ValueError("scores must lie in 0..100")
    return Calibration(str(data["meaning"]), ratings, scores, float(data["spread_scale"]))


def _weights(data: Mapping[str, Any]) -> dict[str, float]:
    weights = {str(name): float(weight) for name, weight in data.items()}
    if min(weights.values(), default=0) < 0 or sum(weights.values()) <= 0:
        raise ValueError("score_weights must be positive")
    return weights


def _positive(value: object, name: str) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError(f"{name} must be a positive whole number")
    return value


def _one_of(value: object, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}")
    return str(value)
