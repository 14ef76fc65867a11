"""What grouping says: groups, suggestions and their reasons, and what it could not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.grouping.best_frame import Reason
from core.grouping.sequences import Kind
from core.grouping.thresholds import Thresholds
from core.photo import PhotoId

__all__ = ["Clock", "Group", "Grouped", "Kind", "Reason", "Suggestion", "Thresholds"]

_KIND_NAMES = {
    Kind.SINGLE: "single photo",
    Kind.BURST: "burst",
    Kind.ALIKE: "near-duplicates",
    Kind.BRACKET: "exposure bracket",
    Kind.PANORAMA: "panorama",
    Kind.UNSURE: "perhaps a bracket, a panorama or a focus stack",
    Kind.MANUAL: "grouped by hand",
}
_REASONS = {
    Reason.ONLY: "",
    Reason.SHARPEST: "its subject is the sharpest at 1:1",
    Reason.SCORE: "the highest score of those that are as sharp",
    Reason.SCORE_ON_PREVIEW: "the highest score; sharpness at 1:1 was not measured",
    Reason.MIDDLE: "the middle exposure",
    Reason.WHOLE: "a panorama needs every frame",
    Reason.UNKNOWN: "the first; nothing is known of them yet",
}
_LEAST_SHOWN_S = 0.5  # clocks that are closer agree


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Which photo of a group to keep first; the photographer decides."""

    id: PhotoId
    reason: Reason
    alike: tuple[PhotoId, ...] = ()  # with it, where several cannot be told apart

    @property
    def sentence(self) -> str:
        """The reason, as a fragment; empty for a single photo."""
        if self.reason is Reason.ALIKE:
            return f"{len(self.alike)} frames are alike within what can be measured"
        return _REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that belong together; also a single photo is a group."""

    ids: tuple[PhotoId, ...]  # in the order taken
    kind: Kind
    ranked: tuple[PhotoId, ...]  # best first
    suggestion: Suggestion
    cover: PhotoId  # the photographer's choice, else the suggestion
    cover_is_chosen: bool = False

    @property
    def name(self) -> str:
        """What it is, in words."""
        return _KIND_NAMES[self.kind]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the clock of a camera was read."""

    camera: str
    ahead_s: float  # of the others'; what was taken off its times
    is_given: bool  # by the photographer; else told from frames of the same moment
    matches: int = 0  # frames that tell it

    @property
    def sentence(self) -> str:
        """How far it was off and how that is known."""
        if abs(self.ahead_s) < _LEAST_SHOWN_S:
            return f"The clock of {self.camera} agrees with the others."
        how = "as you said" if self.is_given else f"told from {self.matches} like moments"
        way = "ahead of" if self.ahead_s > 0 else "behind"
        return f"The clock of {self.camera} is {_span(abs(self.ahead_s))} {way} the others, {how}."


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a set of photos at one setting of the thresholds."""

    thresholds: Thresholds
    groups: tuple[Group, ...]  # in the order taken, each photo in one
    place_of: Mapping[PhotoId, int]  # of its group in `groups`
    clocks: tuple[Clock, ...]  # of the cameras that differ from the one with most photos
    untold: tuple[str, ...]  # cameras of whose clocks nothing could be told
    undated: int  # photos without a usable time, grouped by likeness and name alone
    unseen: int  # photos that no model has looked at, grouped by time alone

    def group_of(self, id_: PhotoId) -> Group | None:
        """The group of a photo; None if it is not in the set."""
        place = self.place_of.get(id_)
        return None if place is None else self.groups[place]

    @property
    def stacks(self) -> Sequence[Group]:
        """Groups of two photos and more."""
        return [group for group in self.groups if len(group) > 1]

    @property
    def notes(self) -> list[str]:
        """Sentences about what was corrected and what could not be told."""
        found = [clock.sentence for clock in self.clocks if abs(clock.ahead_s) >= _LEAST_SHOWN_S]
        found += [
            f"Whether the clock of {camera} agrees with the others cannot be told; it was "
            "taken as it is."
            for camera in self.untold
        ]
        if self.undated:
            found.append(
                f"{_photos(self.undated)} without a usable time: grouped by likeness and name."
            )
        if self.unseen:
            found.append(f"{_photos(self.unseen)} not scored yet: grouped by time alone.")
        return found


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join([part for part in parts if part] + ([f"{rest} s"] if rest else []))
