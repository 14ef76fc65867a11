"""A personal model tried on shoots that had no part in making it, and then made from all."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from core.progress import Task
from core.taste.evidence import Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.judging import judge
from core.taste.prior import TastePrior
from core.taste.taste import Taste
from core.taste.verdict import Arm, Verdict

MOST_FOLDS = 10
_NO_OTHERS: Mapping[Arm, npt.NDArray[np.float64]] = MappingProxyType({})

Ratings = npt.NDArray[np.float64]


def trial_folds(evidence: Evidence) -> npt.NDArray[np.intp]:
    """The fold (N,) of each photo: whole shoots, about equally many photos in each.

    One fold for each shoot while they are few. All 0 where there is only one shoot.
    """
    shoots, counts = np.unique(evidence.shoots, return_counts=True)
    folds = min(MOST_FOLDS, len(shoots))
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
    evidence: Evidence,
    prior: TastePrior,
    photos: Frames,
    task: Task,
    others: Mapping[Arm, Ratings] = _NO_OTHERS,
) -> tuple[Taste | None, Verdict]:
    """A taste from all marks, and what the same way of learning was worth on unseen shoots.

    Stages: "trial", then "fit" if the taste is chosen.

    Args:
        evidence: everything that was marked.
        prior: of the model whose embeddings these are.
        photos: the photographer's photos, marked or not.
        task: reports and cancels.
        others: held-out ratings (N,) by other ways of learning, which are judged beside it.

    Returns:
        No taste where another way, or the model for everybody, is chosen.

    Raises:
        Cancelled: the task was asked to stop.
    """
    rated = quick_ratings(evidence, prior, photos, task)
    verdict = judge(evidence, others if rated is None else {"quick": rated, **others})
    if verdict.chosen != "quick":
        return None, verdict
    task.report("fit", 0, 1)
    taste = fit_taste(evidence, prior, photos).taste
    task.report("fit", 1, 1)
    return taste, verdict
