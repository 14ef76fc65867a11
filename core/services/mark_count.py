"""How many marks the catalogue has, counted again only where something changed."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from core.grouping.bursts import DAY_BEGINS, shoots_and_bursts
from core.library.library import Library
from core.taste.readiness import Count, counted

_BEGINS = DAY_BEGINS // timedelta(microseconds=1)

Day = tuple[int, int | None]  # folder and day


class MarkCount:
    """Remembers the count of each folder and day. May be used from several threads.

    Frames that were added without a mark to a day that was counted are noticed with the next
    mark of that day.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._known: dict[Day, tuple[tuple[int, ...], Count]] = {}

    def count(self) -> Count:
        """All marks, quick enough for every rating."""
        with self._lock:
            with self._library.transaction() as tx:
                now = {(row[0], row[1]): tuple(row[2:]) for row in tx.tastes.marked_days(_BEGINS)}
                self._known = {day: was for day, was in self._known.items() if day in now}
                changed = [day for day in now if self._mark_of(day) != now[day]]
                rows = tx.tastes.shot_on(changed, _BEGINS) if changed else []
            by_day = defaultdict[Day, list[Sequence[Any]]](list)
            for row in rows:
                by_day[row[0], row[1]].append(row)
            for day in changed:
                self._known[day] = now[day], _count(by_day[day])
            return sum((count for _, count in self._known.values()), Count())

    def _mark_of(self, day: Day) -> tuple[int, ...] | None:
        known = self._known.get(day)
        return None if known is None else known[0]


def _count(rows: Sequence[Sequence[Any]]) -> Count:
    folders, _, stars, picks, taken, cameras = zip(*rows, strict=True)
    shoots, bursts = shoots_and_bursts(folders, taken, cameras)
    return counted(np.array(stars, np.int8), np.array(picks, np.int8), shoots, bursts)
