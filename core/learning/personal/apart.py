"""The deep arm in a process of its own.

Loading torch and training hold the interpreter for seconds, and the window has to answer
meanwhile; and what takes too much memory costs that process only. Pictures are asked for as
they are needed, so that nothing has to be written anywhere.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import CoreError, TrainingError
from core.learning.personal.deep_result import STAGE, DeepResult
from core.progress import Progress, Task

if TYPE_CHECKING:
    from core.learning.personal.deep import DeepConfig

_POLL_S = 0.1  # how soon a cancel is noticed
_END_S = 5.0
_NICENESS = 5  # the window comes first


@dataclass(frozen=True, slots=True)
class Lessons:
    """What `learn_deep` is told, all of it plain data."""

    model: Path
    marked: Sequence[int]
    targets: NDArray[np.float32]  # (N, K)
    weights: NDArray[np.floating]  # (N,)
    folds: NDArray[np.intp]  # (N,)
    unmarked: Sequence[int]
    config: Callable[[], "DeepConfig"]  # a function of a module; called over there


@dataclass(frozen=True, slots=True)
class _Wanted:
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Reached:
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class _Failed:
    text: str
    hint: str


def learn_apart(
    lessons: Lessons, pictures: Callable[[Sequence[int]], NDArray[np.uint8]], task: Task
) -> DeepResult:
    """`learn_deep` in another process, which ends when this returns or raises.

    Args:
        lessons: as for `learn_deep`.
        pictures: gives the input pictures (n, S, S, 3) of rows; called in this process, what
            it raises ends the work.
        task: reports the stage "deep"; cancels.

    Raises:
        TrainingError: the model cannot be trained further, or the process was ended.
        Cancelled: the task was stopped.
    """
    task.report(STAGE, 0, None)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, lessons), name="deep", daemon=True)
    process.start()
    theirs.close()
    reached = _Reached(0, None)
    try:
        while True:
            while not ours.poll(_POLL_S):
                task.report(STAGE, reached.done, reached.total)
            with _told_if_ended():
                message = ours.recv()
            if isinstance(message, DeepResult):
                return message
            if isinstance(message, _Failed):
                raise TrainingError(message.text, hint=message.hint)
            if isinstance(message, _Wanted):
                found = pictures(message.rows)
                with _told_if_ended():
                    ours.send(found)
            else:
                assert isinstance(message, _Reached)
                reached = message
                task.report(STAGE, reached.done, reached.total)
    finally:
        process.kill()
        process.join(_END_S)
        ours.close()


@contextlib.contextmanager
def _told_if_ended() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise TrainingError(
            "The learning was ended by the system.",
            hint="There may be too little free memory. Nothing has changed.",
        ) from error


def _end_with_parent() -> None:
    """Learning would otherwise go on for minutes after the program was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _serve(connection: Connection, lessons: Lessons) -> None:
    """Learn, over here, and send what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits for us decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)

    def pictures(rows: Sequence[int]) -> NDArray[np.uint8]:
        connection.send(_Wanted(rows))
        found: NDArray[np.uint8] = connection.recv()
        return found

    def tell(progress: Progress) -> None:
        connection.send(_Reached(progress.done, progress.total))

    with contextlib.suppress(EOFError, OSError):  # nobody waits any more
        try:
            from core.learning.personal.deep import learn_deep

            connection.send(
                learn_deep(
                    lessons.model,
                    pictures,
                    lessons.marked,
                    lessons.targets,
                    lessons.weights,
                    lessons.folds,
                    lessons.unmarked,
                    lessons.config(),
                    Task(tell, min_interval_s=_POLL_S),
                )
            )
        except CoreError as error:
            connection.send(_Failed(str(error), error.hint))
        except MemoryError:
            connection.send(
                _Failed("There is too little free memory to learn deeply.", "Close other programs.")
            )
