"""Handing the picks on: what to copy, the plan shown first, verified copies, a list."""

import logging
import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from core.errors import Cancelled, ExportError, printable
from core.exchange.csv_export import csv_text, photo_row, write_csv
from core.exchange.faults import CopyError, DiskFullError, why
from core.exchange.names import FIELDS as TEMPLATE_FIELDS
from core.exchange.names import NameTemplate
from core.exchange.part_file import remove_strays
from core.exchange.plan import (
    ExportPlan,
    Layout,
    PlannedCopy,
    Skipped,
    check_target,
    in_words,
    make_plan,
)
from core.exchange.safe_copy import content_hash, copy_together
from core.library.library import Library
from core.photo import (
    MAX_STARS,
    Filter,
    PartRange,
    Photo,
    PhotoId,
    Pick,
    Query,
    SortKey,
    TechnicalPart,
)
from core.progress import Task
from core.services.browse import Browse

__all__ = [
    "TEMPLATE_FIELDS",
    "AtLeastStars",
    "Chosen",
    "Export",
    "ExportPlan",
    "ExportReport",
    "ExportRequest",
    "Picks",
    "PlannedCopy",
    "Selection",
    "Skipped",
    "TopCount",
    "TopPercent",
    "csv_text",
    "in_words",
]

logger = logging.getLogger(__name__)

_STAGE = "copy"


@dataclass(frozen=True, slots=True)
class TopCount:
    """The best photos by score. Without a score, or rejected, a photo is never the best."""

    count: int


@dataclass(frozen=True, slots=True)
class TopPercent:
    """The best share of the scored photos, rounded up to whole photos."""

    percent: float


@dataclass(frozen=True, slots=True)
class AtLeastStars:
    """Photos with so many stars or more, oldest first."""

    stars: int


@dataclass(frozen=True, slots=True)
class Picks:
    """Photos flagged as picked, oldest first."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Exactly these photos, in this order."""

    ids: tuple[PhotoId, ...]


Selection = TopCount | TopPercent | AtLeastStars | Picks | Chosen


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to copy and how."""

    selection: Selection
    scope: Filter  # the photos to choose from; its folder stays behind when folders are kept
    target: Path
    keep_folders: bool = False
    template: str = "{name}"
    companions: bool = True  # the JPEG and sidecars of a RAW file go along
    csv: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did."""

    copied: tuple[PlannedCopy, ...]  # verified, and there when the export ended
    skipped: tuple[Skipped, ...]
    csv: Path | None
    cancelled: bool


