"""How fast work goes and how long it will still take, from its progress reports."""

from collections import deque
from dataclasses import dataclass, field

from core.progress import Progress

_WINDOW_S = 10.0  # long enough to be calm, short enough to follow a slower disk
_LEAST_S = 0.5  # before that a rate is noise


@dataclass(slots=True)
class Pace:
    """Measures one job, stage by stage."""

    _stage: str = ""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)
    _total: int | None = None

    def add(self, progress: Progress, now_s: float) -> None:
        """Take in a report."""
        if progress.stage != self._stage:
            self._stage = progress.stage
            self._samples.clear()
        self._total = progress.total
        self._samples.append((now_s, progress.done))
        while len(self._samples) > 2 and now_s - self._samples[0][0] > _WINDOW_S:
            self._samples.popleft()

    @property
    def per_s(self) -> float | None:
        """Photos a second lately; None while that is not known."""
        if len(self._samples) < 2:
            return None
        (start_s, start), (end_s, end) = self._samples[0], self._samples[-1]
        if end_s - start_s < _LEAST_S or end <= start:
            return None
        return (end - start) / (end_s - start_s)

    @property
    def percent(self) -> int | None:
        """Whole per cent done; None while the amount is unknown."""
        if not self._samples or not self._total:
            return None
        return min(100, 100 * self._samples[-1][1] // self._total)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end of the stage at the present rate."""
        rate = self.per_s
        if rate is None or not self._total:
            return None
        return (self._total - self._samples[-1][1]) / rate

    def text(self, *, in_photos: bool = True) -> str:
        """For instance "61 % · 24 photos/s · 1 min left".

        Where the steps are not `in_photos`, their number and rate would say nothing.
        """
        parts: list[str] = []
        if self.percent is not None:
            parts.append(f"{self.percent} %")
        elif in_photos and self._samples and self._samples[-1][1]:
            parts.append(f"{self._samples[-1][1]:,} photos")
        if in_photos and (rate := self.per_s) is not None:
            parts.append(rate_text(rate))
        if (left := self.left_s) is not None and left > 0:
            parts.append(f"{duration(left)} left")
        return " · ".join(parts)


def rate_text(per_s: float) -> str:
    """For instance "24 photos/s" or "0.8 photos/s"."""
    return f"{per_s:,.0f} photos/s" if per_s >= 10 else f"{per_s:.1f} photos/s"


def duration(seconds: float) -> str:
    """Rounded as one would say it: "40 s", "3 min", "1 h 20 min"."""
    if seconds < 60:
        return f"{max(1, round(seconds)):d} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def minutes_text(seconds: float) -> str:
    """An estimate in whole minutes, never less than one: "1 minute", "12 minutes"."""
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes:,} minutes"
