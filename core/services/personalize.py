"""The model learns this photographer: readiness, trial, verdict, profiles, and why a score is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.photo import Changes, PhotoId, ProfileId
from core.progress import Task
from core.taste.verdict import Arm, Cut, Figure, Verdict

__all__ = [
    "Arm",
    "Cut",
    "Explanation",
    "Figure",
    "Move",
    "Personalize",
    "Profile",
    "Proposal",
    "Readiness",
    "Suggested",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the marks of the catalogue suffice for."""

    marks: int
    shoots: int
    level: Literal["none", "few", "some", "enough"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """A photo whose rating would teach much."""

    id: PhotoId
    reason: str  # a fragment: "unlike anything that you have rated"


@dataclass(frozen=True, slots=True)
class Move:
    """What a photo's score would become."""

    id: PhotoId
    before: float  # 0..100, as it is shown now
    after: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was learned and how well it did; nothing of it is in force."""

    verdict: Verdict
    arm: Arm  # "generic": there is nothing to accept
    up: tuple[Move, ...]  # at most 12, the largest first, one of a burst
    down: tuple[Move, ...]
    content: object  # what `accept` stores


@dataclass(frozen=True, slots=True)
class Profile:
    """A model that can be in force."""

    id: ProfileId | None  # None is the model for everybody
    name: str
    arm: Arm
    made_at: datetime | None
    ratings: int
    gain: Figure | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a photo has its score."""

    map: npt.NDArray[np.float32] | None  # (h, w) 0..1; None where there is no picture to look at
    parts: Mapping[str, float]  # technical parts, 0..100
    alike: tuple[PhotoId, ...]  # at most three photos with a mark, the most alike first
    sentence: str


class Personalize:
    """Learns from the marks of the catalogue, and keeps what it learned as profiles."""

    def readiness(self) -> Readiness:
        """What all marks of the catalogue suffice for. Quick enough for every rating."""
        raise NotImplementedError

    def suggest(self, count: int = 12) -> tuple[Suggested, ...]:
        """The photos whose ratings would teach most, at most one of a burst."""
        raise NotImplementedError

    def learn(self, task: Task, *, deep: bool = False) -> Proposal:
        """Learn from the marks and try the result on shoots that it has not seen.

        Stages: "read", "trial", "fit" and, if wanted, "deep". Nothing is stored.

        Raises:
            NotEnoughRatingsError: there is nothing to learn from yet.
            CoreError: the catalogue or the model cannot be used.
            Cancelled: the task was asked to stop.
        """
        raise NotImplementedError

    def accept(self, proposal: Proposal, name: str) -> Changes:
        """Keep the proposal as a profile, in force at once, every stored score with it.

        Raises:
            ProfileError: there is nothing to accept, or the name cannot be used.
            LibraryWriteError: nothing was stored; what was in force still is.
        """
        raise NotImplementedError

    def profiles(self) -> tuple[Profile, ...]:
        """The model for everybody, then the profiles, the newest first."""
        raise NotImplementedError

    def use(self, profile: ProfileId | None) -> Changes:
        """Put a profile in force, or the model for everybody.

        Raises:
            ProfileError: it is not there, was altered, or was made for another model.
            LibraryWriteError: nothing was stored; what was in force still is.
        """
        raise NotImplementedError

    def rename(self, profile: ProfileId, name: str) -> None:
        """Give a profile another name.

        Raises:
            ProfileError: it is not there, or the name cannot be used.
        """
        raise NotImplementedError

    def forget(self, profile: ProfileId) -> None:
        """Remove a profile; if it is in force, the model for everybody is restored first.

        Raises:
            ProfileError: it is not there.
        """
        raise NotImplementedError

    def export_profile(self, profile: ProfileId, target: Path) -> None:
        """Write a profile into one file, complete or not at all.

        Raises:
            ProfileError: it is not there, was altered, or the file cannot be written.
        """
        raise NotImplementedError

    def import_profile(self, source: Path) -> Profile:
        """Add the profile of a file to the catalogue; it is not put in force.

        Raises:
            ProfileError: the file is none of ours, was altered, or is for another model.
        """
        raise NotImplementedError

    def explain(self, photo: PhotoId) -> Explanation:
        """Why the photo has its score.

        Raises:
            ProfileError: it has no score yet.
        """
        raise NotImplementedError
