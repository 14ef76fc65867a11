"""Groups of photos that belong together, what to keep of each, and changing them by hand."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import printable
from core.library.group_store import Rule, RuleKind, SubjectSharpness
from core.library.history_store import Edit
from core.library.library import Library
from core.photo import Changes, Filter, Photo, PhotoId
from core.progress import Task
from core.services.changes import ChangeFeed
from core.services.group_words import (
    Clock,
    Group,
    Grouped,
    Kind,
    Reason,
    Suggestion,
    Thresholds,
)
from core.services.grouped_set import GroupedSet, read_set
from core.services.previews import Previews
from core.services.rate import Outcome
from core.services.subject_sharpness import SHARPNESS_VERSION, Measuring, SharpnessReport
from core.vision.manifest import Manifest

__all__ = [
    "Clock",
    "Group",
    "Grouped",
    "Groups",
    "Kind",
    "Reason",
    "SharpnessReport",
    "Suggestion",
    "Thresholds",
]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A set, and what was known when it was read."""

    scope: Filter
    photos: GroupedSet
    rules: Sequence[Rule]
    sharpness: dict[PhotoId, SubjectSharpness]
    photos_seen: int  # generations, see `Groups._heard`
    changes_seen: int


class Groups:
    """Groups photos. Every method may be called from any thread.

    Manual changes are on the disk when their method returns, and are published after that; the
    one history undoes them.
    """

    def __init__(
        self,
        library: Library,
        previews: Previews,
        manifest: Manifest,
        changes: ChangeFeed,
    ) -> None:
        """Nothing is read until groups are asked for."""
        self._library = library
        self._previews = previews
        self._manifest = manifest
        self._publish = changes.publish
        self._lock = threading.Lock()
        self._prepared: _Prepared | None = None
        self._counting = threading.Lock()
        self._photos_changed = 0  # generations: what was read before one is out of date
        self._changes_made = 0
        changes.subscribe(self._heard)

    def groups(
        self,
        scope: Filter,
        thresholds: Thresholds = Thresholds(),  # noqa: B008  a frozen value
        task: Task | None = None,
    ) -> Grouped:
        """The groups of the photos of a filter; other thresholds for the same set come at once.

        Groups are made of the photos of the filter alone: give the folder, and leave it to the
        view which of them are shown. Stage "group", in photos.

        Raises:
            Cancelled: the task was asked to stop.
        """
        with self._lock:
            prepared = self._ready(scope, task or Task())
        return prepared.photos.grouped(thresholds, prepared.rules, prepared.sharpness)

    def merge(self, ids: Sequence[PhotoId]) -> Outcome:
        """Put photos, and those grouped with them, into one group.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        if len(set(ids)) < 2:
            return Outcome("Select two photos or more to group them", Changes())
        return self._change(Rule(RuleKind.TOGETHER, (_unique(ids),)), ids, "grouped")

    def split(self, parts: Sequence[Sequence[PhotoId]]) -> Outcome:
        """Make groups of their own of the parts of a group.

        Raises:
            ValueError: a photo is in two parts.
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        sides = tuple(_unique(part) for part in parts if part)
        every = [id_ for side in sides for id_ in side]
        if len(set(every)) < len(every):
            raise ValueError("A photo cannot be in two parts of a group")
        if len(sides) < 2:
            return Outcome("Nothing to split off", Changes())
        return self._change(Rule(RuleKind.APART, sides), every, f"split into {len(sides)} groups")

    def move_out(self, group: Group, ids: Sequence[PhotoId]) -> Outcome:
        """Take photos out of their group; several stay together.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        leaving = tuple(id_ for id_ in group.ids if id_ in set(ids))
        staying = tuple(id_ for id_ in group.ids if id_ not in set(ids))
        if not leaving or not staying:
            return Outcome("Nothing to take out of the group", Changes())
        rule = Rule(RuleKind.APART, (staying, leaving))
        return self._change(rule, leaving, "taken out of the group")

    def set_cover(self, id_: PhotoId) -> Outcome:
        """Let a photo stand for its group.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        return self._change(Rule(RuleKind.COVER, ((id_,),)), [id_], "made the cover of its group")

    def set_clock(self, ids: Sequence[PhotoId], ahead_s: float) -> Outcome:
        """Say how far the clock of the camera of these photos was ahead of the others.

        It holds for all photos of that camera in a set that has one of these.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        if not ids:
            return Outcome("No photo is selected", Changes())
        rule = Rule(RuleKind.CLOCK, (_unique(ids),), -ahead_s)
        way = "ahead" if ahead_s >= 0 else "behind"
        text = f"taken with a clock {abs(ahead_s):,.1f} s {way}"
        return self._change(rule, ids, text)

    def measure_sharpness(self, groups: Sequence[Group], task: Task) -> SharpnessReport:
        """Compare how sharp the subject is at 1:1 within each group that needs it.

        Of each photo only the part around the subject is kept from decoding. What was measured
        before is not measured again; a cancelled run is resumed by calling this again. Stage
        "sharpness", in photos.

        Raises:
            LibraryWriteError: results cannot be stored.
            Cancelled: what was measured until then is stored.
        """
        with self._library.transaction() as stored:
            known = stored.groups.sharpness(SHARPNESS_VERSION)
        measuring = Measuring(self._library, self._previews, self._publish)
        return measuring.measure([group.ids for group in groups if _compared(group)], known, task)

    def _change(self, rule: Rule, named: Sequence[PhotoId], text: str) -> Outcome:
        with self._library.transaction() as stored:
            photos = stored.photos.get(list(named))
            if not photos:
                return Outcome("No photo is selected", Changes())
            message = f"{_named([*photos.values()])} {text}"
            number = stored.groups.add_rule(rule)
            stored.history.record(Edit(message, rules=(number,)))
        touched = frozenset(id_ for side in rule.sides for id_ in side)
        changes = Changes(grouped=touched, history=True)
        self._publish(changes)
        return Outcome(message, changes)

    def _ready(self, scope: Filter, task: Task) -> _Prepared:
        """What is known of a set, read again where it changed; the caller holds the lock."""
        photos_seen, changes_seen = self._photos_changed, self._changes_made
        known = self._prepared
        same = known is not None and known.scope == scope and known.photos_seen == photos_seen
        if known is not None and same and known.changes_seen == changes_seen:
            return known
        with self._library.transaction() as stored:
            rules = stored.groups.rules()
            sharpness = stored.groups.sharpness(SHARPNESS_VERSION)
        clocks = [rule for rule in rules if rule.kind is RuleKind.CLOCK]
        if known is not None and same and clocks == _clocks(known):
            self._prepared = replace(
                known, rules=rules, sharpness=sharpness, changes_seen=changes_seen
            )
            return self._prepared
        manifest = self._manifest
        photos = read_set(self._library, manifest.model, manifest.embedding_dim, scope, rules, task)
        self._prepared = _Prepared(scope, photos, rules, sharpness, photos_seen, changes_seen)
        return self._prepared

    def _heard(self, changes: Changes) -> None:
        """Note that something is out of date, without waiting for whoever reads just now."""
        with self._counting:
            if changes.membership or changes.described or changes.scored:
                self._photos_changed += 1
            if changes.grouped:
                self._changes_made += 1


def _clocks(prepared: _Prepared) -> list[Rule]:
    return [rule for rule in prepared.rules if rule.kind is RuleKind.CLOCK]


def _compared(group: Group) -> bool:
    """Whether one frame of the group is to be kept, rather than all."""
    return len(group) > 1 and group.kind not in (Kind.BRACKET, Kind.PANORAMA)


def _unique(ids: Sequence[PhotoId]) -> tuple[PhotoId, ...]:
    return tuple(dict.fromkeys(ids))


def _named(photos: Sequence[Photo]) -> str:
    return printable(photos[0].path.name) if len(photos) == 1 else f"{len(photos):,} photos"
