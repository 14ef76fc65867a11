"""What grouping knows of photos: columns of one number a photo, nothing of files or catalogues."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Captures:
    """N photos. NaN means that it is not known."""

    folder: Numbers  # (N,) equal numbers are one folder
    camera: Numbers  # (N,) equal numbers are one camera
    name_rank: Numbers  # (N,) places of the names in natural order
    file_number: Numbers  # (N,) the last number in the name, -1 without one
    taken_us: Floats  # (N,) microseconds since 1970 on the camera's clock
    utc_offset_min: Floats  # (N,) of that clock
    exposure_s: Floats  # (N,)
    aperture: Floats  # (N,)
    iso: Floats  # (N,)
    focal_mm: Floats  # (N,)
    light: Floats  # (N,) mean luminance of the picture, 0..1
    embeddings: Vectors  # (N, D) unit length; all zero where there is none

    def __len__(self) -> int:
        return len(self.folder)

    @property
    def is_seen(self) -> Flags:
        """Whether there is an embedding (N,)."""
        return _is_seen(self.embeddings)

    @property
    def exposure_ev(self) -> Floats:
        """How much light the camera asked for, in stops (N,): shutter, aperture and ISO."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ev = np.log2(self.exposure_s * self.iso / 100 / self.aperture**2)
        return cast("Floats", np.where(np.isfinite(ev), ev, np.nan))


def _is_seen(embeddings: Vectors) -> Flags:
    return cast("Flags", embeddings.any(axis=1))


def likeness(embeddings: Vectors, one: Rows, other: Rows) -> Vectors:
    """Cosines (M,) of the embeddings of M pairs, -1..1; NaN where one of them has none.

    In blocks, so that the memory stays small however many pairs there are.
    """
    found = np.empty(len(one), dtype=np.float32)
    for start in range(0, len(one), _BLOCK):
        pairs = slice(start, start + _BLOCK)
        first, second = embeddings[one[pairs]], embeddings[other[pairs]]
        cosines = np.einsum("nd,nd->n", first, second)
        if not cosines.all():  # a cosine of exactly 0 is one of nothing, seldom of something
            cosines[~(_is_seen(first) & _is_seen(second))] = np.nan
        found[pairs] = cosines
    return found


_BLOCK = 1024  # pairs; their vectors stay in the cache
