"""Gets orders filled by one worker process, and by its successor when a file kills it."""

import logging
import threading
from concurrent.futures import CancelledError
from dataclasses import replace

from core.errors import printable
from core.ingest.limits import DecodeLimits
from core.ingest.messages import Failure, Order
from core.ingest.worker_process import (
    Result,
    WorkerLostError,
    WorkerProcess,
    WorkerStartError,
    too_big,
)

logger = logging.getLogger(__name__)

_TRIES = 2


class Station:
    """One place where decoding happens. Used by one thread; only `close` may come from another."""

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()  # between replacing the worker and closing
        self._worker: WorkerProcess | None = None
        self._closed = False

    def fill(self, order: Order) -> list[Result]:
        """One result for each source; a file that cost two workers their life is a Failure.

        Raises:
            CancelledError: the station was closed meanwhile.
        """
        results: list[Result] = []
        tries = 0
        while len(results) < len(order.sources):
            rest = replace(order, sources=order.sources[len(results) :])
            try:
                for result in self._ready_worker().results(rest):
                    results.append(self._explained(result))
                    tries = 0
            except WorkerLostError as lost:
                self._retire()
                tries += 1
                logger.warning("A decode worker was lost: %s", lost)
                logger.debug("It was reading %s", printable(rest.sources[0].path))
                if tries == _TRIES:
                    blameless = isinstance(lost, WorkerStartError)
                    results.append(Failure(str(lost), passing=blameless))
                    tries = 0
        self._retire_if_worn(results)
        return results

    def prepare(self) -> None:
        """Start the worker before there is work.

        Raises:
            CancelledError: the station was closed meanwhile.
        """
        try:
            self._ready_worker()
        except CancelledError:
            raise
        except Exception:  # the first order will try again, and hand over what it meets
            self._retire()
            logger.exception("A decode worker could not be started")

    def close(self) -> None:
        """Kill the worker; an order under way ends with CancelledError."""
        with self._lock:
            self._closed = True
            if self._worker is not None:
                self._worker.kill()

    def dispose(self) -> None:
        """Leave nothing behind; called by the thread that used the station, as its last act."""
        self.close()
        if self._worker is not None:
            self._worker.dispose()

    def _ready_worker(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise CancelledError
            if self._worker is not None:
                return self._worker
            worker = self._worker = WorkerProcess(self._limits)
        worker.wait_until_ready()
        return worker

    def _retire(self) -> None:
        """Let the worker go.

        Raises:
            CancelledError: the station was closed, so the worker did not get lost by itself.
        """
        with self._lock:
            worker, self._worker = self._worker, None
            closed = self._closed
        if worker is not None:
            worker.dispose()
        if closed:
            raise CancelledError

    def _retire_if_worn(self, results: list[Result]) -> None:
        starved = any(isinstance(result, Failure) and result.out_of_memory for result in results)
        worn = self._worker is not None and self._worker.files >= self._limits.recycle_after
        if starved or worn:
            self._retire()

    def _explained(self, result: Result) -> Result:
        if isinstance(result, Failure) and result.out_of_memory:
            return replace(result, reason=too_big(self._limits))
        return result
