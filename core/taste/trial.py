"""Whether a personal model is better, judged on shoots that had no part in making it."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from core.progress import Task
from core.taste.agreement import Rows, interval, keepers_lost, rank_correlation
from core.taste.evidence import Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.marks import keepers, levels
from core.taste.prior import TastePrior
from core.taste.taste import Taste
from core.taste.verdict import Arm, Cut, Figure, Verdict

CUTS = (10, 20, 30)  # percent, from the bottom of a ranking
_MOST_FOLDS = 10
_SIMPLEST: tuple[Arm, ...] = ("quick", "deep")  # first
# What a personal model gained over many raters, and how much that varied between them: what is
# expected of this photographer's before it was tried (`python -m tests.bench.tastes`).
_USUAL_GAIN, _GAIN_VARIES = 0.02, 0.03

Ratings = npt.NDArray[np.float64]


def trial_folds(evidence: Evidence) -> npt.NDArray[np.intp]:
    """The fold (N,) of each photo: whole shoots, about equally many photos in each.

    One fold for each shoot while they are few. All 0 where there is only one shoot.
    """
    shoots, counts = np.unique(evidence.shoots, return_counts=True)
    folds = min(_MOST_FOLDS, len(shoots))
    filled = np.zeros(folds)
    fold_of: dict[int, int] = {}
    for place in np.argsort(-counts, kind="stable"):
        emptiest = int(filled.argmin())
        fold_of[int(shoots[place])] = emptiest
        filled[emptiest] += counts[place]
    return np.array([fold_of[int(shoot)] for shoot in evidence.shoots], np.intp)


def quick_ratings(
    evidence: Evidence, prior: TastePrior, photos: Frames, task: Task
) -> Ratings | None:
    """Held-out ratings (N,) by quick tastes that have not seen the photo's shoot.

    None where there is one shoot only. Stage: "trial".

    Raises:
        Cancelled: the task was asked to stop.
    """
    folds = trial_folds(evidence)
    count = int(folds.max(initial=0)) + 1
    if count < 2:
        return None
    rated = np.zeros(len(evidence))
    for fold in range(count):
        task.report("trial", fold, count)
        here = np.flatnonzero(folds == fold)
        fitted = fit_taste(evidence.rows(np.flatnonzero(folds != fold)), prior, photos)
        rated[here] = fitted.taste.ratings(evidence.frames.rows(here))
    task.report("trial", count, count)
    return rated


def quick_trial(
    evidence: Evidence, prior: TastePrior, photos: Frames, task: Task
) -> tuple[Taste | None, Verdict]:
    """A taste from all marks, and what the same way of learning was worth on unseen shoots.

    Args:
        evidence: everything that was marked.
        prior: of the model whose embeddings these are.
        photos: the photographer's photos, marked or not.
        task: reports and cancels.

    Returns:
        No taste where the model for everybody is not worse.

    Raises:
        Cancelled: the task was asked to stop.
    """
    rated = quick_ratings(evidence, prior, photos, task)
    verdict = judge_trial(evidence, {} if rated is None else {"quick": rated})
    if verdict.chosen != "quick":
        return None, verdict
    return fit_taste(evidence, prior, photos).taste, verdict


def judge_trial(evidence: Evidence, by_arm: Mapping[Arm, Ratings]) -> Verdict:
    """Compare held-out ratings (N,) of personal models with the model for everybody.

    The simplest arm wins unless a less simple one agrees better with the marks, and it must be
    expected to be a gain: with few marks chance decides what is seen, so what is seen is
    weighed against what such models gain as a rule.
    """
    wanted, generic = levels(evidence), evidence.frames.generic
    if not by_arm or np.isnan(rank_correlation(generic, wanted)):
        return _untold(evidence)
    best = max(
        (arm for arm in _SIMPLEST if arm in by_arm),
        key=lambda arm: (
            np.nan_to_num(rank_correlation(by_arm[arm], wanted), nan=-2.0),
            -_SIMPLEST.index(arm),
        ),
    )
    personal = by_arm[best]
    figure = partial(_figure, units=_units(evidence))
    gain = figure(
        lambda rows: (
            rank_correlation(personal[rows], wanted[rows])
            - rank_correlation(generic[rows], wanted[rows])
        )
    )
    chosen: Arm = best if _is_expected(gain) else "generic"
    return Verdict(
        ratings=len(evidence),
        shoots=len(np.unique(evidence.shoots)),
        bursts=len(np.unique(evidence.bursts)),
        held_out=len(evidence),
        chosen=chosen,
        generic=figure(lambda rows: rank_correlation(generic[rows], wanted[rows])),
        personal=figure(lambda rows: rank_correlation(personal[rows], wanted[rows])),
        gain=gain,
        cuts=_cuts(evidence, generic, personal, figure),
        sentence=_sentence(chosen, gain),
    )


def _is_expected(gain: Figure) -> bool:
    """Whether the mean of what was expected and what was seen, by their precision, is a gain."""
    doubt = (gain.high - gain.low) / 3.92  # of a 95 % interval
    return bool(_USUAL_GAIN * doubt**2 + gain.value * _GAIN_VARIES**2 > 0)


def _cuts(
    evidence: Evidence,
    generic: Ratings,
    personal: Ratings,
    figure: Callable[[Callable[[Rows], float]], Figure],
) -> tuple[Cut, ...]:
    kept = keepers(evidence)
    if not kept.any():
        return ()

    def lost(rated: Ratings, percent: int) -> Figure:
        found = figure(lambda rows: keepers_lost(rated[rows], kept[rows], percent))
        # Where no keeper is lost, drawing again cannot lose one either; the exact binomial limit.
        unseen = 100 * (1 - 0.025 ** (1 / kept.sum())) if found.value == 0 else 0.0
        return Figure(found.value, max(found.low, 0.0), float(min(max(found.high, unseen), 100.0)))

    return tuple(Cut(percent, lost(generic, percent), lost(personal, percent)) for percent in CUTS)


def _untold(evidence: Evidence) -> Verdict:
    shoots = len(np.unique(evidence.shoots))
    equal = len(np.unique(levels(evidence).round(9))) < 2
    if equal:
        sentence = "All your ratings are equal, so there is no taste to learn yet."
    elif shoots < 2:
        sentence = (
            "All your ratings are in one shoot, so nothing can be tried on a shoot that was not "
            "learned from. Rate some photos of another shoot."
        )
    else:
        sentence = "Whether a personal model would be better cannot be told from these ratings."
    return Verdict(
        ratings=len(evidence),
        shoots=shoots,
        bursts=len(np.unique(evidence.bursts)),
        held_out=0,
        chosen="generic",
        generic=None,
        personal=None,
        gain=None,
        cuts=(),
        sentence=sentence,
    )


def _sentence(chosen: Arm, gain: Figure) -> str:
    if chosen == "generic":
        return (
            "The personal model agrees with you no better than the model for everybody. "
            "Nothing changes; more ratings may."
        )
    if gain.value <= 0:
        return (
            "These are too few ratings to tell whether the personal model agrees with you "
            "better; as a rule it does a little."
        )
    if gain.low > 0:
        return "The personal model agrees with you better than the model for everybody."
    return (
        "The personal model seems to agree with you a little better, but these are too few "
        "ratings to be sure."
    )


def _units(evidence: Evidence) -> npt.NDArray[np.int64]:
    """What is drawn as one when chance is imitated: a shoot, or a burst where shoots are few."""
    few = len(np.unique(evidence.shoots)) < _MOST_FOLDS
    return evidence.bursts if few else evidence.shoots


def _figure(of: Callable[[Rows], float], units: npt.NDArray[np.int64]) -> Figure:
    found = interval(of, units)
    return Figure(found.value, found.low, found.high)
