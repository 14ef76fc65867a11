"""A taste as bytes: what the catalogue keeps and what one photographer gives to another."""

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.taste.taste import Taste

_TENSORS = ("weight", "slope", "level", "fact_centre", "fact_scale")


def to_bytes(taste: Taste) -> bytes:
    """A few kilobytes; equal tastes give equal bytes."""
    values = {name: np.array(getattr(taste, name), np.float32, order="C") for name in _TENSORS}
    return bytes(save(values))


def from_bytes(content: bytes) -> Taste:
    """What `to_bytes` wrote.

    Raises:
        ValueError: it is something else, or damaged.
    """
    try:
        tensors = load(content)
        return Taste(
            weight=float(tensors["weight"]),
            slope=tensors["slope"],
            level=float(tensors["level"]),
            fact_centre=tensors["fact_centre"],
            fact_scale=tensors["fact_scale"],
        )
    except (SafetensorError, KeyError, TypeError) as error:
        raise ValueError(f"not a taste: {error}") from error
