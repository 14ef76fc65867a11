"""What is written beside a model of phase 2: its calibration, its card and its licences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.learning.agreement import Figures
from core.learning.calibration import calibrate, within_one_spread
from core.learning.data.rated_photos import RatedPhotos
from core.learning.evaluation_report import figure_text
from core.learning.export import Calibration

_CARD = """# {name} {version}

A network that looks at a photograph and predicts how the people who rated its training
photographs would rate it. It does not know this photographer's taste, and no photograph should
be deleted because of its score.

- Input: the whole frame, stretched to {size} x {size} pixels, sRGB.
- Output: an embedding of {dimensions} numbers, unit length, and a distribution over the ratings
  {low:g} to {high:g}.
- Score: {meaning} {within:.0%} of the held-out photographs turned out within one spread of their
  score (two in three would be right).

## How it was made

By `shortlist train align` and `shortlist train distill`, after CSKD ("CLIP Brings Better Features
to Visual Aesthetics Learners", arXiv 2307.15640).

1. Phase 1, no ratings: {backbone}, aligned on {aligned:,} photographs with {teachers}.
2. Phase 2: {labelled:,} photographs with ratings ({layout}) and {unlabelled:,} without, whose
   distributions were predicted by {learner}. The squared earth mover's distance to both{arms}.

The manifest holds every option of both.

## Results

On {held_out:,} photographs in {groups:,} groups that nothing was fitted to ({how}).
SRCC: rank correlation; the interval is over groups, "-" where there are too few.

| system | SRCC | 95 % | PLCC | pairs | pairs in group | squared EMD |
|---|---|---|---|---|---|---|
{rows}

## Data and licences

{licences}
"""
_COLUMNS = (
    *("srcc", "srcc_95_percent", "plcc"),
    *("pairs_all", "pairs_within_group", "squared_emd"),
)


def calibrated(
    reference: NDArray[np.float32], held_out: NDArray[np.float32], rated: RatedPhotos
) -> tuple[Calibration, float]:
    """The calibration on the scale of the ratings, and the share within one spread.

    Args:
        reference: the model's distributions (M, K) of photographs that a score compares with.
        held_out: its distributions (N, K) of photographs that nothing was fitted to.
        rated: those N.
    """
    low, high = rated.scale
    step = (high - low) / (len(rated.bins) - 1)  # all published scales are even
    place = 1 + (rated.mean - low) / step  # what `calibrate` calls a rating: 1 to K
    found = calibrate(reference, held_out, place)
    within = within_one_spread(held_out, place, found)
    knots = tuple(
        (round(low + (rating - 1) * step, 6), score) for rating, score in found.rating_to_score
    )
    return replace(found, rating_to_score=knots), within


def card(
    values: Mapping[str, object], systems: Mapping[str, Figures], licences: Sequence[str]
) -> str:
    """The card as Markdown."""
    rows = [
        f"| {name} | " + " | ".join(figure_text(figures[column]) for column in _COLUMNS) + " |"
        for name, figures in systems.items()
    ]
    listed = "\n".join(f"- {licence}" for licence in licences)
    return _CARD.format(**values, rows="\n".join(rows), licences=listed)
