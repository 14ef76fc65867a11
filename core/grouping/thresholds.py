"""The two settings of grouping."""

from dataclasses import dataclass

LEAST_SAME_AT_ANY_TIME = 0.95  # however loose the setting: else one shoot would be one group

_CLOSER = 4.0  # times as alike have photos to be that were taken at quite another time


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Frames are one group if they follow within `time_gap_s` and are at least so similar.

    The defaults were chosen on generated shoots, see `tests/bench/grouping.py`.
    """

    time_gap_s: float = 3.0  # 0 and more
    similarity: float = 0.85  # cosine, 0..1

    def __post_init__(self) -> None:
        if not (self.time_gap_s >= 0 and 0 <= self.similarity <= 1):
            raise ValueError(f"No such thresholds: {self.time_gap_s} s, {self.similarity}")

    @property
    def same_at_any_time(self) -> float:
        """How similar photos have to be if time does not speak for them, 0..1."""
        return max(LEAST_SAME_AT_ANY_TIME, 1 - (1 - self.similarity) / _CLOSER)

    @property
    def same_by_name(self) -> float:
        """How similar neighbours by file name have to be where no time is known, 0..1."""
        return (self.similarity + self.same_at_any_time) / 2
