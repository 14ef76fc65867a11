"""Frames that were taken to become one picture: what kind they are, and whether that is sure."""

from dataclasses import dataclass
from enum import StrEnum

from core.grouping.captures import Rows


class Kind(StrEnum):
    """What a group of photos is."""

    SINGLE = "single"
    BURST = "burst"  # taken one after the other
    ALIKE = "alike"  # look the same, taken at different times
    BRACKET = "bracket"  # one framing at several exposures
    PANORAMA = "panorama"  # a sweep of overlapping frames
    UNSURE = "unsure"  # may be a bracket, a panorama or a focus stack, or may not
    MANUAL = "manual"  # as the photographer put it together


@dataclass(frozen=True, slots=True)
class Sequence:
    """Photos in the order taken. A kind of UNSURE binds nothing; the others stay whole."""

    kind: Kind
    rows: Rows
