"""Prints what Personalize gains: python -m tests.bench.tastes --data DIR.

Over the raters of the training data, each as a photographer of whom nothing was known, on
photographs whose themes nothing was fitted to; over photographers with a visible taste; and
over invented photographers whose true taste is known, how honest the verdict is.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.learning.data.splits import group_folds
from core.learning.data.training_folder import rating_histogram
from core.learning.ridge import fit_ridge
from core.progress import Task
from core.services.tastes import RatedFrames, read_rated_frames
from core.taste.agreement import rank_correlation
from core.taste.evidence import Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.prior import TastePrior
from core.taste.raters import learn_prior
from core.taste.readiness import FEWEST
from core.taste.trial import quick_trial
from core.vision.model_store import shipped_model
from tests.bench.invented_tastes import honesty
from tests.bench.visible_tastes import picked_tastes, visible_tastes

_FOLDS = 4  # of the themes
_PARTS = 3  # of the raters
_RATINGS = (0, 5, 10, 25, 50, 100)
_HARM = 0.02
_BINS = np.arange(1, 8)

Ratings = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Round:
    """A split: what the prior and the model for everybody may see, and what is predicted."""

    prior: TastePrior
    frames: Frames  # with the rating by a model that saw neither these raters nor these themes
    seen: Rows  # photographs
    unseen: Rows
    raters: Rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the figures as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.tastes", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the training data")
    parser.add_argument("--model", type=Path, help="a model folder; else the shipped one")
    parser.add_argument("--raters", type=int, default=450, help="at most so many of them")
    parser.add_argument("--gate", action="store_true", help="keep the general model if it wins")
    parser.add_argument("--people", type=int, default=100, help="invented, by number of shoots")
    parser.add_argument("--seed", type=int, default=0, help="of the invented photographers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args(arguments)
    model = options.model or shipped_model()
    rated = read_rated_frames(options.data, model, Task())
    results = {
        "raters": over_raters(rated, options.raters, gated=options.gate),
        "visible": visible_tastes(options.data, model),
        "picked": picked_tastes(options.data, model),
        "honesty": honesty(rated, options.people, options.seed),
    }
    text = json.dumps(results, indent=1)
    sys.stdout.write(text + "\n")
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def over_raters(rated: RatedFrames, most: int, *, gated: bool) -> Mapping[str, object]:
    """Gain in rank correlation by the number of ratings, and the share of raters made worse."""
    gains: dict[int, dict[int, list[float]]] = {count: {} for count in _RATINGS}
    base: list[float] = []
    for split in _rounds(rated):
        for rater in split.raters[: most // _PARTS]:
            said = rated.ratings[rater]
            test = split.unseen[said[split.unseen] > 0]
            before = rank_correlation(split.frames.generic[test], said[test].astype(float))
            if np.isnan(before):
                continue
            base.append(before)
            own = split.seen[said[split.seen] > 0]
            own = np.random.default_rng(int(rater)).permutation(own)
            for count in _RATINGS:
                after = _personal(split, rated, own[:count], said, test, gated=gated)
                gain = rank_correlation(after, said[test].astype(float)) - before
                gains[count].setdefault(int(rater), []).append(gain)
    return {
        "generic": round(float(np.mean(base)), 4),
        "gated": gated,
        "by_ratings": {count: _summary(found) for count, found in gains.items()},
    }


def _personal(
    split: _Round, rated: RatedFrames, own: Rows, said: Ratings, test: Rows, *, gated: bool
) -> npt.NDArray[np.float64]:
    wanted = split.frames.rows(test)
    if len(own) < (FEWEST if gated else 1):  # the program does not try with fewer
        return wanted.generic
    themes = {theme: number for number, theme in enumerate(sorted(set(rated.themes)))}
    evidence = Evidence(
        split.frames.rows(own),
        np.round(1 + (said[own] - 1) * 4 / 6).astype(np.int8),  # 1 to 7 as stars
        np.zeros(len(own), np.int8),
        np.array([themes[rated.themes[row]] for row in own], np.int64),
        np.arange(len(own), dtype=np.int64),
    )
    photos = split.frames.rows(split.seen)
    if not gated:
        return fit_taste(evidence, split.prior, photos).taste.ratings(wanted)
    taste, _ = quick_trial(evidence, split.prior, photos, Task())
    return wanted.generic if taste is None else taste.ratings(wanted)


def _rounds(rated: RatedFrames) -> Iterator[_Round]:
    useful = np.flatnonzero([said[said > 0].std() > 0 for said in rated.ratings])
    part = np.random.default_rng(0).permutation(len(useful)) % _PARTS
    fold_of = group_folds(rated.themes, _FOLDS, 0)
    for fold in range(_FOLDS):
        seen, unseen = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        for one in range(_PARTS):
            others = rated.ratings[useful[part != one]]
            frames = Frames(
                rated.frames.features, rated.frames.facts, _generic(rated, others, seen, unseen)
            )
            known = frames.rows(seen)
            prior = learn_prior(known.features, known.facts, known.generic, others[:, seen])
            yield _Round(prior, frames, seen, unseen, useful[part == one])


def _generic(
    rated: RatedFrames, others: Ratings, seen: Rows, unseen: Rows
) -> npt.NDArray[np.float64]:
    """Mean ratings (N,), each by a model that saw neither the photograph's theme nor the rater."""
    features = rated.frames.features
    shares = rating_histogram(others)
    inner = group_folds([rated.themes[row] for row in seen], _FOLDS, 1)
    parts = [(seen, unseen)]
    parts += [(seen[inner != one], seen[inner == one]) for one in range(_FOLDS)]
    found = np.zeros(len(features))
    for rows, wanted in parts:
        fitted = fit_ridge(features[rows], shares[rows], [rated.themes[row] for row in rows])
        found[wanted] = fitted.distributions(features[wanted]) @ _BINS
    return found


def _summary(found: Mapping[int, Sequence[float]]) -> Mapping[str, float]:
    each = np.array([np.mean(gains) for gains in found.values()])
    return {
        "gain": round(float(each.mean()), 4),
        "gain_within": round(float(1.96 * each.std() / np.sqrt(len(each))), 4),
        "worse_percent": round(100 * float((each < -_HARM).mean()), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
