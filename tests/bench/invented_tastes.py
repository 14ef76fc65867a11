"""How honest a verdict is, over invented photographers whose taste is known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.progress import Task
from core.services.tastes import RatedFrames
from core.taste.agreement import keepers_lost, rank_correlation
from core.taste.evidence import Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.judging import CUTS
from core.taste.marks import keepers
from core.taste.prior import TastePrior
from core.taste.raters import learn_prior
from core.taste.trial import quick_trial
from core.taste.verdict import Figure, Verdict

_RATED = 120
_SHOOTS = (3, 5, 8, 15)
_OTHER_SHOOTS, _PER_OTHER = 200, 10  # where the truth is measured
_CHANGE_OF_MIND = 0.8  # deviation of what no taste explains, in deviations of the general rating


def honesty(rated: RatedFrames, people: int, seed: int) -> Mapping[str, object]:
    """How often an interval holds the truth, in percent, and how far off keepers lost are.

    Photographers like what everybody likes, and something of their own, and change their mind;
    the photos of a shoot resemble one another, and a shoot as a whole is liked more or less,
    both much or not at all. Each marks 120 photos of a few shoots; the truth is what the model
    learned from all of them does on 200 other shoots.

    Args:
        rated: photographs that shoots are mixed from.
        people: photographers for each number of shoots.
        seed: of the first of them.
    """
    frames = rated.frames
    prior = learn_prior(frames.features, frames.facts, frames.generic, rated.ratings)
    return {
        f"{shoots} shoots": _summary(
            [_tried(frames, prior, shoots, seed + person) for person in range(people)]
        )
        for shoots in _SHOOTS
    }


@dataclass(frozen=True, slots=True)
class _Tried:
    verdict: Verdict
    generic: float  # the truth
    personal: float
    lost: tuple[float, ...]  # by CUTS


def _tried(frames: Frames, prior: TastePrior, shoots: int, seed: int) -> _Tried:
    generator = np.random.default_rng(seed)
    alike = generator.uniform(0, 0.5)
    own = _shot(frames, shoots, _RATED // shoots, alike, generator)
    others = _shot(frames, _OTHER_SHOOTS, _PER_OTHER, alike, generator)
    taste = _Taste(others.frames, generator)
    liking, all_liking = taste.of(own), taste.of(others)
    cuts = np.quantile(all_liking, (0.2, 0.4, 0.6, 0.8))
    evidence, truth = (
        Evidence(
            photos.frames,
            (1 + np.searchsorted(cuts, liked)).astype(np.int8),
            np.zeros(len(liked), np.int8),
            photos.shoots,
            np.arange(len(liked), dtype=np.int64),
        )
        for photos, liked in ((own, liking), (others, all_liking))
    )
    _, verdict = quick_trial(evidence, prior, own.frames, Task())
    found = fit_taste(evidence, prior, own.frames).taste.ratings(others.frames)
    stars = truth.stars.astype(np.float64)
    return _Tried(
        verdict,
        rank_correlation(others.frames.generic, stars),
        rank_correlation(found, stars),
        tuple(keepers_lost(found, keepers(truth), percent) for percent in CUTS),
    )


@dataclass(frozen=True, slots=True)
class _Shot:
    frames: Frames
    shoots: np.ndarray


def _shot(
    frames: Frames, shoots: int, count: int, alike: float, generator: np.random.Generator
) -> _Shot:
    """Photos that are each a mixture of one photograph and, by `alike`, one of their shoot."""
    one = generator.integers(0, len(frames), shoots * count)
    shoot = np.repeat(np.arange(shoots, dtype=np.int64), count)
    common = generator.integers(0, len(frames), shoots)[shoot]
    features, facts, generic = (
        (1 - alike) * part[one] + alike * part[common]
        for part in (frames.features, frames.facts, frames.generic)
    )
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    mixed = Frames(features.astype(np.float32), facts.astype(np.float32), generic)
    return _Shot(mixed, shoot)


class _Taste:
    """What one invented photographer likes."""

    def __init__(self, usual: Frames, generator: np.random.Generator) -> None:
        self._usual, self._generator = usual, generator
        self._own, self._occasion = generator.uniform(0, 1.5), generator.uniform(0, 0.6)
        self._slope = generator.normal(size=usual.features.shape[1])

    def of(self, photos: _Shot) -> np.ndarray:
        generator, frames, usual = self._generator, photos.frames, self._usual
        occasions = generator.normal(size=photos.shoots.max() + 1)
        return np.asarray(
            _standard(frames.generic, usual.generic)
            + self._own * _standard(frames.features @ self._slope, usual.features @ self._slope)
            + self._occasion * occasions[photos.shoots]
            + _CHANGE_OF_MIND * generator.normal(size=len(frames))
        )


def _standard(values: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.asarray((values - usual.mean()) / usual.std())


def _summary(people: list[_Tried]) -> Mapping[str, object]:
    told = [one for one in people if one.verdict.gain is not None]
    cuts = range(len(CUTS))
    return {
        "people": len(told),
        "holds_percent": {
            "generic": _held([(one.verdict.generic, one.generic) for one in told]),
            "personal": _held([(one.verdict.personal, one.personal) for one in told]),
            "gain": _held([(one.verdict.gain, one.personal - one.generic) for one in told]),
            **{
                f"keepers lost at {CUTS[cut]}": _held(
                    [(one.verdict.cuts[cut].personal, one.lost[cut]) for one in told]
                )
                for cut in cuts
            },
        },
        "gain_is_more_than_stated_percent": round(
            100 * float(np.mean([one.personal - one.generic > _high(one) for one in told])), 1
        ),
        "personal_off_by": _off([(one.verdict.personal, one.personal) for one in told], 3),
        "keepers_lost_off_by": {
            CUTS[cut]: _off([(one.verdict.cuts[cut].personal, one.lost[cut]) for one in told], 2)
            for cut in cuts
        },
        "personal_interval_width": round(
            float(np.mean([_width(one.verdict.personal) for one in told])), 3
        ),
    }


def _high(one: _Tried) -> float:
    return float("nan") if one.verdict.gain is None else one.verdict.gain.high


def _held(pairs: list[tuple[Figure | None, float]]) -> float:
    held = [figure.low <= truth <= figure.high for figure, truth in pairs if figure is not None]
    return round(100 * float(np.mean(held)), 1)


def _off(pairs: list[tuple[Figure | None, float]], digits: int) -> float:
    found = [figure.value - truth for figure, truth in pairs if figure is not None]
    return round(float(np.mean(found)), digits)


def _width(figure: Figure | None) -> float:
    return float("nan") if figure is None else figure.high - figure.low
