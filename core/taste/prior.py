"""What is known of tastes before this photographer has said anything.

Taste differs along few directions that many people share; which ones was learned from the
ratings of many raters (`core.taste.raters`). It is stored beside the model whose
embeddings it speaks of.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.errors import ModelMismatchError
from core.taste.evidence import FACTS
from core.taste.taste import standardised

PRIOR_NAME = "taste.safetensors"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TastePrior:
    """Coordinates in which tastes are small round clouds about "like everybody".

    All variances are of marks that were brought to mean 0 and deviation 1.
    """

    centre: Floats  # (D,) of the embeddings of many photographs
    shared: Floats  # (D, K) directions along which raters differ; unit variance along each
    wide: Floats  # (D, W) all that embeddings differ in; coordinates of about unit length in all
    fact_centre: Floats  # (len(FACTS),)
    fact_scale: Floats  # (len(FACTS),)
    generic_centre: float  # of the rating for everybody, over many photographs
    generic_spread: float
    agreement: float  # what a deviation of the rating for everybody is worth in marks
    noise: float  # variance of marks that no taste explains

    def shared_coordinates(self, features: Floats) -> Floats:
        """(N, K) of embeddings (N, D)."""
        return np.asarray((features - self.centre) @ self.shared, np.float32)

    def wide_coordinates(self, features: Floats) -> Floats:
        """(N, W) of embeddings (N, D)."""
        return np.asarray((features - self.centre) @ self.wide, np.float32)

    def fact_coordinates(self, facts: Floats) -> Floats:
        """(N, len(FACTS)) with mean 0 and deviation 1 over many photographs."""
        return standardised(facts, self.fact_centre, self.fact_scale)


def save_prior(prior: TastePrior, folder: Path, feature_version: str) -> Path:
    """Write the prior into the folder of the model with the embeddings `feature_version`."""
    target = folder / PRIOR_NAME
    values = {
        one.name: np.array(getattr(prior, one.name), np.float32, order="C") for one in fields(prior)
    }
    about = {"feature_version": feature_version, "digest": _digest(values)}
    draft = target.with_suffix(".tmp")
    draft.write_bytes(save(values, metadata=about))
    draft.replace(target)
    return target


def load_prior(folder: Path, feature_version: str) -> TastePrior:
    """The prior of the model in `folder`, whose embeddings are `feature_version`.

    Raises:
        ModelMismatchError: it is missing, altered, or made for other embeddings or facts.
    """
    try:
        with safe_open(folder / PRIOR_NAME, "numpy") as stored:
            about = stored.metadata() or {}
            values = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        found: dict[str, Any] = {
            one.name: float(values[one.name]) if one.type is float else values[one.name]
            for one in fields(TastePrior)
        }
        prior = TastePrior(**found)
    except OSError as error:
        raise ModelMismatchError(
            f"What is known of tastes is missing from the model {folder.name}.",
            hint="Install Shortlist again.",
        ) from error
    except (SafetensorError, KeyError, TypeError) as error:
        raise _altered(folder) from error
    if about.get("digest") != _digest(values):
        raise _altered(folder)
    width = len(prior.centre)
    shapes = (prior.shared.shape[:1], prior.wide.shape[:1], prior.fact_centre.shape)
    fits = shapes == ((width,), (width,), (len(FACTS),))
    if not fits or about.get("feature_version") != feature_version:
        raise ModelMismatchError(
            f"What is known of tastes was made for another version of the model {folder.name}.",
            hint="Install Shortlist again.",
        )
    return prior


def _altered(folder: Path) -> ModelMismatchError:
    return ModelMismatchError(
        f"What is known of tastes was altered or damaged in the model {folder.name}.",
        hint="Install Shortlist again.",
    )


def _digest(values: Mapping[str, npt.NDArray[np.float32]]) -> str:
    digest = hashlib.sha256()
    for name, value in sorted(values.items()):
        digest.update(name.encode() + np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()
