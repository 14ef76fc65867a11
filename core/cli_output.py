"""What the command line prints: records on standard output, everything else on standard error.

Records are for other programs, so nothing else ever reaches standard output. A file name
can hold anything, also what would steer a terminal or what its encoding cannot express.
"""

import contextlib
import errno
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.errors import CoreError, printable
from core.photo import Score
from core.progress import Progress, Task

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_STAGES = {
    "scan": "Looking for photos",
    "read details": "Reading details",
    "score": "Scoring",
    "group": "Grouping",
    "sharpness": "Comparing sharpness",
    "read": "Reading ratings",
    "trial": "Trying on unseen shoots",
    "deep": "Teaching the network",
    "fit": "Learning",
    "plan": "Planning",
    "copy": "Copying",
    "time the model": "Timing the model",
    "decode photographs": "Decoding photographs",
    "list": "Writing the list",
}
_SURROGATE = re.compile("[\ud800-\udfff]")  # how Python holds what is not valid text
_STANDARD_ERROR = 2  # the last number that belongs to a stream


class Format(StrEnum):
    """How records are printed."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


class OutputError(CoreError):
    """Standard output cannot take what is printed."""


def prepare_streams() -> None:
    """Make both streams take any text, in UTF-8 when another program reads them."""
    _occupy_closed_numbers()
    for stream in (sys.stdout, sys.stderr):
        _reconfigure(stream)


def say(sentence: str) -> None:
    """Tell the person at the keyboard, on standard error. Nobody listening is no failure."""
    try:
        print(on_one_line(sentence), file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        _silence(sys.stderr)


def put(text: str) -> None:
    """Write a block of whole lines to standard output, as far as its reader wants them.

    Raises:
        OutputError: it cannot be written, as on a full disk.
    """
    if sys.stdout is None:
        raise OutputError("The output cannot be written: standard output is closed.")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        # The reader has gone, as `head` does; Windows says EINVAL then.
        if error.errno not in {errno.EPIPE, errno.EINVAL}:
            raise OutputError(f"The output cannot be written: {error.strerror}.") from error


def finish() -> None:
    """Write what a library, as for `--help`, left to be written at the end of the program.

    Raises:
        OutputError: it cannot be written.
    """
    if sys.stdout is not None:
        put("")


def record(path: Path, score: Score) -> dict[str, object]:
    """What is printed of a photo that has a score."""
    return {
        "path": os.fspath(path),
        "score": round(score.value, 2),
        "aesthetic": round(score.aesthetic, 2),
        "spread": round(score.spread, 2),
        "technical": {part: round(value, 2) for part, value in score.technical.items()},
        "model": score.model,
    }


def error_record(path: Path, reason: str) -> dict[str, object]:
    """What is printed of a photo that could not be read."""
    return {"path": os.fspath(path), "error": reason}


def records_text(records: Sequence[Mapping[str, object]], shape: Format, folder: Path) -> str:
    """The records as they are printed; `folder` is left out of the paths of a table."""
    if not records:
        return ""
    match shape:
        case Format.JSONL:
            return "".join(f"{_json_line(record)}\n" for record in records)
        case Format.CSV:
            from core.services.export import csv_text  # here, so that --help is quick

            return csv_text([_flat(record) for record in records], line_end="\n")
        case Format.TABLE:
            return _table(records, folder)


def below(path: Path, folder: Path) -> str:
    """The path as it is shown beside its folder."""
    return printable(path.relative_to(folder) if path.is_relative_to(folder) else path)


def on_one_line(text: str) -> str:
    """The text without what would steer a terminal or begin a new line."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


@contextlib.contextmanager
def progress_on_terminal() -> Iterator[Task]:
    """A task whose progress is a bar on standard error, when that is a terminal.

    Of the processes that `torchrun` starts, one shows it.
    """
    if not sys.stderr.isatty() or os.environ.get("RANK", "0") != "0":
        yield Task()
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Task(_Stages(bars).show)


class _Stages:
    """One bar for each stage of the work, made when its stage begins."""

    def __init__(self, bars: "Bars") -> None:
        self._bars = bars
        self._bar_of: dict[str, TaskID] = {}

    def show(self, step: Progress) -> None:
        if step.stage not in self._bar_of:
            self._bar_of[step.stage] = self._bars.add_task(_STAGES.get(step.stage, step.stage))
        self._bars.update(self._bar_of[step.stage], completed=step.done, total=step.total)


def _json_line(record: Mapping[str, object]) -> str:
    """Bytes of a name that are no text become \\udcXX, which JSON can say and UTF-8 cannot."""
    text = json.dumps(record, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _flat(record: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}_{part}": number for part, number in value.items()}
        else:
            flat[name] = value
    return {**flat, "path": printable(str(record["path"])), "error": record.get("error", "")}


def _table(records: Sequence[Mapping[str, object]], folder: Path) -> str:
    flat = [_flat(record) for record in records]
    columns = dict.fromkeys(name for row in sorted(flat, key=len, reverse=True) for name in row)
    names = [name for name in columns if name not in {"path", "model", "error"}]
    lines = [[*(name.removeprefix("technical_") for name in names), "photo"]]
    for row in flat:
        shown = on_one_line(str(row["path"]).removeprefix(printable(folder)).lstrip("/\\"))
        reason = on_one_line(str(row["error"]))
        numbers = [_number(row.get(name)) for name in names]
        lines.append([*numbers, f"{shown}  ({reason})" if reason else shown])
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    return "".join(
        "  ".join([*(f"{cell:>{w}}" for cell, w in zip(line, widths, strict=False)), line[-1]])
        + "\n"
        for line in lines
    )


def _number(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else "-"


def _occupy_closed_numbers() -> None:
    """Keep the next file that is opened, such as the catalogue, from taking a stream's number."""
    number = os.open(os.devnull, os.O_RDWR)
    while number <= _STANDARD_ERROR:
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _silence(stream: TextIO) -> None:
    """Keep the interpreter from complaining when it flushes what is left at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _reconfigure(stream: TextIO) -> None:
    if not isinstance(stream, io.TextIOWrapper):
        return
    if stream.isatty():
        stream.reconfigure(errors="replace")
    else:
        stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
