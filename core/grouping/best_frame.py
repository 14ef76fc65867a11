"""Which frame of a group to keep first, and what speaks for it.

Sharpness of the subject comes first, because nothing mends it; among frames that are equally
sharp the score decides. Where neither tells them apart beyond what measuring them again would
change, that is the answer.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.grouping.captures import Flags, Floats, Rows

SHARPNESS_ERROR = 0.25  # of a subject at 1:1, binary logarithm: less is no difference
PREVIEW_ERROR = 12.0  # points of the technical part, which sees the small picture only
SCORE_ERROR = 2.0  # points; frames of one burst differ in more than the model can weigh


class Reason(StrEnum):
    """What speaks for the suggested frame."""

    ONLY = "only"  # there is no other
    SHARPEST = "sharpest"  # its subject, at 1:1
    SCORE = "score"  # as sharp as others, and the highest score
    SCORE_ON_PREVIEW = "score on preview"  # likewise, but nobody looked at 1:1
    ALIKE = "alike"  # several frames cannot be told apart
    MIDDLE = "middle"  # the exposure that a bracket is taken around
    WHOLE = "whole"  # a panorama needs every frame
    UNKNOWN = "unknown"  # nothing is known of any


@dataclass(frozen=True, slots=True)
class Ranking:
    """The frames of a group, best first."""

    order: Rows  # (n,) places in what was given
    reason: Reason  # for the first
    alike: int = 1  # how many of the first cannot be told apart


def ranking(sharpness: Floats, preview_sharpness: Floats, score: Floats) -> Ranking:
    """Rank the frames of a group; equal ones stay in the order given.

    Args:
        sharpness: (n,) of the subject at 1:1, comparable with each other; NaN where it cannot
            be told or was not measured.
        preview_sharpness: (n,) 0..100; NaN where it is not known.
        score: (n,) 0..100; NaN where there is none.
    """
    if len(score) == 1:
        return Ranking(np.zeros(1, dtype=np.intp), Reason.ONLY)
    measured = int(np.count_nonzero(~np.isnan(sharpness))) >= 2
    detail, error = (sharpness, SHARPNESS_ERROR) if measured else (preview_sharpness, PREVIEW_ERROR)
    if np.isnan(detail).all() and np.isnan(score).all():
        return Ranking(np.arange(len(score)), Reason.UNKNOWN)
    known = _least_if_unknown(detail)
    sharp = known >= known.max() - error
    by_score = _least_if_unknown(score)
    order = np.lexsort((-by_score, np.where(sharp, 0.0, -known), ~sharp))
    return Ranking(order, *_why(sharp, by_score, measured=measured))


def _least_if_unknown(values: Floats) -> Floats:
    return np.where(np.isnan(values), -np.inf, values)


def _why(sharp: Flags, score: Floats, *, measured: bool) -> tuple[Reason, int]:
    """The reason, and how many of the sharp frames the score does not tell apart either."""
    alike = int((score[sharp] >= score[sharp].max() - SCORE_ERROR).sum())
    if sharp.sum() == 1 and measured:
        return Reason.SHARPEST, 1
    if alike > 1:
        return Reason.ALIKE, alike
    return (Reason.SCORE if measured else Reason.SCORE_ON_PREVIEW), 1
