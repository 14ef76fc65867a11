"""Runs engine work off the GUI thread and brings the answer back to it.

Work is a plain function of one argument, a core.progress.Task; it must not touch Qt widgets.
Every signal of a Job is emitted on the GUI thread, so slots may be lambdas.

The threads are Python's. QRunnable.create() leaves a Python object behind for every piece of
work, at an address that C++ uses again: sooner or later a widget is taken for a QRunnable,
and the window dies (seen with PySide6 6.10 and 6.11).
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import Cancelled, CoreError
from core.progress import Progress, Task

logger = logging.getLogger(__name__)


class Lane(Enum):
    """One queue per kind of work, so that an export never delays a thumbnail."""

    PREVIEW = auto()  # short reads for what is on screen
    LOOK = auto()  # what is measured in the photos that are looked at large
    LIBRARY = auto()  # what the photographer says about photos: short, in order, never dropped
    IMPORT = auto()  # scanning a folder: minutes, so a rating must not wait behind it
    COMPUTE = auto()  # features and training: one user of the accelerator
    EXPORT = auto()  # copies and sidecars, bound by the disk


BACKGROUND = frozenset({Lane.IMPORT, Lane.COMPUTE, Lane.EXPORT})  # long enough to be shown

_THREADS = {
    Lane.PREVIEW: 4,
    Lane.LOOK: 2,
    Lane.LIBRARY: 1,
    Lane.IMPORT: 1,
    Lane.COMPUTE: 1,
    Lane.EXPORT: 1,
}


class _Event(Enum):
    PROGRESS = auto()
    SUCCESS = auto()
    FAILURE = auto()
    CANCELLED = auto()


class Job(QObject):
    """Running work as the GUI sees it.

    Emits exactly one of succeeded, failed or cancelled, and then finished.
    """

    progressed = Signal(Progress)
    succeeded = Signal(object)
    failed = Signal(Exception)
    cancelled = Signal()
    finished = Signal()
    _arrived = Signal(_Event, object)  # crosses from the worker to the GUI thread

    def __init__(self, lane: Lane, name: str, parent: QObject, *, told_by_owner: bool) -> None:
        super().__init__(parent)
        self.lane = lane
        self.name = name
        self.told_by_owner = told_by_owner
        self.task = Task(lambda progress: self._arrived.emit(_Event.PROGRESS, progress))
        self._forgotten = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop at its next report; cancelled follows once it has."""
        self.task.cancel()

    def forget(self) -> None:
        """Deliver nothing any more: those who waited for it are going away."""
        self._forgotten = True  # what is queued already would outlive a disconnect()

    def run(self, work: Callable[[Task], object]) -> None:
        """Do the work on the calling (worker) thread. Only JobRunner calls this."""
        try:
            result = work(self.task)
        except Cancelled:
            self._arrived.emit(_Event.CANCELLED, None)
        except CoreError as error:  # the user is told; a traceback would say nothing more
            logger.warning("Job %s ended: %s", self.name, type(error).__name__)
            logger.debug("Job %s: %s", self.name, error)
            self._arrived.emit(_Event.FAILURE, error)
        except Exception as error:  # handed over whole, never swallowed
            logger.exception("Job %s failed", self.name)
            self._arrived.emit(_Event.FAILURE, error)
        else:
            self._arrived.emit(_Event.SUCCESS, result)

    @Slot(_Event, object)
    def _deliver(self, event: _Event, value: object) -> None:
        if self._forgotten:
            return
        match event:
            case _Event.PROGRESS:
                self.progressed.emit(value)
                return
            case _Event.SUCCESS:
                self.succeeded.emit(value)
            case _Event.FAILURE:
                self.failed.emit(value)
            case _Event.CANCELLED:
                self.cancelled.emit()
        self.finished.emit()


class JobRunner(QObject):
    """Owns the thread pools and every job that has not finished."""

    submitted = Signal(Job)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            lane: ThreadPoolExecutor(count, lane.name.lower()) for lane, count in _THREADS.items()
        }
        self._jobs: dict[Job, Future[None]] = {}
        self._closed = False

    def submit(
        self,
        lane: Lane,
        name: str,
        work: Callable[[Task], object],
        *,
        told_by_owner: bool = False,
    ) -> Job:
        """Queue the work; connect to the returned job before returning to the event loop.

        Args:
            lane: where it queues.
            name: what the user and the log call it.
            work: runs on a thread of the lane.
            told_by_owner: whether who submits it tells the user himself when it fails.
        """
        job = Job(lane, name, self, told_by_owner=told_by_owner)
        if self._closed:  # an answer that nobody waits for any more
            job.deleteLater()
            return job
        job.finished.connect(lambda: self._forget(job))
        self._jobs[job] = self._pools[lane].submit(job.run, work)
        self.submitted.emit(job)
        return job

    @property
    def active(self) -> tuple[Job, ...]:
        """Every job that is queued or running."""
        return tuple(self._jobs)

    def shutdown(self, timeout_ms: int = 5000) -> bool:
        """Cancel everything and wait; False if some work did not stop in time.

        What the photographer said is still stored: the library lane runs to its end.
        """
        self._closed = True
        for job in self._jobs:
            if job.lane is not Lane.LIBRARY:
                job.cancel()
        for lane, pool in self._pools.items():
            pool.shutdown(wait=False, cancel_futures=lane is not Lane.LIBRARY)
        # What was cancelled in its queue would be waited for in vain: nobody is told of it.
        begun = [future for future in self._jobs.values() if not future.cancelled()]
        _, running = wait(begun, timeout_ms / 1000)
        for job in self._jobs:
            job.forget()
        return not running

    def _forget(self, job: Job) -> None:
        del self._jobs[job]
        job.deleteLater()
