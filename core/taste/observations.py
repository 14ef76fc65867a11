"""What a photographer's marks are to a regression: rows of a design, each with its own noise.

Frames of one burst, and of one shoot, share what their occasion is worth to the photographer;
so within a burst only the differences count, and a burst counts little more than a frame. A
frame that was passed over for another of its burst says that it is less than that one, by
about a deviation, and nothing about photos elsewhere.
"""

import numpy as np
import numpy.typing as npt

from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.marks import keepers, levels
from core.taste.prior import TastePrior

Floats = npt.NDArray[np.float64]

_BURST, _SHOOT = 0.25, 0.1  # shares of the noise that are one for a burst, and for a shoot
_OWN = 1 - _BURST - _SHOOT
_GENERIC = 1  # column of the rating for everybody
_BEHIND = 1.0  # how far a frame that was passed over is behind the kept one, in deviations


def observations(evidence: Evidence, prior: TastePrior) -> tuple[Floats, Floats]:
    """A design (M, P) and what it should give (M,), beyond the rating for everybody.

    The columns are a level, the rating for everybody, and the prior's coordinates. The noise of
    all rows is alike and unrelated.
    """
    usual = prior.agreement * _generic(evidence.frames, prior)
    rows = np.column_stack([_design(evidence.frames, prior), -usual])
    marked = evidence.is_marked
    said = rows[marked]
    said[:, -1] += levels(evidence)[marked]
    parts = [
        _independent(said, evidence.shoots[marked], evidence.bursts[marked]),
        _preferences(rows, evidence),
    ]
    together = np.concatenate(parts)
    return together[:, :-1], together[:, -1]


def _design(frames: Frames, prior: TastePrior) -> Floats:
    return np.column_stack(
        [
            np.ones(len(frames)),
            _generic(frames, prior),
            prior.shared_coordinates(frames.features),
            prior.wide_coordinates(frames.features),
            prior.fact_coordinates(frames.facts) / np.sqrt(len(FACTS)),
        ]
    ).astype(np.float64)


def _generic(frames: Frames, prior: TastePrior) -> Floats:
    return (frames.generic - prior.generic_centre) / prior.generic_spread


def _independent(
    rows: Floats, shoots: npt.NDArray[np.int64], bursts: npt.NDArray[np.int64]
) -> Floats:
    """Rows turned so that what bursts and shoots share is gone from the noise."""
    turned = rows.copy()
    _, begins, counts = np.unique(np.sort(shoots), return_index=True, return_counts=True)
    order = np.argsort(shoots, kind="stable")
    for size in np.unique(counts[counts > 1]):  # shoots of one size at once
        here = order[begins[counts == size, None] + np.arange(size)]
        same = bursts[here][:, :, None] == bursts[here][:, None, :]
        lower = np.linalg.cholesky(_SHOOT + _BURST * same + _OWN * np.eye(size))
        turned[here] = np.linalg.solve(lower, rows[here])
    return turned


def _preferences(rows: Floats, evidence: Evidence) -> Floats:
    """How far each frame that was passed over is behind the kept frames of its burst."""
    kept, passed = keepers(evidence), ~evidence.is_marked
    both = np.intersect1d(evidence.bursts[kept], evidence.bursts[passed])
    better, kept_here = _by_burst(rows, evidence.bursts, kept, both)
    worse, passed_here = _by_burst(rows, evidence.bursts, passed, both)
    if not len(both):
        return worse
    mean = np.add.reduceat(better, np.cumsum(kept_here) - kept_here) / kept_here[:, None]
    ahead = np.repeat(mean, passed_here, axis=0) - worse
    ahead[:, -1] += _BEHIND
    # A choice within a burst tells what is liked beside the rating for everybody. How much that
    # counts between bursts it does not tell, and would be lost if whoever chooses by the moment
    # were said not to care for it.
    ahead[:, _GENERIC] = 0
    # The noise of the kept frames is in all rows of a burst. Along their mean it is larger by
    # this, and it is made alike in all directions.
    larger = 1 + passed_here / kept_here
    middle = np.add.reduceat(ahead, np.cumsum(passed_here) - passed_here) / passed_here[:, None]
    ahead += np.repeat((larger**-0.5 - 1)[:, None] * middle, passed_here, axis=0)
    return np.asarray(ahead / np.sqrt(_OWN), np.float64)


def _by_burst(
    rows: Floats,
    bursts: npt.NDArray[np.int64],
    chosen: npt.NDArray[np.bool_],
    both: npt.NDArray[np.int64],
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The chosen rows of the bursts `both` (B,), one after the other, and how many of each."""
    here = np.flatnonzero(chosen & np.isin(bursts, both))
    here = here[np.argsort(bursts[here], kind="stable")]
    _, counts = np.unique(bursts[here], return_counts=True)
    return rows[here], counts
