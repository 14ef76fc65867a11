"""How far the clocks of several cameras are apart, told from frames of the same moment.

Two photographers at one wedding take like pictures at like times. Each pair of frames that look
alike votes for the difference of their times; where the clocks are apart by a fixed amount, the
votes pile up there, whatever else is alike by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.grouping.capture_order import absolute_us
from core.grouping.captures import Captures, Floats, Rows

_MOST_FRAMES = 1500  # looked at of each camera, so that thousands of frames cost no minutes
_SAME_MOMENT_US = 2_000_000  # of frames that one camera took: one of them votes
_ALIKE = 0.75  # cosine below which frames do not vote
_VOTES_EACH = 3
_WIDTHS_S = (1.0, 3.0, 10.0, 30.0)  # how exactly votes have to agree, the sharpest that will do
_FEWEST_VOTES = 3
_FEWEST_SHARE = 0.2  # of the frames that could vote
_AHEAD_OF_NEXT = 2.0  # times as many votes as for any other difference


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """What to add to the times of a camera to have them on the clock of the reference."""

    seconds: float
    uncertainty_s: float  # half of the votes are closer
    votes: int


def estimated_offsets(
    captures: Captures, given_s: Mapping[int, float] | None = None
) -> dict[int, ClockOffset]:
    """The offsets of all cameras whose frames tell; the camera with most frames is the reference.

    A camera that is missing in the answer cannot be told: take its clock as it is.

    Args:
        captures: the photos.
        given_s: offsets that are known already; they are not estimated.
    """
    times = absolute_us(captures)
    usable = ~np.isnan(times) & captures.is_seen
    cameras, counts = np.unique(captures.camera[usable], return_counts=True)
    known = dict(given_s or {})
    if len(cameras) < 2:
        return {}
    reference = int(cameras[np.argmax(counts)])
    looked_at = _voters(np.flatnonzero(usable & (captures.camera == reference)), times)
    seconds = times / 1e6
    base = seconds + known.get(reference, 0.0)
    found: dict[int, ClockOffset] = {}
    for camera in map(int, cameras):
        if camera == reference or camera in known:
            continue
        voters = _voters(np.flatnonzero(usable & (captures.camera == camera)), times)
        offset = _agreed(_votes(captures, base, seconds, looked_at, voters), len(voters))
        if offset is not None:
            found[camera] = offset
    return found


def _voters(rows: Rows, times: Floats) -> Rows:
    """One row of each moment, evenly thinned where there are too many."""
    rows = rows[np.argsort(times[rows], kind="stable")]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = np.diff(times[rows]) > _SAME_MOMENT_US
    rows = rows if first.sum() < _FEWEST_VOTES else rows[first]
    if len(rows) > _MOST_FRAMES:
        rows = rows[np.linspace(0, len(rows) - 1, _MOST_FRAMES).astype(np.intp)]
    return rows


def _votes(
    captures: Captures, base: Floats, seconds: Floats, reference: Rows, voters: Rows
) -> Floats:
    """Votes (V, 2): the voter's number, and the difference in seconds it is for."""
    alike = captures.embeddings[voters] @ captures.embeddings[reference].T
    most = min(_VOTES_EACH, len(reference))
    best = np.argpartition(-alike, most - 1, axis=1)[:, :most]
    voter = np.repeat(np.arange(len(voters)), most)
    chosen = best.ravel()
    keep = alike[voter, chosen] >= _ALIKE
    voter, chosen = voter[keep], chosen[keep]
    difference = base[reference[chosen]] - seconds[voters[voter]]
    return np.stack([voter.astype(np.float64), difference], axis=1)


def _agreed(votes: Floats, voters: int) -> ClockOffset | None:
    """The difference that far more frames vote for than for any other, if there is one."""
    votes = votes[np.argsort(votes[:, 1], kind="stable")]
    fewest = max(_FEWEST_VOTES, _FEWEST_SHARE * voters)
    for width in _WIDTHS_S:
        counts = _distinct_within(votes, width)
        if len(counts) == 0 or counts.max() < fewest:
            continue
        start = int(np.argmax(counts))
        low = votes[start, 1]
        outside = (votes[:, 1] < low - 2 * width) | (votes[:, 1] > low + 2 * width)
        if counts.max() < _AHEAD_OF_NEXT * counts[outside].max(initial=0):
            continue
        agreeing = votes[(votes[:, 1] >= low) & (votes[:, 1] <= low + width), 1]
        middle = float(np.median(agreeing))
        spread = float(np.median(np.abs(agreeing - middle)))
        return ClockOffset(middle, spread, int(counts.max()))
    return None


def _distinct_within(votes: Floats, width: float) -> Rows:
    """How many voters agree within `width` seconds from each vote on (V,)."""
    ends = np.searchsorted(votes[:, 1], votes[:, 1] + width, side="right")
    return np.array(
        [len(np.unique(votes[start:end, 0])) for start, end in enumerate(ends)], dtype=np.intp
    )
