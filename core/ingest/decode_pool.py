"""Decodes photos in worker processes, the most urgent first.

Nothing of a foreign file is parsed in this process: whatever a file does to its decoder, it
costs that file and one worker.
"""

import heapq
import itertools
import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import PhotoReadError, printable
from core.ingest.limits import DecodeLimits
from core.ingest.messages import Failure, Focused, Order, Wanted
from core.ingest.region import FocusPoint, Region
from core.ingest.source import Source
from core.ingest.station import Station
from core.ingest.worker_process import Result
from core.photo import Metadata

__all__ = ["DecodeLimits", "DecodePool", "Priority", "Source"]

logger = logging.getLogger(__name__)

_MAX_WORKERS = 8
_CLOSE_S = 5.0


class Priority(IntEnum):
    """Who is served first. Within one priority the first to ask is."""

    NOW = 0  # the picture the user is looking at
    VISIBLE = 1
    AHEAD = 2  # likely to be looked at next
    BACKGROUND = 3


@dataclass(frozen=True, slots=True)
class _Job:
    order: Order
    future: Future[Any]
    deliver: Callable[[Sequence[Source], list[Result], Future[Any]], None]


class DecodePool:
    """A fixed number of workers, started when there is work for them.

    Every method may be called from any thread. A queued future can be cancelled; one that
    fails does so with PhotoReadError. Callbacks of the futures run on threads of the pool.
    """

    def __init__(self, workers: int | None = None, limits: DecodeLimits = DecodeLimits()) -> None:  # noqa: B008  a frozen value
        self._size = workers or min(os.cpu_count() or 1, _MAX_WORKERS)
        self._limits = limits
        self._changed = threading.Condition()
        self._queue: list[tuple[Priority, int, _Job]] = []
        self._sequence = itertools.count()
        self._threads: list[threading.Thread] = []
        self._stations: list[Station] = []
        self._idle = 0
        self._closed = False

    def metadata(
        self, sources: Sequence[Source], priority: Priority = Priority.BACKGROUND
    ) -> Future[list[Metadata | PhotoReadError]]:
        """What the cameras wrote, in the order of `sources`; up to some hundred in one trip.

        An unreadable file is an error in the list; the future itself does not fail.
        """
        order = Order(Wanted.METADATA, tuple(sources))
        return self._submit(order, priority, _deliver_list)

    def preview(self, source: Source, priority: Priority) -> Future[bytes]:
        """The small rendition as JPEG: upright, sRGB, long edge at most 640 px."""
        return self._submit(Order(Wanted.PREVIEW, (source,)), priority, _deliver_one)

    def pixels(
        self, source: Source, long_edge_px: int | None, priority: Priority
    ) -> Future[npt.NDArray[np.uint8]]:
        """The picture as (H, W, 3) sRGB 0..255, upright; None for the size means 1:1."""
        order = Order(Wanted.PIXELS, (source,), long_edge_px)
        return self._submit(order, priority, _deliver_one)

    def crop(
        self, source: Source, region: Region, priority: Priority
    ) -> Future[npt.NDArray[np.uint8]]:
        """A part of the picture at 1:1 as (H, W, 3) sRGB 0..255, upright."""
        order = Order(Wanted.CROP, (source,), region=region)
        return self._submit(order, priority, _deliver_one)

    def focus_point(self, source: Source, priority: Priority) -> Future[FocusPoint | None]:
        """Where the camera focused; None where the file does not say."""
        return self._submit(Order(Wanted.FOCUS, (source,)), priority, _deliver_focus)

    def warm_up(self) -> None:
        """Start all workers now, so that the first photo need not wait for them."""
        with self._changed:
            while not self._closed and len(self._threads) < self._size:
                self._add_thread()

    def close(self) -> None:
        """Cancel what is queued and kill the workers; harmless when called again.

        Futures under way fail with CancelledError: the file did nothing wrong.
        """
        with self._changed:
            self._closed = True
            queued, self._queue = self._queue, []
            self._changed.notify_all()
        for _, _, job in queued:
            _cancel(job.future)
        for station in self._stations:
            station.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_CLOSE_S)

    def _submit(
        self,
        order: Order,
        priority: Priority,
        deliver: Callable[[Sequence[Source], list[Result], Future[Any]], None],
    ) -> Future[Any]:
        future: Future[Any] = Future()
        with self._changed:
            if self._closed:
                _cancel(future)
                return future
            job = _Job(order, future, deliver)
            heapq.heappush(self._queue, (priority, next(self._sequence), job))
            if len(self._queue) > self._idle and len(self._threads) < self._size:
                self._add_thread()
            self._changed.notify()
        return future

    def _add_thread(self) -> None:
        station = Station(self._limits)
        thread = threading.Thread(
            target=self._run, args=(station,), name=f"decode-{len(self._threads)}", daemon=True
        )
        self._stations.append(station)
        self._threads.append(thread)
        thread.start()

    def _run(self, station: Station) -> None:
        try:
            station.prepare()
            while (job := self._next()) is not None:
                _work(station, job)
        except CancelledError:
            logger.debug("Closed while a decode worker started")
        finally:
            station.dispose()

    def _next(self) -> _Job | None:
        """The most urgent job that still wants to be done; None when the pool is closed."""
        with self._changed:
            while True:
                while self._queue:
                    _, _, job = heapq.heappop(self._queue)
                    if job.future.set_running_or_notify_cancel():
                        return job
                if self._closed:
                    return None
                self._idle += 1
                self._changed.wait()
                self._idle -= 1


def _cancel(future: Future[Any]) -> None:
    if future.cancel():
        future.set_running_or_notify_cancel()  # only this wakes who waits for several futures


def _work(station: Station, job: _Job) -> None:
    try:
        results = station.fill(job.order)
    except BaseException as error:
        job.future.set_exception(error)
        return
    job.deliver(job.order.sources, results, job.future)


def _deliver_one(sources: Sequence[Source], results: list[Result], future: Future[Any]) -> None:
    result = results[0]
    if isinstance(result, Failure):
        future.set_exception(_error(sources[0], result))
    else:
        future.set_result(result)


def _deliver_focus(sources: Sequence[Source], results: list[Result], future: Future[Any]) -> None:
    result = results[0]
    if isinstance(result, Focused):
        future.set_result(result.point)
    else:
        _deliver_one(sources, results, future)


def _deliver_list(sources: Sequence[Source], results: list[Result], future: Future[Any]) -> None:
    pairs = zip(sources, results, strict=True)
    future.set_result(
        [
            _error(source, result) if isinstance(result, Failure) else result
            for source, result in pairs
        ]
    )


def _error(source: Source, failure: Failure) -> PhotoReadError:
    if failure.details:
        logger.debug("%s: %s", printable(source.path), failure.details)
    return PhotoReadError(source.path, failure.reason, passing=failure.passing, part=failure.part)
