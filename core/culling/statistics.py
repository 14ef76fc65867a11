"""What a shoot is made of: scores, cameras, lenses and the hours it took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SCORE_BIN = 5  # points
_BINS = 100 // SCORE_BIN
_MOST_SPANS = 60
_STEPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=365),
)
_EPOCH = datetime(1900, 1, 1)  # a Monday, so that weeks begin where a calendar's do


@dataclass(frozen=True, slots=True)
class Taken:
    """What the statistics read of one photo."""

    at: datetime | None  # the camera's local time
    camera: str  # empty where the file does not say
    lens: str
    score: float | None  # 0..100
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The photos of one camera, one lens or one span of time."""

    name: str
    photos: int
    kept: int


@dataclass(frozen=True, slots=True)
class Span:
    """The photos from `start` on, as long as the time line says."""

    start: datetime
    photos: int
    kept: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A shoot in equal spans, empty ones between included; at most sixty or so."""

    step: timedelta
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """A shoot in numbers."""

    photos: int
    kept: int
    scores: tuple[int, ...]  # photos by score, in bins of SCORE_BIN points
    kept_scores: tuple[int, ...]  # of those, the kept ones
    cameras: tuple[Part, ...]  # most photos first; "" where the files do not say
    lenses: tuple[Part, ...]
    time_line: TimeLine


def statistics_of(photos: Sequence[Taken]) -> Statistics:
    """The statistics of a shoot, however large or empty."""
    kept = [photo for photo in photos if photo.is_kept]
    return Statistics(
        photos=len(photos),
        kept=len(kept),
        scores=_histogram(photo.score for photo in photos),
        kept_scores=_histogram(photo.score for photo in kept),
        cameras=_parts((photo.camera, photo.is_kept) for photo in photos),
        lenses=_parts((photo.lens, photo.is_kept) for photo in photos),
        time_line=_time_line([(photo.at, photo.is_kept) for photo in photos if photo.at]),
    )


def _histogram(scores: Iterable[float | None]) -> tuple[int, ...]:
    """A score of 100 belongs to the last bin."""
    counts = [0] * _BINS
    for score in scores:
        if score is not None:
            counts[min(_BINS - 1, max(0, int(score // SCORE_BIN)))] += 1
    return tuple(counts)


def _parts(named: Iterable[tuple[str, bool]]) -> tuple[Part, ...]:
    photos: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for name, is_kept in named:
        photos[name] += 1
        kept[name] += is_kept
    ordered = sorted(photos, key=lambda name: (-photos[name], name))
    return tuple(Part(name, photos[name], kept[name]) for name in ordered)


def _time_line(times: Sequence[tuple[datetime, bool]]) -> TimeLine:
    if not times:
        return TimeLine(_STEPS[0], ())
    first, last = min(at for at, _ in times), max(at for at, _ in times)
    step = next((step for step in _STEPS if (last - first) / step < _MOST_SPANS), _STEPS[-1])
    begin = (first - _EPOCH) // step
    end = (last - _EPOCH) // step
    photos: Counter[int] = Counter()
    kept: Counter[int] = Counter()
    for at, is_kept in times:
        photos[(at - _EPOCH) // step] += 1
        kept[(at - _EPOCH) // step] += is_kept
    # Clocks that were never set make a line of centuries: only what holds photos is listed then.
    places = range(begin, end + 1) if end - begin <= 2 * _MOST_SPANS else sorted(photos)
    first_day = (datetime.min - _EPOCH) // step + 1  # nothing can be said of the days before
    spans = (
        Span(_EPOCH + max(place, first_day) * step, photos[place], kept[place]) for place in places
    )
    return TimeLine(step, tuple(spans))