class Export:
    """Plans and carries out exports. Originals are only read; nothing is ever overwritten."""

    def __init__(self, library: Library) -> None:
        self._browse = Browse(library)

    def best(
        self, scope: Filter, count: int | None = None, by: TechnicalPart | None = None
    ) -> list[PhotoId]:
        """The photos that are not rejected, highest first; at most `count`.

        By the score, or by a part; photos without it are left out.
        """
        return list(self._browse.ids(_best_first(scope, by)))[:count]

    def check(self, request: ExportRequest) -> None:
        """Refuse at once what `plan` would refuse, whatever photos there are.

        Raises:
            ExportError: the selection or template cannot be meant, or the target not be used.
        """
        check_target(_checked_layout(request))

    def plan(self, request: ExportRequest, task: Task | None = None) -> ExportPlan:
        """Decide every copy without writing anything; stage "plan".

        Raises:
            ExportError: the selection or template cannot be meant, or the target not be used.
            Cancelled: the task was asked to stop.
        """
        task = task or Task()
        layout = _checked_layout(request)
        ids = self._select(request)
        return make_plan(self._photos(ids), layout, _counting(task, "plan", len(ids)))

    def unscored(self, request: ExportRequest) -> int:
        """How many photos a choice by score passes over because they have no score yet."""
        if not isinstance(request.selection, TopCount | TopPercent):
            return 0
        tally = self._browse.tally(replace(request.scope, picks=_not_rejected(request.scope)))
        return max(0, tally.total - tally.scored - tally.unreadable)

    def execute(self, plan: ExportPlan, task: Task) -> ExportReport:
        """Carry out a plan; stage "copy", counted in photos.

        A photo is copied with its companions or not at all, and one that fails is a line of
        the report while the rest goes on; a full disk ends the run. A cancel is no error: the
        report tells what was done until then, and no part of a file is left.

        Raises:
            ExportError: there is no room for the plan, or the target cannot be made.
        """
        if plan.problem:
            raise ExportError(plan.problem, hint="Choose fewer photos or another disk.")
        run = _Run(plan, task)
        try:
            run.prepare()
            run.copy()
            csv = self._list(run)
        except Cancelled:
            logger.info("Export cancelled after %d files", len(run.copied))
            return run.report(None, cancelled=True)
        return run.report(csv, cancelled=False)

    def write_csv(self, ids: Sequence[PhotoId], target: Path, task: Task) -> Path:
        """Write one row a photo to `target`, or to a numbered name beside it if that is taken.

        Raises:
            ExportError: the folder cannot be written to, or its disk is full.
            Cancelled: nothing was written.
        """
        rows = [photo_row(photo) for photo in task.track(self._photos(ids), "list")]
        try:
            return write_csv(rows, target)
        except CopyError as error:
            raise ExportError(
                f"{printable(target.name)} could not be written: {error.reason}"
            ) from error

    def _list(self, run: "_Run") -> Path | None:
        if run.plan.csv is None:
            return None
        rows = [photo_row(photo) for photo in self._photos(run.delivered)]
        try:
            return write_csv(rows, run.plan.csv)
        except CopyError as error:
            run.skipped.append(Skipped(run.plan.csv, error.reason))
            return None

    def _select(self, request: ExportRequest) -> Sequence[PhotoId]:
        scope = request.scope
        match request.selection:
            case TopCount(count):
                return self._best_originals(request)[:count]
            case TopPercent(percent):
                best = self._best_originals(request)
                return best[: math.ceil(len(best) * percent / 100)]
            case AtLeastStars(stars):
                wanted = replace(scope, min_stars=max(stars, scope.min_stars))
                return self._browse.ids(Query(wanted))
            case Picks():
                return self._browse.ids(Query(replace(scope, picks=frozenset({Pick.PICKED}))))
            case Chosen(ids):
                return tuple(dict.fromkeys(ids))

    def _best_originals(self, request: ExportRequest) -> list[PhotoId]:
        """Best first, without the copies that an earlier export left inside the scope."""
        best = self.best(request.scope)
        folder = request.scope.folder
        if folder is None:
            return best
        target, base = map(os.path.realpath, (request.target.expanduser(), folder))
        if not Path(target).is_relative_to(base):
            return best
        inside = folder.absolute() / Path(target).relative_to(base)  # as the photos are written
        photos = self._browse.photos(best)
        return [id_ for id_ in best if not photos[id_].path.is_relative_to(inside)]

    def _photos(self, ids: Sequence[PhotoId]) -> list[Photo]:
        found = self._browse.photos(ids)
        return [found[id_] for id_ in ids if id_ in found]


