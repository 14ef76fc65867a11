"""Stacks of the open folder: when its photos are grouped, at which settings, which are open."""

import time
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.grid.stacking import Fold, fold, unfolded
from app.jobs import Job, JobRunner, Lane
from core.photo import Changes, Filter, PhotoId
from core.progress import Task
from core.services.group import Group, Grouped, Groups, SharpnessReport, Thresholds

_REST_S = 2.0  # between two groupings while photos or scores arrive
_PATIENCE = 10  # times as long as a grouping took, if that is more


class Stacks(QObject):
    """Groups off the GUI thread; what is shown changes only when an answer is here."""

    changed = Signal()  # the list is to be folded anew
    grouped_changed = Signal(object)  # Grouped, or None while nothing is grouped
    measured = Signal(SharpnessReport)

    def __init__(self, groups: Groups, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self._jobs = jobs
        self._is_on = False
        self._scope: Filter | None = None
        self._thresholds = Thresholds()
        self._grouped: Grouped | None = None
        self._opened: frozenset[PhotoId] = frozenset()
        self._grouping: Job | None = None
        self._again = False
        self._took_s = 0.0
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._group)

    @property
    def is_on(self) -> bool:
        """Whether the list is folded."""
        return self._is_on

    @property
    def thresholds(self) -> Thresholds:
        """What makes photos one group."""
        return self._thresholds

    @property
    def grouped(self) -> Grouped | None:
        """The groups as they were made last."""
        return self._grouped

    @property
    def fold(self) -> Fold:
        """How to fold a list now; may be called from any thread."""
        grouped, opened = self._grouped, self._opened
        if not self._is_on or grouped is None:
            return unfolded
        return lambda ids: fold(ids, grouped, opened)

    def switch(self, on: bool) -> None:
        """Stack, or spread every photo."""
        if on == self._is_on:
            return
        self._is_on = on
        if on:
            self._group()
        self.changed.emit()

    def set_scope(self, scope: Filter) -> None:
        """Another folder; what a filter hides of it is in its groups all the same."""
        whole = Filter(folder=scope.folder, recursive=scope.recursive)
        if whole == self._scope:
            return
        self._scope = whole
        self._grouped, self._opened = None, frozenset()
        self.grouped_changed.emit(None)
        self._group()

    def set_thresholds(
        self, *, time_gap_s: float | None = None, similarity: float | None = None
    ) -> None:
        """Group by other settings."""
        wanted = self._thresholds
        if time_gap_s is not None:
            wanted = replace(wanted, time_gap_s=time_gap_s)
        if similarity is not None:
            wanted = replace(wanted, similarity=similarity)
        if wanted != self._thresholds:
            self._thresholds = wanted
            self._group()

    def apply(self, changes: Changes) -> None:
        """What the photographer changed is seen at once, what arrives every now and then."""
        if changes.grouped:
            self._group()
        elif (changes.membership or changes.scored or changes.described) and self._is_on:
            wait_s = max(_REST_S, _PATIENCE * self._took_s)
            if not self._soon.isActive():
                self._soon.start(round(1000 * wait_s))

    def group_of(self, id_: PhotoId | None) -> Group | None:
        """The stack of a photo, if it is in one."""
        if id_ is None or self._grouped is None:
            return None
        group = self._grouped.group_of(id_)
        return group if group is not None and len(group) > 1 else None

    def toggle(self, id_: PhotoId | None) -> None:
        """Open the stack of a photo, or close it."""
        group = self.group_of(id_)
        if group is not None and self._is_on:
            own = frozenset(group.ids)
            self._opened = self._opened - own if self._opened & own else self._opened | own
            self.changed.emit()

    def open_all(self, on: bool) -> None:
        """Open every stack, or close every one."""
        if self._grouped is not None and self._is_on:
            covers = (group.cover for group in self._grouped.stacks)
            self._opened = frozenset(covers) if on else frozenset()
            self.changed.emit()

    def measure(self) -> None:
        """Compare at 1:1 how sharp the subject is in the frames of each group."""
        if (grouped := self._grouped) is None:
            return
        job = self._jobs.submit(
            Lane.COMPUTE,
            "compare sharpness",
            lambda task: self._groups.measure_sharpness(grouped.stacks, task),
        )
        job.succeeded.connect(self.measured)

    def _group(self) -> None:
        """Group now, or once more when the grouping that runs has ended."""
        self._soon.stop()
        scope = self._scope
        if not self._is_on or scope is None or scope.folder is None:
            return
        if self._grouping is not None:
            self._again = True
            return
        thresholds = self._thresholds
        job = self._jobs.submit(
            Lane.LOOK, "group", lambda task: _timed(self._groups, scope, thresholds, task)
        )
        self._grouping = job
        job.succeeded.connect(lambda answer: self._take(scope, *answer))
        job.finished.connect(self._grouping_done)

    def _take(self, scope: Filter, grouped: Grouped, took_s: float) -> None:
        self._took_s = took_s
        if scope == self._scope:
            self._grouped = grouped
            self.grouped_changed.emit(grouped)
            self.changed.emit()

    def _grouping_done(self) -> None:
        self._grouping = None
        if self._again:
            self._again = False
            self._group()


def _timed(
    groups: Groups, scope: Filter, thresholds: Thresholds, task: Task
) -> tuple[Grouped, float]:
    began = time.perf_counter()
    return groups.groups(scope, thresholds, task), time.perf_counter() - began
