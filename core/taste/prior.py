"""What is known of tastes before this photographer has said anything.

Taste differs along few directions that many people share; which ones was learned from the
ratings of many raters (`core.learning.taste_prior`). It is stored beside the model whose
embeddings it speaks of.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

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


def save_prior(prior: TastePrior, folder: Path) -> Path:
    """Write the prior into a model folder."""
    target = folder / PRIOR_NAME
    values = {one.name: getattr(prior, one.name) for one in fields(prior)}
    target.write_bytes(
        save({name: np.asarray(value, np.float32) for name, value in values.items()})
    )
    return target


def load_prior(folder: Path) -> TastePrior:
    """The prior of the model in `folder`.

    Raises:
        ModelMismatchError: it is missing, damaged, or speaks of other facts.
    """
    try:
        tensors = load((folder / PRIOR_NAME).read_bytes())
        arrays = {one.name: tensors[one.name] for one in fields(TastePrior) if one.type is Floats}
        numbers = {
            one.name: float(tensors[one.name]) for one in fields(TastePrior) if one.type is float
        }
        prior = TastePrior(**arrays, **numbers)  # type: ignore[arg-type]
    except OSError as error:
        raise ModelMismatchError(
            f"What is known of tastes is missing from the model {folder.name}.",
            hint="Install Shortlist again.",
        ) from error
    except (SafetensorError, KeyError, TypeError) as error:
        raise ModelMismatchError(
            f"What is known of tastes is damaged in the model {folder.name}."
        ) from error
    width = len(prior.centre)
    shapes = (prior.shared.shape[:1], prior.wide.shape[:1], prior.fact_centre.shape)
    if shapes != ((width,), (width,), (len(FACTS),)):
        raise ModelMismatchError(
            f"What is known of tastes was made for another version of the model {folder.name}.",
            hint="Install Shortlist again.",
        )
    return prior