@dataclass(slots=True)
class _Run:
    """One execution of a plan."""

    plan: ExportPlan
    task: Task
    copied: list[PlannedCopy] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    delivered: list[PhotoId] = field(default_factory=list)  # copied, or there already

    def prepare(self) -> None:
        self.skipped.extend(self.plan.skipped)
        try:
            self.plan.target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(
                f"The folder {printable(self.plan.target)} cannot be made: {why(error)}"
            ) from error
        for folder in {copy.target.parent for copy in self.plan.copies} | {self.plan.target}:
            remove_strays(folder)

    def copy(self) -> None:
        total = len(self.plan.photo_ids)
        photos = _by_photo(self.plan.copies)
        for done, files in enumerate(photos):
            try:
                self._copy_photo(files, _counting_at(self.task, done, total))
            except DiskFullError as error:
                self._leave_out(files, error.reason)
                for rest in photos[done + 1 :]:
                    self._leave_out(rest, "not copied: the disk became full before")
                break
            except CopyError as error:
                self._leave_out(files, error.reason)
        self.task.report(_STAGE, total, total)

    def report(self, csv: Path | None, *, cancelled: bool) -> ExportReport:
        kept: list[PlannedCopy] = []
        for copy in self.copied:  # a drive pulled out half way must not read as a success
            if _exists(copy.target):
                kept.append(copy)
            else:
                self.skipped.append(Skipped(copy.source, "its copy has vanished from the target"))
        return ExportReport(tuple(kept), tuple(self.skipped), csv, cancelled)

    def _copy_photo(self, files: Sequence[PlannedCopy], check: Callable[[], None]) -> None:
        check()
        if all(_is_there_already(file, check) for file in files):
            reason = f"already there as {printable(files[0].twins[0].name)}"
            self.skipped.extend(Skipped(file.source, reason, True) for file in files)
        else:
            for folder in {file.target.parent for file in files}:
                _make_folder(self.plan.target, folder)
            copy_together([(file.source, file.target) for file in files], check)
            self.copied.extend(files)
        self.delivered.append(files[0].photo_id)

    def _leave_out(self, files: Sequence[PlannedCopy], reason: str) -> None:
        self.skipped.extend(Skipped(file.source, reason) for file in files)


def _best_first(scope: Filter, by: TechnicalPart | None = None) -> Query:
    if by is not None:
        measured = replace(scope, parts=scope.parts | {PartRange(by)}, picks=_not_rejected(scope))
        return Query(measured, SortKey(by.value), descending=True)
    asked_for_score = scope.min_score is not None or scope.max_score is not None
    scored = scope if asked_for_score else replace(scope, min_score=0.0)
    return Query(replace(scored, picks=_not_rejected(scope)), SortKey.SCORE, descending=True)


def _not_rejected(scope: Filter) -> frozenset[Pick]:
    return scope.picks or frozenset({Pick.UNDECIDED, Pick.PICKED})


def _checked_layout(request: ExportRequest) -> Layout:
    match request.selection:
        case TopCount(count):
            _require(count >= 1, "At least one photo must be asked for.")
        case TopPercent(percent):
            _require(0 < percent <= 100, "The percentage must be above 0 and at most 100.")
        case AtLeastStars(stars):
            _require(1 <= stars <= MAX_STARS, f"Stars go from 1 to {MAX_STARS}.")
    return Layout(
        target=request.target,
        base=request.scope.folder,
        template=NameTemplate(request.template),
        keep_folders=request.keep_folders,
        companions=request.companions,
        csv=request.csv,
    )


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise ExportError(sentence)


def _counting(task: Task, stage: str, total: int) -> Callable[[], None]:
    """A check that counts its calls as progress."""
    counter = iter(range(total + 1))
    return lambda: task.report(stage, next(counter, total), total)


def _counting_at(task: Task, done: int, total: int) -> Callable[[], None]:
    return lambda: task.report(_STAGE, done, total)


def _by_photo(copies: Iterable[PlannedCopy]) -> list[list[PlannedCopy]]:
    return [list(files) for _, files in groupby(copies, key=lambda copy: copy.photo_id)]


def _is_there_already(file: PlannedCopy, check: Callable[[], None]) -> bool:
    """Whether a file of that name in the target holds the same bytes."""
    if not file.twins:
        return False
    try:
        wanted = content_hash(file.source, check)
    except OSError:  # the copy will say what is wrong with the original
        return False
    return any(_holds(twin, wanted, check) for twin in file.twins)


def _holds(twin: Path, wanted: bytes, check: Callable[[], None]) -> bool:
    try:
        return content_hash(twin, check) == wanted
    except OSError:  # a file that cannot be read is no proof of a copy
        return False


def _make_folder(root: Path, folder: Path) -> None:
    """Make a folder below the root; a root that vanished meanwhile is not made again."""
    try:
        if not root.is_dir():
            raise CopyError("the target folder has vanished")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CopyError(f"its folder in the target: {why(error)}") from error


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True
