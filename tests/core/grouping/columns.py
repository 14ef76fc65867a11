"""Columns for tests of grouping: photos of one camera and folder unless told otherwise."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from core.grouping.captures import Captures

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp() * 1e6


def captures(seconds: list[float | None], **columns: Any) -> Captures:
    """Photos so many seconds after noon, all alike, in the order of their names."""
    count = len(seconds)
    numbers = np.arange(count, dtype=np.int64)
    unknown = np.full(count, np.nan)
    plain = Captures(
        folder=np.zeros(count, dtype=np.int64),
        camera=np.zeros(count, dtype=np.int64),
        name_rank=numbers,
        file_number=numbers + 1,
        taken_us=np.array([np.nan if s is None else NOON + round(s * 1e6) for s in seconds]),
        utc_offset_min=unknown,
        exposure_s=np.full(count, 1 / 250),
        aperture=np.full(count, 4.0),
        iso=np.full(count, 400.0),
        focal_mm=np.full(count, 50.0),
        light=unknown,
        embeddings=np.eye(1, 8, dtype=np.float32).repeat(count, axis=0),
    )
    return replace(plain, **{name: np.asarray(value) for name, value in columns.items()})


def directions(angles: list[float]) -> np.ndarray:
    """Embeddings (N, 8) on a circle, whose likeness is the cosine of the angle between them."""
    turned = np.zeros((len(angles), 8), dtype=np.float32)
    turned[:, 0], turned[:, 1] = np.cos(angles), np.sin(angles)
    return turned
