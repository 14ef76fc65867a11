"""How much of a shoot is wanted, in the three ways photographers say it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepCount:
    """ "I need 150." """

    photos: int

    def __post_init__(self) -> None:
        if self.photos < 1:
            raise ValueError(f"{self.photos} photos cannot be kept")


@dataclass(frozen=True, slots=True)
class KeepShare:
    """ "The best tenth." """

    percent: float  # above 0, at most 100

    def __post_init__(self) -> None:
        if not 0 < self.percent <= 100:
            raise ValueError(f"{self.percent:g} % of the photos cannot be kept")


@dataclass(frozen=True, slots=True)
class KeepPerGroup:
    """ "Two of each group, if they score at least 60." """

    photos: int
    min_score: float = 0.0  # 0..100

    def __post_init__(self) -> None:
        if self.photos < 1:
            raise ValueError(f"{self.photos} photos of a group cannot be kept")
        if not 0 <= self.min_score <= 100:
            raise ValueError(f"No photo can score {self.min_score:g}")


Budget = KeepCount | KeepShare | KeepPerGroup
