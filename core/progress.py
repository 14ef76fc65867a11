"""How long work tells its progress and learns that it should stop, without knowing of Qt."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.errors import Cancelled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """One report. `total` is None while the amount of work is still unknown."""

    stage: str
    done: int
    total: int | None = None


class Task:
    """Handed to every operation that can take longer than a frame.

    Reporting and stopping share one call on purpose: code that reports often enough
    to draw a smooth bar is, without further thought, also quick to cancel.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] = lambda _: None,
        *,
        min_interval_s: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._min_interval_s = min_interval_s
        self._clock = clock
        self._last_report_s = float("-inf")
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; may be called from any thread, any number of times."""
        self._stop.set()

    def report(self, stage: str, done: int, total: int | None = None) -> None:
        """Publish progress, at most once per interval, except for a stage's last step.

        Raises:
            Cancelled: the task was asked to stop.
        """
        if self._stop.is_set():
            raise Cancelled
        now = self._clock()
        if done != total and now - self._last_report_s < self._min_interval_s:
            return
        self._last_report_s = now
        self._on_progress(Progress(stage, done, total))

    def track(self, items: Sequence[T], stage: str) -> Iterator[T]:
        """Yield the items, reporting before each and once at the end."""
        for done, item in enumerate(items):
            self.report(stage, done, len(items))
            yield item
        self.report(stage, len(items), len(items))
