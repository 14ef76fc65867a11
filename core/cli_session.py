"""How a command meets the engine: opened, made interruptible, a folder read, failures told."""

import contextlib
import logging
import signal
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from core.cli_output import OutputError, below, prepare_streams, progress_on_terminal, say
from core.early_stop import STOPPED, interrupt_again
from core.errors import Cancelled, CoreError, printable
from core.paths import app_paths
from core.photo import FileState, Filter, Photo, Query, SortKey
from core.progress import Task

if TYPE_CHECKING:  # heavy, and --help must be quick
    from core.services.engine import Engine

SOME_FAILED = 1
NOTHING_DONE = 2
_STOPPING = ("SIGINT", "SIGTERM", "SIGHUP")
_LEFT_ALONE = (signal.SIG_IGN, None)  # nohup asks for the first; the second is not Python's
LOG_NAME = "shortlist-command.log"  # not the window's, which may be open beside a command


@dataclass(slots=True)
class Visit:
    """What is in a folder, after it was scanned."""

    photos: list[Photo] = field(default_factory=list)  # readable, by path
    unreadable: dict[Path, str] = field(default_factory=dict)
    other_problems: dict[Path, str] = field(default_factory=dict)  # folders that stay closed
    missing: int = 0  # photos that the catalogue knows and the folder lacks

    @property
    def status(self) -> int:
        """The exit status of a command that did everything else."""
        return SOME_FAILED if self.unreadable or self.other_problems else 0


@contextlib.contextmanager
def failures_told() -> Iterator[None]:
    """End a command that cannot go on with a sentence and its exit status."""
    prepare_streams()
    interrupt_again()
    try:
        yield
    except OutputError as error:  # all was done but the printing
        say(str(error))
        raise typer.Exit(SOME_FAILED) from error
    except CoreError as error:
        say(str(error))
        if error.hint:
            say(error.hint)
        raise typer.Exit(NOTHING_DONE) from error
    except (Cancelled, KeyboardInterrupt) as stop:
        say("Stopped. What was done is kept; the same command goes on from there.")
        raise typer.Exit(STOPPED) from stop


@contextlib.contextmanager
def opened_engine(home: Path | None, catalog: Path | None) -> Iterator["Engine"]:
    """The services, closed at the end; settings that cannot be used are told.

    Raises:
        CoreError: the catalogue cannot be opened, or the model is missing.
    """
    from core.services.engine import open_engine

    paths = app_paths(home)
    with _logged_in(paths.logs):
        engine = open_engine(paths, catalog=catalog)
        try:
            for problem in engine.problems:
                say(problem)
            yield engine
        finally:
            engine.close()


class _Log(RotatingFileHandler):
    """A log file that tells nobody of its own troubles: a full disk must not stop the work."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002  a name of logging
        return

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


@contextlib.contextmanager
def _logged_in(folder: Path) -> Iterator[None]:
    """Keep warnings in a file, because standard error is for sentences to the user."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _Log(
            folder / LOG_NAME,
            maxBytes=1_000_000,
            backupCount=1,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        say(f"No log is kept: {printable(folder)} cannot be written ({error.strerror}).")
        handler = logging.NullHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


@contextlib.contextmanager
def interruptible() -> Iterator[Task]:
    """A task that shows its progress and is cancelled by Ctrl+C; a second one interrupts.

    The end of the session, or of the terminal window, cancels it too.
    """
    with progress_on_terminal() as task, contextlib.ExitStack() as handled:

        def stop(number: int, _frame: FrameType | None) -> None:
            signal.signal(number, before[number])
            task.cancel()

        numbers = [getattr(signal, name) for name in _STOPPING if hasattr(signal, name)]
        before = {n: was for n in numbers if (was := signal.getsignal(n)) not in _LEFT_ALONE}
        for number, handler in before.items():
            handled.callback(signal.signal, number, handler)
            signal.signal(number, stop)
        yield task


def visit_folder(
    engine: "Engine", folder: Path, recursive: bool, task: Task, *, scored: bool = True
) -> Visit:
    """Bring the catalogue up to date with a folder, and score what has no score yet.

    Raises:
        CoreError: the folder cannot be listed, or the catalogue or model not be used.
        Cancelled: what was done until then is kept.
    """
    report = engine.importer.import_folder(folder, recursive=recursive, task=task)
    scope = Filter(folder, recursive)
    failed = engine.scoring.score(scope, task).failed if scored else ()
    photos = engine.browse.photos(engine.browse.ids(Query(scope, SortKey.NAME))).values()
    visit = Visit(missing=report.offline)
    for problem in report.problems:
        where = visit.other_problems if problem.is_folder else visit.unreadable
        where[problem.path] = problem.reason
    visit.unreadable |= {error.path: error.reason for error in failed}
    for photo in photos:
        if photo.state in {FileState.UNREADABLE, FileState.DAMAGED}:
            visit.unreadable[photo.path] = photo.problem
        elif photo.state is FileState.ONLINE and photo.path not in visit.unreadable:
            visit.photos.append(photo)
    return visit


def name_problems(
    visit: Visit, folder: Path, recursive: bool, *, told_later: Collection[Path] = ()
) -> None:
    """Tell what could not be read, a line each, or that there is nothing."""
    for path, reason in sorted({**visit.other_problems, **visit.unreadable}.items()):
        if path not in told_later:
            say(f"{below(path, folder)}: {reason}")
    if visit.photos or visit.status:
        return
    if visit.missing:
        say(
            f"Of {visit.missing:,} photographs known from {printable(folder)} none is there; its "
            "drive may be away. Their scores and ratings are kept."
        )
    else:
        hint = "" if recursive else " Sub-folders are searched with --recursive."
        say(f"There are no photographs in {printable(folder)}.{hint}")


def readable(folder: Path, recursive: bool) -> Filter:
    """The photos that are there and can be read."""
    return Filter(folder, recursive, states=frozenset({FileState.ONLINE}))
