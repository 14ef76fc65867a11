"""How honest a verdict is, over invented photographers whose taste is known."""

from collections.abc import Mapping

import numpy as np

from core.progress import Task
from core.services.tastes import RatedFrames
from core.taste.agreement import keepers_lost, rank_correlation
from core.taste.evidence import Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.marks import keepers
from core.taste.raters import learn_prior
from core.taste.trial import CUTS, quick_trial

_PEOPLE, _RATED, _SHOOTS = 100, 120, 15


def honesty(rated: RatedFrames) -> Mapping[str, object]:
    """How often the interval holds the truth, and how far off the keepers lost are, in points.

    Photographers like what everybody likes, and something of their own, and change their mind.
    Each marks a part of the photographs; the truth is what their model does on all the others.
    """
    frames = rated.frames
    prior = learn_prior(frames.features, frames.facts, frames.generic, rated.ratings)
    held, errors = [], dict[int, list[float]]()
    for person in range(_PEOPLE):
        generator = np.random.default_rng(person)
        liking = _liking(frames, generator)
        order = generator.permutation(len(frames))
        own, others = order[:_RATED], order[_RATED:]
        stars = 1 + np.searchsorted(np.quantile(liking, (0.2, 0.4, 0.6, 0.8)), liking)
        marks = Evidence(
            frames,
            stars.astype(np.int8),
            np.zeros(len(frames), np.int8),
            np.arange(len(frames), dtype=np.int64) % _SHOOTS,
            np.arange(len(frames), dtype=np.int64),
        )
        evidence = marks.rows(own)
        _, verdict = quick_trial(evidence, prior, frames, Task())
        found = fit_taste(evidence, prior, frames).taste.ratings(frames.rows(others))
        if verdict.personal is None:
            continue
        truth = rank_correlation(found, stars[others].astype(float))
        held.append(verdict.personal.low <= truth <= verdict.personal.high)
        kept = keepers(marks)[others]
        for cut, percent in zip(verdict.cuts, CUTS, strict=True):
            lost = keepers_lost(found, kept, percent)
            errors.setdefault(percent, []).append(cut.personal.value - lost)
    return {
        "interval_holds_percent": round(100 * float(np.mean(held)), 1),
        "keepers_lost_off_by": {
            percent: round(float(np.mean(found)), 2) for percent, found in errors.items()
        },
        "people": len(held),
    }


def _liking(frames: Frames, generator: np.random.Generator) -> np.ndarray:
    own = frames.features @ generator.normal(size=frames.features.shape[1])
    parts = (frames.generic, own, generator.normal(size=len(frames)))
    weights = (1.0, generator.uniform(0, 1.5), 0.8)
    return np.asarray(
        sum(
            weight * (part - part.mean()) / part.std()
            for weight, part in zip(weights, parts, strict=True)
        )
    )
