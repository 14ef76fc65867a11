"""One decode worker as its parent sees it: started, asked, watched and, if need be, killed."""

import contextlib
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType

import numpy as np
import numpy.typing as npt

from core.ingest.limits import DecodeLimits
from core.ingest.messages import Failure, Focused, Order, PixelsFollow, Ready, Wanted
from core.ingest.pixel_pipe import receive_pixels
from core.ingest.worker import serve
from core.photo import Metadata

Result = Metadata | bytes | npt.NDArray[np.uint8] | Focused | Failure

_START_S = 60.0
_LOOK_EVERY_S = 0.25  # how often the memory of a busy worker is looked at
_END_S = 2.0  # a process that waits for a dead drive cannot even be killed; leave it behind
_IDLE_BYTES = 96 * 1024**2  # what a worker with its decoders loaded holds, generously
_starting = threading.Lock()


class WorkerLostError(Exception):
    """The worker is dead or was killed; the text says why, as the reason for its file."""


class WorkerStartError(WorkerLostError):
    """The worker could not be brought up; no file is to blame."""

    def __init__(self) -> None:
        super().__init__("the decoder could not be started")


class WorkerProcess:
    """A spawned process that decodes. One thread asks; any thread may kill."""

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._connection, self._process = _start(limits)
        self._prepared: set[Wanted] = set()
        self.files = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Return once what is needed next is loaded.

        Raises:
            WorkerStartError: it died on the way.
        """
        try:
            message = self._receive(time.monotonic() + _START_S)
        except WorkerLostError as lost:
            raise WorkerStartError from lost
        assert isinstance(message, Ready)

    def results(self, order: Order) -> Iterator[Result]:
        """Yield one result for each source of the order, as they come.

        Raises:
            WorkerLostError: the file whose turn it was cost the worker its life.
        """
        self._send(order)
        if order.wanted not in self._prepared:
            self.wait_until_ready()
            self._prepared.add(order.wanted)
        for _ in order.sources:
            deadline = time.monotonic() + self._limits.seconds
            message = self._receive(deadline)
            self.files += 1
            if isinstance(message, PixelsFollow):
                yield self._receive_pixels(message, deadline)
            else:
                assert isinstance(message, Metadata | bytes | Focused | Failure)
                yield message

    def kill(self) -> None:
        """End it now, in whatever it is doing."""
        with contextlib.suppress(ValueError):  # closed already
            self._process.kill()
            self._process.join(_END_S)

    def dispose(self) -> None:
        """Kill it and let go of what the parent holds; only for the thread that asks."""
        self.kill()
        self._connection.close()
        with contextlib.suppress(ValueError):  # cannot be killed; it keeps its handle
            self._process.close()

    def _send(self, order: Order) -> None:
        try:
            self._connection.send(order)
        except OSError as error:
            raise WorkerLostError("the decoder crashed") from error

    def _receive(self, deadline: float) -> object:
        self._wait(deadline)
        try:
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerLostError(self._cause_of_death()) from error

    def _receive_pixels(self, announced: PixelsFollow, deadline: float) -> npt.NDArray[np.uint8]:
        try:
            return receive_pixels(self._connection, announced.shape, lambda: self._wait(deadline))
        except (EOFError, OSError) as error:
            raise WorkerLostError(self._cause_of_death()) from error

    def _wait(self, deadline: float) -> None:
        """Return when there is something to read (or the pipe broke); kill what exceeds a limit."""
        while not self._connection.poll(max(0.0, min(_LOOK_EVERY_S, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                self.kill()
                raise WorkerLostError(self._too_slow())
            if self._is_too_big():
                self.kill()
                raise WorkerLostError(too_big(self._limits))

    def _is_too_big(self) -> bool:
        import psutil

        try:
            held_bytes = psutil.Process(self._process.pid).memory_info().rss
        except psutil.Error:
            return False  # it is ending by itself; the pipe will tell
        return bool(held_bytes > _IDLE_BYTES + self._limits.memory_bytes)

    def _cause_of_death(self) -> str:
        self._process.join(_END_S)
        over_time = getattr(signal, "SIGXCPU", None)
        if over_time is not None and self._process.exitcode == -over_time:
            return self._too_slow()
        return "the decoder crashed"

    def _too_slow(self) -> str:
        return f"it took longer than {self._limits.seconds:g} s"


def too_big(limits: DecodeLimits) -> str:
    """The reason for a file that needs more memory than it may have."""
    gibibytes = limits.memory_bytes / 1024**3
    if gibibytes >= 1:
        return f"it needs more than {gibibytes:.3g} GB of memory"
    return f"it needs more than {limits.memory_bytes / 1024**2:.3g} MB of memory"


def _start(limits: DecodeLimits) -> "tuple[Connection[object, object], BaseProcess]":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=True)
    process = context.Process(target=serve, args=(theirs, limits), name="decoder", daemon=True)
    try:
        with _starting, _bare_main_module(), _without_interrupts():
            process.start()
    except OSError as error:
        ours.close()
        raise WorkerStartError from error
    finally:
        theirs.close()
    return ours, process


@contextlib.contextmanager
def _bare_main_module() -> Iterator[None]:
    """Hide the running program while a process is spawned.

    Spawning imports the parent's main module again in the child: of the window that would be
    all of Qt, in every worker.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let the child inherit a blocked Ctrl+C, so that it is never hit while it still starts."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
