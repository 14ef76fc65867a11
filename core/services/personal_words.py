"""What personalising says: suggestions, proposals, profiles and explanations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from core.photo import PhotoId, ProfileId
from core.taste.verdict import Arm, Figure, Verdict


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
