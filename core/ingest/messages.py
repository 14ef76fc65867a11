"""What the pool and its workers say to each other."""

from dataclasses import dataclass
from enum import IntEnum, auto

from core.ingest.region import FocusPoint, Region
from core.ingest.source import Source
from core.photo import Metadata


class Wanted(IntEnum):
    """What to make of each source."""

    METADATA = auto()
    PREVIEW = auto()
    PIXELS = auto()
    CROP = auto()
    FOCUS = auto()


@dataclass(frozen=True, slots=True)
class Order:
    """One trip to a worker, answered by one Answer for each source, in order."""

    wanted: Wanted
    sources: tuple[Source, ...]
    long_edge_px: int | None = None
    region: Region | None = None  # of a CROP


@dataclass(frozen=True, slots=True)
class Ready:
    """What a worker says once it has started, and before its first answer of each kind.

    What it loads for them takes time that no file is to blame for.
    """


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source gave nothing; `details` are for the log."""

    reason: str
    details: str = ""
    out_of_memory: bool = False
    passing: bool = False  # as in PhotoReadError
    part: bytes = b""  # as in PhotoReadError


@dataclass(frozen=True, slots=True)
class PixelsFollow:
    """An array of this shape follows as bare bytes."""

    shape: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Focused:
    """Where the camera focused, if the file says."""

    point: FocusPoint | None


Answer = Metadata | bytes | PixelsFollow | Focused | Failure
