"""The photos of one set as grouping sees them: read from the catalogue, ready for any setting."""

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.grouping.best_frame import Ranking, Reason, ranking
from core.grouping.camera_clocks import ClockOffset, estimated_offsets
from core.grouping.captures import Captures, Floats, Numbers, Rows, Vectors
from core.grouping.grouper import Grouper
from core.grouping.manual_changes import Apart, Change, Together, replayed
from core.grouping.sequences import Kind
from core.grouping.thresholds import Thresholds
from core.library.group_store import Rule, RuleKind, SubjectSharpness
from core.library.library import Library
from core.photo import Filter, PhotoId
from core.progress import Task
from core.services.group_words import Clock, Group, Grouped, Suggestion
from core.taste.evidence import FACTS

_PAGE = 4000  # rows read in one transaction: a rating waits for it at most
_STAGE = "group"
_LAST_NUMBER = re.compile(rb"(\d{1,9})\D*$")
_LIGHT = FACTS.index("light")
_SHARPNESS_PART = "sharpness"


@dataclass(frozen=True, slots=True)
class GroupedSet:
    """N photos of the catalogue, one row each."""

    ids: Sequence[PhotoId]
    row_of: Mapping[PhotoId, int]
    captures: Captures
    cameras: Sequence[str]  # names, by the numbers in `captures`
    score: Floats  # (N,) 0..100, NaN without one
    preview_sharpness: Floats  # (N,) 0..100, NaN where it is not known
    offsets: Mapping[int, ClockOffset]  # told from like moments, by camera
    given_s: Mapping[int, float]  # by the photographer, by camera
    grouper: Grouper
    places: Numbers  # (N,) in the order taken

    def grouped(
        self,
        thresholds: Thresholds,
        rules: Sequence[Rule],
        sharpness: Mapping[PhotoId, SubjectSharpness],
    ) -> Grouped:
        """Group at these thresholds and replay what the photographer changed by hand."""
        automatic = self.grouper.group(thresholds)
        labels, altered = replayed(automatic.labels, self._changes(rules), self.places)
        covers = self._covers(rules)
        order = np.lexsort((self.places, self._first_places(labels)[labels]))
        starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
        groups = []
        for members in np.split(order, starts[1:]) if len(order) else []:
            label = int(labels[members[0]])
            kind = Kind.MANUAL if label in altered else automatic.kinds.get(label, Kind.BURST)
            groups.append(self._group(members, kind, covers, sharpness))
        return Grouped(
            thresholds=thresholds,
            groups=tuple(groups),
            place_of={id_: place for place, group in enumerate(groups) for id_ in group.ids},
            clocks=tuple(self._clocks()),
            untold=tuple(self._untold()),
            undated=int((~self.grouper.when.is_dated).sum()),
            unseen=int((~self.captures.is_seen).sum()),
        )

    def _first_places(self, labels: Numbers) -> Numbers:
        first = np.full(len(labels), len(labels))
        np.minimum.at(first, labels, self.places)
        return first

    def _group(
        self,
        members: Rows,
        kind: Kind,
        covers: Mapping[int, int],
        sharpness: Mapping[PhotoId, SubjectSharpness],
    ) -> Group:
        ids = tuple([self.ids[row] for row in members.tolist()])
        if len(ids) == 1:
            only = Suggestion(ids[0], Reason.ONLY)
            return Group(ids, Kind.SINGLE, ids, only, ids[0], int(members[0]) in covers)
        ranked = self._ranking(members, ids, kind, sharpness)
        best = tuple([ids[place] for place in ranked.order.tolist()])
        chosen = [row for row in members.tolist() if row in covers] if covers else []
        cover = self.ids[max(chosen, key=lambda row: covers[row])] if chosen else best[0]
        alike = best[: ranked.alike] if ranked.alike > 1 else ()
        return Group(
            ids, kind, best, Suggestion(best[0], ranked.reason, alike), cover, bool(chosen)
        )

    def _ranking(
        self,
        members: Rows,
        ids: Sequence[PhotoId],
        kind: Kind,
        sharpness: Mapping[PhotoId, SubjectSharpness],
    ) -> Ranking:
        if kind is Kind.PANORAMA:
            return Ranking(np.arange(len(members)), Reason.WHOLE)
        if kind is Kind.BRACKET:
            exposure = self.captures.exposure_ev[members]
            order = np.argsort(np.abs(exposure - np.median(exposure)), kind="stable")
            return Ranking(order, Reason.MIDDLE)
        return ranking(
            _comparable(ids, sharpness), self.preview_sharpness[members], self.score[members]
        )

    def _changes(self, rules: Sequence[Rule]) -> list[Change]:
        changes: list[Change] = []
        for rule in rules:
            sides = [self._rows(side) for side in rule.sides]
            if rule.kind is RuleKind.TOGETHER and len(sides[0]) > 1:
                changes.append(Together(sides[0]))
            if rule.kind is RuleKind.APART and sum(len(side) > 0 for side in sides) > 1:
                changes.append(Apart(sides))
        return changes

    def _covers(self, rules: Sequence[Rule]) -> dict[int, int]:
        """Rows that were chosen as covers, and when; the last choice of a group counts."""
        return {
            self.row_of[id_]: number
            for number, rule in enumerate(rules)
            if rule.kind is RuleKind.COVER
            for id_ in rule.sides[0]
            if id_ in self.row_of
        }

    def _rows(self, ids: Sequence[PhotoId]) -> Rows:
        return np.array([self.row_of[id_] for id_ in ids if id_ in self.row_of], dtype=np.intp)

    def _clocks(self) -> list[Clock]:
        told = [
            Clock(self.cameras[camera], -each.seconds, is_given=False, matches=each.votes)
            for camera, each in self.offsets.items()
        ]
        given = [
            Clock(self.cameras[camera], -seconds, is_given=True)
            for camera, seconds in self.given_s.items()
        ]
        return [*given, *told]

    def _untold(self) -> list[str]:
        """Cameras with times that nothing relates to the camera with most photos."""
        dated = self.captures.camera[self.grouper.when.is_dated]
        found, counts = np.unique(dated, return_counts=True)
        if len(found) < 2:
            return []
        known = {int(found[counts.argmax()]), *self.offsets, *self.given_s}
        return [self.cameras[camera] for camera in map(int, found) if camera not in known]


