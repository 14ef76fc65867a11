"""The words of the domain: what a photo is, what is known of it and what can change.

Values only; nothing here reads a file, a database or a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import NewType

PhotoId = NewType("PhotoId", int)
ProfileId = NewType("ProfileId", int)

MAX_STARS = 5


class FileKind(StrEnum):
    """The family of a picture file; decides how it is decoded."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    HEIF = "heif"  # HEIC and HEIF
    AVIF = "avif"
    RAW = "raw"


class FileState(IntEnum):
    """Whether the photo can be looked at now. Never a reason to forget it."""

    ONLINE = 0
    OFFLINE = 1  # out of reach at the last look; `Photo.problem` says why
    UNREADABLE = 2  # there, but cannot be decoded; `Photo.problem` says why
    DAMAGED = 3  # part of it can be seen, which gets no score; `Photo.problem` says why


class Pick(IntEnum):
    """The photographer's verdict, apart from the stars."""

    REJECTED = -1
    UNDECIDED = 0
    PICKED = 1


class ColorLabel(IntEnum):
    """Colour labels in Lightroom's order; keys 6 to 9 set the first four."""

    NONE = 0
    RED = 1
    YELLOW = 2
    GREEN = 3
    BLUE = 4
    PURPLE = 5


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """One item of a folder as the scan sees it, without opening the file.

    A RAW file and the JPEG and XMP of the same stem are one item: `path` is the RAW file,
    the others are `companions`, sorted by name.
    """

    path: Path
    kind: FileKind
    size_bytes: int
    mtime_ns: int
    companions: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the camera wrote into the file. None means it did not say."""

    taken_at: datetime | None = None  # camera's local time, microseconds, no tzinfo
    utc_offset_min: int | None = None
    camera: str = ""  # make and model, the make not repeated
    lens: str = ""
    exposure_s: float | None = None
    aperture: float | None = None  # f-number
    iso: int | None = None
    focal_length_mm: float | None = None
    width_px: int | None = None  # upright: after the orientation is applied
    height_px: int | None = None
    orientation: int = 1  # EXIF 1..8
    latitude: float | None = None  # degrees, north positive
    longitude: float | None = None  # degrees, east positive


@dataclass(frozen=True, slots=True)
class Score:
    """A model's opinion of one photo. All numbers are on the scale 0..100.

    What a number means is fixed by the manifest of `model`.
    """

    value: float
    aesthetic: float
    spread: float  # standard deviation of `value`, in points
    technical: Mapping[str, float]  # named parts, higher is better
    model: str  # name and version, as in the manifest
    technical_version: str = ""  # of what measured the parts and the facts
    profile: ProfileId | None = None  # whose taste `value` follows; None is everybody's


@dataclass(frozen=True, slots=True)
class ScoredPhoto:
    """What the scoring run stores for one photo."""

    id: PhotoId
    score: Score
    embedding: bytes  # float16, little-endian, shape (D,)
    distribution: bytes  # float16, little-endian, shape (K,), sums to 1
    facts: bytes = b""  # float16, little-endian, as `core.taste` orders them; may be missing


@dataclass(frozen=True, slots=True)
class Photo:
    """One item of the catalogue."""

    id: PhotoId
    path: Path
    kind: FileKind
    size_bytes: int
    mtime_ns: int
    companions: tuple[Path, ...] = ()
    state: FileState = FileState.ONLINE
    problem: str = ""  # why it is not ONLINE, a short phrase
    metadata: Metadata = Metadata()
    stars: int = 0  # 0 is unrated
    pick: Pick = Pick.UNDECIDED
    label: ColorLabel = ColorLabel.NONE
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What the photographer said about one photo."""

    stars: int = 0
    pick: Pick = Pick.UNDECIDED
    label: ColorLabel = ColorLabel.NONE


@dataclass(frozen=True, slots=True)
class Changes:
    """What an operation altered; every view refreshes exactly that."""

    membership: bool = False  # photos were added to or removed from the catalogue
    marked: frozenset[PhotoId] = frozenset()  # stars, pick or label
    scored: frozenset[PhotoId] = frozenset()
    described: frozenset[PhotoId] = frozenset()  # metadata, file state, size or time
    history: bool = False  # what undo and redo would do
    grouped: frozenset[PhotoId] = frozenset()  # group, cover or suggestion, other than by scores

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(
            self.membership or other.membership,
            self.marked | other.marked,
            self.scored | other.scored,
            self.described | other.described,
            self.history or other.history,
            self.grouped | other.grouped,
        )

    @property
    def touched(self) -> frozenset[PhotoId]:
        """Every photo whose own facts changed."""
        return self.marked | self.scored | self.described


class TechnicalPart(StrEnum):
    """What is measured of a picture, each 0..100, higher is better. Facts, never verdicts.

    All but the first are parts of `Score.technical`, measured on the preview.
    """

    SUBJECT_SHARPNESS = "subject_sharpness"  # at 1:1, of the sharpest it was compared with
    SHARPNESS = "sharpness"
    MOTION = "motion"
    NOISE = "noise"
    UNDEREXPOSURE = "underexposure"
    OVEREXPOSURE = "overexposure"
    COMPRESSION = "compression"


class SortKey(StrEnum):
    """What a list of photos can be ordered by. Ties fall back to capture time, then name."""

    CAPTURE_TIME = "capture_time"
    NAME = "name"
    SCORE = "score"
    STARS = "stars"
    SUBJECT_SHARPNESS = TechnicalPart.SUBJECT_SHARPNESS.value
    SHARPNESS = TechnicalPart.SHARPNESS.value
    MOTION = TechnicalPart.MOTION.value
    NOISE = TechnicalPart.NOISE.value
    UNDEREXPOSURE = TechnicalPart.UNDEREXPOSURE.value
    OVEREXPOSURE = TechnicalPart.OVEREXPOSURE.value
    COMPRESSION = TechnicalPart.COMPRESSION.value

    @property
    def part(self) -> TechnicalPart | None:
        """The technical part it stands for; None where it is another order."""
        return next((part for part in TechnicalPart if part.value == self.value), None)


@dataclass(frozen=True, slots=True)
class PartRange:
    """Bounds of a technical part, both included; where the part was not measured, none holds."""

    part: TechnicalPart
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which photos to show; all conditions must hold, and an empty one asks nothing."""

    folder: Path | None = None
    recursive: bool = True
    min_stars: int = 0
    max_stars: int = MAX_STARS  # min 0 and max 0 together mean "unrated"
    picks: frozenset[Pick] = frozenset()
    labels: frozenset[ColorLabel] = frozenset()
    min_score: float | None = None  # a photo without a score passes only if both are None
    max_score: float | None = None
    parts: frozenset[PartRange] = frozenset()
    taken_from: datetime | None = None
    taken_before: datetime | None = None
    name_contains: str = ""
    unreviewed: bool = False  # no stars and neither picked nor rejected
    states: frozenset[FileState] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """A filtered, ordered list. Photos without the sorted value come last either way."""

    filter: Filter = field(default_factory=Filter)
    sort: SortKey = SortKey.CAPTURE_TIME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a cull has come, over the photos of a filter."""

    total: int = 0
    scored: int = 0
    reviewed: int = 0  # with stars, picked or rejected
    picked: int = 0
    rejected: int = 0
    offline: int = 0
    unreadable: int = 0
