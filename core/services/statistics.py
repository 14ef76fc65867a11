"""A shoot in numbers: scores, cameras, lenses, the time line."""

from core.culling.proposal import KEEP_STARS
from core.culling.statistics import (
    SCORE_BIN,
    Part,
    Span,
    Statistics,
    Taken,
    TimeLine,
    statistics_of,
)
from core.library.camera_time import from_ticks
from core.library.library import Library
from core.photo import Filter, Pick

__all__ = ["SCORE_BIN", "Part", "ShootStatistics", "Span", "Statistics", "TimeLine"]


class ShootStatistics:
    """Reads for windows and commands, from any thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def of(self, filter: Filter) -> Statistics:  # noqa: A002  the word of the domain
        """The statistics of a filter's photos; kept means picked, or three stars or more."""
        with self._library.transaction() as stored:
            rows = stored.shoots.photos(filter)
        return statistics_of(
            [
                Taken(
                    at=None if taken_at is None else from_ticks(taken_at),
                    camera=camera or "",
                    lens=lens or "",
                    score=score,
                    is_kept=pick == Pick.PICKED or (pick == Pick.UNDECIDED and stars >= KEEP_STARS),
                )
                for _, _, stars, pick, taken_at, camera, lens, score, _ in rows
            ]
        )