def read_set(
    library: Library, model: str, dim: int, scope: Filter, rules: Sequence[Rule], task: Task
) -> GroupedSet:
    """Read a set and find what may belong together; stage "group".

    Args:
        library: the catalogue.
        model: name and version of the model whose embeddings count.
        dim: of such an embedding.
        scope: which photos.
        rules: what was changed by hand; clocks that were given are heeded here.
        task: progress.

    Raises:
        Cancelled: the task was asked to stop.
    """
    rows: list[Sequence[Any]] = []
    while True:
        task.report(_STAGE, len(rows))
        with library.transaction() as tx:
            page = tx.groups.captures(scope, after=rows[-1][0] if rows else 0, most=_PAGE)
        rows += page
        if len(page) < _PAGE:
            break
    columns: Any = [*zip(*rows, strict=True)] or [()] * 16
    ids, folders, names, files, taken, zones, cameras, *rest = columns
    exposures, apertures, isos, focals, models, values, technical, vectors, facts = rest
    camera, camera_names = _numbered([camera or "" for camera in cameras])
    captures = Captures(
        folder=_numbered(folders)[0],
        camera=camera,
        name_rank=np.unique(np.array(names, dtype=object), return_inverse=True)[1].astype(np.int64),
        file_number=np.array([_file_number(file) for file in files], dtype=np.int64),
        taken_us=_floats(taken),
        utc_offset_min=_floats(zones),
        exposure_s=_floats(exposures),
        aperture=_floats(apertures),
        iso=_floats(isos),
        focal_mm=_floats(focals),
        light=_lights(facts),
        embeddings=_embeddings(vectors, models, model, dim),
    )
    row_of = {PhotoId(id_): row for row, id_ in enumerate(ids)}
    given = _given_clocks(rules, row_of, camera)
    offsets = estimated_offsets(captures, given)
    grouper = Grouper(captures, {c: each.seconds for c, each in offsets.items()} | given)
    places = np.empty(len(ids), dtype=np.int64)
    places[grouper.when.order] = np.arange(len(ids))
    task.report(_STAGE, len(rows), len(rows))
    return GroupedSet(
        ids=[PhotoId(id_) for id_ in ids],
        row_of=row_of,
        captures=captures,
        cameras=[str(name) or "an unnamed camera" for name in camera_names],
        score=_floats(values),
        preview_sharpness=_parts(technical),
        offsets=offsets,
        given_s=given,
        grouper=grouper,
        places=places,
    )


def _comparable(ids: Sequence[PhotoId], sharpness: Mapping[PhotoId, SubjectSharpness]) -> Floats:
    """The sharpness of each photo (n,), of those that were compared with most of the others."""
    measured = [sharpness.get(id_) for id_ in ids] if sharpness else []
    anchors = [each.anchor for each in measured if each is not None]
    if not anchors:
        return np.full(len(ids), np.nan)
    usual = max(set(anchors), key=anchors.count)
    return _floats(
        [each.sharpness if each is not None and each.anchor == usual else None for each in measured]
    )


def _given_clocks(
    rules: Sequence[Rule], row_of: Mapping[PhotoId, int], camera: Numbers
) -> dict[int, float]:
    """What the photographer said of each camera last."""
    given: dict[int, float] = {}
    for rule in rules:
        if rule.kind is RuleKind.CLOCK:
            meant = {int(camera[row_of[id_]]) for id_ in rule.sides[0] if id_ in row_of}
            given |= dict.fromkeys(meant, rule.seconds)
    return given


def _numbered(keys: Sequence[Hashable]) -> tuple[Numbers, list[Hashable]]:
    numbers: dict[Hashable, int] = {}
    column = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return column, [*numbers]


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)


def _file_number(file: bytes) -> int:
    match = _LAST_NUMBER.search(file.rpartition(b".")[0] or file)
    return int(match[1]) if match else -1


def _lights(facts: Sequence[bytes | None]) -> Floats:
    size = 2 * len(FACTS)
    return np.array(
        [
            np.frombuffer(each, "<f2", 1, 2 * _LIGHT)[0] if each and len(each) == size else np.nan
            for each in facts
        ],
        dtype=np.float64,
    )


def _parts(technical: Sequence[str | None]) -> Floats:
    return _floats([json.loads(each).get(_SHARPNESS_PART) if each else None for each in technical])


def _embeddings(
    vectors: Sequence[bytes | None], models: Sequence[str | None], model: str, dim: int
) -> Vectors:
    """Unit vectors (N, D); zero for photos that this model has not looked at."""
    nothing = bytes(2 * dim)
    known = [
        vector if vector and len(vector) == 2 * dim and by == model else nothing
        for vector, by in zip(vectors, models, strict=True)
    ]
    found = np.frombuffer(b"".join(known), "<f2").reshape(-1, dim).astype(np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, lengths, out=found, where=lengths > 0)
    return found
