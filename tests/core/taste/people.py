"""Photographers whose taste is known, and photographs to try it on."""

import numpy as np
import numpy.typing as npt

from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.prior import TastePrior

DIM = 16


def photographs(count: int, seed: int = 0) -> Frames:
    """Photographs with embeddings, facts and a rating for everybody that are all unrelated."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(count, DIM)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    facts = generator.normal(0.5, 0.1, size=(count, len(FACTS))).astype(np.float32)
    return Frames(features, facts, generator.normal(4.0, 0.6, count))


def prior() -> TastePrior:
    """One direction that many people share; any other may matter too."""
    return TastePrior(
        centre=np.zeros(DIM, np.float32),
        shared=np.eye(DIM, 1, dtype=np.float32) * DIM**0.5,
        wide=np.eye(DIM, dtype=np.float32),
        fact_centre=np.full(len(FACTS), 0.5, np.float32),
        fact_scale=np.full(len(FACTS), 0.1, np.float32),
        generic_centre=4.0,
        generic_spread=0.6,
        agreement=0.4,
        noise=0.7,
    )


def by_fact(frames: Frames, fact: str) -> npt.NDArray[np.float64]:
    """How much one who looks at nothing but this fact likes each photograph."""
    return frames.facts[:, FACTS.index(fact)].astype(np.float64)


def rated(
    frames: Frames, liking: npt.NDArray[np.float64], shoots: int = 8, in_burst: int = 1
) -> Evidence:
    """Stars 1 to 5 by fifths of the liking, in shoots of equal size."""
    count = len(frames)
    place = liking.argsort().argsort() / count
    bursts = np.arange(count, dtype=np.int64) // in_burst
    return Evidence(
        frames,
        (1 + np.floor(5 * place)).astype(np.int8),
        np.zeros(count, np.int8),
        bursts * shoots // (bursts.max() + 1),
        bursts,
    )
