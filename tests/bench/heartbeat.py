"""How long the window would have kept a key waiting: a timer in its thread, and how late it is.

What the thread spent in the queue for a processor, which other programs had, is taken off
where the system tells it; the rest is its own work and waiting for the interpreter.
"""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from tests.bench.figures import Figure, percentile

_EVERY_MS = 5


@dataclass(frozen=True, slots=True)
class Beat:
    """One turn of the timer."""

    late_s: float  # without the queue for a processor
    queued_s: float
    busy_s: float  # of the processor, in the window's thread, since the beat before


@dataclass(frozen=True, slots=True)
class _Clocks:
    """Of the window's thread."""

    wall_s: float
    cpu_s: float
    queued_s: float


class Heartbeat(QObject):
    """Beats until stop()."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[Beat] = []
        self._queue = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last = self._now()
        self._timer = QTimer(self, interval=_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    def figure(self, name: str, aim_ms: float, note: str) -> Figure:
        """The longest wait, with what is usual, and what the window itself did at most."""
        late_ms = [1000 * beat.late_s for beat in self.beats]
        busy_ms = max(1000 * beat.busy_s for beat in self.beats)
        queued_ms = max(1000 * beat.queued_s for beat in self.beats)
        usual = f"p95 {percentile(late_ms, 95):.0f}, p99 {percentile(late_ms, 99):.0f} ms"
        told = (
            f"{note}; {usual}; at most {busy_ms:.0f} ms CPU of its own at once; "
            f"other programs held it up by {queued_ms:.0f} ms at most, not counted"
        )
        return Figure(name, max(late_ms), aim_ms, "ms", note=told)

    def _beat(self) -> None:
        now, last = self._now(), self._last
        self._last = now
        queued_s = now.queued_s - last.queued_s
        late_s = now.wall_s - last.wall_s - _EVERY_MS / 1000 - queued_s
        self.beats.append(Beat(max(0.0, late_s), queued_s, now.cpu_s - last.cpu_s))

    def _now(self) -> _Clocks:
        try:
            queued_s = int(self._queue.read_text().split()[1]) / 1e9
        except OSError:  # not Linux
            queued_s = 0.0
        return _Clocks(time.perf_counter(), time.thread_time(), queued_s)
