"""Whether a personal model is better than the model for everybody, and how sure that is."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from core.taste.agreement import Measure, Samples, losses, preferences, rank_correlations
from core.taste.confidence import CORRELATION, DIFFERENCE, PERCENT, Interval, interval
from core.taste.evidence import Evidence
from core.taste.marks import keepers, levels
from core.taste.readiness import SOME
from core.taste.verdict import Arm, Cut, Figure, Verdict

CUTS = (10, 20, 30)  # percent, from the bottom of a ranking
_TELLING = 10  # marks that are not the usual one, with which their order tells more than bursts
_SIMPLEST: tuple[Arm, ...] = ("quick", "deep")  # first
# What a personal model gained over many raters, and how much that varied between them: what is
# expected of this photographer's before it was tried (`python -m tests.bench.tastes`).
_USUAL_GAIN, _GAIN_VARIES = 0.015, 0.02
_ALIKE = 0.005
_USUAL_DOUBT = 0.25  # of a gain over one photo; over so many, by the root of their number

Ratings = npt.NDArray[np.float64]


def has_order(evidence: Evidence) -> bool:
    """Whether the marks differ enough for their order to be what a model should agree with."""
    marked = evidence.is_marked
    _, counts = np.unique(levels(evidence)[marked].round(9), return_counts=True)
    different = int(counts.sum() - counts.max(initial=0))  # from the mark given most
    return different > 0 and different >= min(_TELLING, _bursts_chosen_in(evidence))


def judge(evidence: Evidence, by_arm: Mapping[Arm, Ratings]) -> Verdict:
    """Compare held-out ratings (N,) of personal models with the model for everybody.

    The simplest arm wins unless a less simple one agrees better with the marks, and it must be
    expected to be a gain: with few marks chance decides what is seen, so what is seen is
    weighed against what such models gain as a rule.

    Agreement is with the order of the marks. Where these are all, or nearly all, equal it is
    with what was kept and what was passed over in each burst.
    """
    agreement, generic = _agreement(evidence), evidence.frames.generic
    if agreement is None or not by_arm or len(np.unique(evidence.shoots)) < 2:
        return _untold(evidence)
    whole = np.ones((1, len(evidence)))
    general = agreement(generic)
    if np.isnan(general(whole)[0]):
        return _untold(evidence)
    best = max(
        (arm for arm in _SIMPLEST if arm in by_arm),
        key=lambda arm: (
            np.nan_to_num(agreement(by_arm[arm])(whole)[0], nan=-2.0),
            -_SIMPLEST.index(arm),
        ),
    )
    personal = agreement(by_arm[best])

    def more(samples: Samples) -> Ratings:
        return personal(samples) - general(samples)

    gain = interval(more, evidence.shoots, evidence.bursts, DIFFERENCE)
    marked = evidence.marked
    chosen: Arm = best if _is_expected(gain, len(marked)) else "generic"
    return Verdict(
        ratings=len(marked),
        shoots=len(np.unique(marked.shoots)),
        bursts=len(np.unique(marked.bursts)),
        held_out=len(marked),
        chosen=chosen,
        generic=_figure(interval(general, evidence.shoots, evidence.bursts, CORRELATION)),
        personal=_figure(interval(personal, evidence.shoots, evidence.bursts, CORRELATION)),
        gain=_figure(gain),
        cuts=_cuts(evidence, generic, by_arm[best]),
        sentence=_sentence(chosen, gain),
    )


def _agreement(evidence: Evidence) -> Callable[[Ratings], Measure] | None:
    """What tells how far ratings (N,) agree with the photographer, if anything does."""
    marked = evidence.is_marked
    if has_order(evidence):
        wanted = levels(evidence)[marked]

        def with_marks(rated: Ratings) -> Measure:
            measure = rank_correlations(rated[marked], wanted)
            return lambda samples: measure(samples[:, marked])

        return with_marks
    if _bursts_chosen_in(evidence):
        kept = keepers(evidence)
        return lambda rated: preferences(rated, kept, ~marked, evidence.bursts)
    return None


def _bursts_chosen_in(evidence: Evidence) -> int:
    passed = ~evidence.is_marked
    return len(np.intersect1d(evidence.bursts[keepers(evidence)], evidence.bursts[passed]))


def _is_expected(gain: Interval, photos: int) -> bool:
    """Whether the mean of what was expected and what was seen, by their precision, is a gain."""
    if abs(gain.value) + gain.doubt < _ALIKE:  # both order the photos alike
        return photos < SOME  # of a few photos that is no sign that they always do
    doubt = max(gain.doubt, _USUAL_DOUBT / np.sqrt(photos))
    return bool(_USUAL_GAIN * doubt**2 + gain.value * _GAIN_VARIES**2 > 0)


def _cuts(evidence: Evidence, generic: Ratings, personal: Ratings) -> tuple[Cut, ...]:
    """Keepers among the marked photos, or, where all of these are, in their bursts."""
    kept, marked = keepers(evidence), evidence.is_marked
    judged = marked if (kept != marked).any() else np.ones_like(marked)
    if not kept.any():
        return ()
    # Where no keeper is lost, no part of them loses one either; the exact binomial limit.
    unseen = 100 * (1 - 0.025 ** (1 / int(kept.sum())))

    def lost(rated: Ratings, percent: int) -> Figure:
        measure = losses(rated[judged], kept[judged], percent)
        found = interval(measure, evidence.shoots[judged], evidence.bursts[judged], PERCENT)
        return Figure(found.value, found.low, max(found.high, 0.0 if found.value else unseen))

    return tuple(Cut(percent, lost(generic, percent), lost(personal, percent)) for percent in CUTS)


def _figure(found: Interval) -> Figure:
    return Figure(found.value, found.low, found.high)


def _untold(evidence: Evidence) -> Verdict:
    marked = evidence.marked
    shoots = len(np.unique(marked.shoots))
    if _agreement(evidence) is None:
        sentence = "All your ratings are equal, so there is no taste to learn yet."
    elif shoots < 2:
        sentence = (
            "All your ratings are in one shoot, so nothing can be tried on a shoot that was not "
            "learned from. Rate some photos of another shoot."
        )
    else:
        sentence = "Whether a personal model would be better cannot be told from these ratings."
    return Verdict(
        ratings=len(marked),
        shoots=shoots,
        bursts=len(np.unique(marked.bursts)),
        held_out=0,
        chosen="generic",
        generic=None,
        personal=None,
        gain=None,
        cuts=(),
        sentence=sentence,
    )


def _sentence(chosen: Arm, gain: Interval) -> str:
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
