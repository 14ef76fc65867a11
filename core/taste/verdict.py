"""What a trial of a personal model found: figures on shoots that the model has not seen."""

from dataclasses import dataclass
from typing import Literal

Arm = Literal["generic", "quick", "deep"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cut:
    """What trusting the lowest part of a ranking would cost."""

    percent: int  # of the photos that would be left out, from the bottom
    generic: Figure  # keepers lost per 100 keepers, by the model for everybody
    personal: Figure  # the same by the personal model


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the personal model agrees better with the photographer than the one for everybody.

    Every figure is of photos whose whole shoot was left out of what decided the model.
    """

    ratings: int  # marked photos that were used
    shoots: int
    bursts: int
    held_out: int  # photos that the figures are of
    chosen: Arm  # generic: nothing that was tried is better
    generic: Figure | None  # rank correlation with the marks, -1..1; None if it cannot be told
    personal: Figure | None
    gain: Figure | None  # personal minus generic
    cuts: tuple[Cut, ...]
    sentence: str  # what it comes to, in plain words

    @property
    def is_better(self) -> bool:
        """Whether there is anything to accept."""
        return self.chosen != "generic"
