"""Reads tables and arrays so that every mistake in them is named with file and line."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError, printable


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table with the cells that were asked for."""

    path: Path
    line: int  # 1-based
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell that must not be empty.

        Raises:
            TrainingError: it is.
        """
        text = self.cells[column].strip()
        if not text:
            raise self.defect(f"{column} is empty")
        return text

    def number(self, column: str, low: float, high: float) -> float:
        """A cell as a number from `low` to `high`.

        Raises:
            TrainingError: it is no number or lies outside.
        """
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.defect(f'{column} is not a number but "{text}"') from None
        if not (math.isfinite(value) and low <= value <= high):
            raise self.defect(f"{column} is {text}, which is outside {low:g} to {high:g}")
        return value

    def count(self, column: str) -> int:
        """A cell as a whole number from 0.

        Raises:
            TrainingError: it is something else.
        """
        text = self.text(column)
        if not (text.isascii() and text.isdigit()):
            raise self.defect(f'{column} is not a count but "{text}"')
        return int(text)

    def defect(self, reason: str) -> TrainingError:
        """What is wrong with this line, to be raised."""
        return TrainingError(f"{self.path.name}, line {self.line}: {reason}.")


def read_table(path: Path, wanted: Sequence[str]) -> Iterator[Row]:
    """The lines of a CSV file with a header, each with the `wanted` columns.

    Raises:
        TrainingError: the file is missing or no text, a column is missing, or a line is short.
    """
    lines = _lines(path, as_csv=True)
    header = [cell.strip() for cell in next(lines, (0, []))[1]]
    missing = [column for column in wanted if column not in header]
    if missing:
        raise TrainingError(f"{path.name} has no column {', '.join(missing)}.")
    places = [header.index(column) for column in wanted]
    for line, cells in lines:
        if len(cells) <= max(places):
            raise _short(path, line, len(cells), len(header))
        yield Row(path, line, dict(zip(wanted, (cells[place] for place in places), strict=True)))


def read_lines(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The lines of a file without a header, with its columns between spaces.

    Raises:
        TrainingError: the file is missing or no text, or a line is short.
    """
    for line, words in _lines(path, as_csv=False):
        if len(words) < len(columns):
            raise _short(path, line, len(words), len(columns))
        yield Row(path, line, dict(zip(columns, words, strict=False)))


def read_arrays(path: Path, names: tuple[str, ...]) -> tuple[NDArray[np.generic], ...]:
    """The named arrays of an .npz file; nothing in it is unpickled.

    Raises:
        TrainingError: the file is missing, damaged or lacks one of them.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return tuple(np.asarray(arrays[name]) for name in names)
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing in the training data.") from error
    except Exception as error:  # zipfile and zlib have error types of their own
        raise TrainingError(f"{path.name} is damaged: {error}") from error


def _lines(path: Path, *, as_csv: bool) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells of the lines that are not empty."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as text:
            if not as_csv:
                yield from ((n, line.split()) for n, line in enumerate(text, 1) if line.strip())
                return
            reader = csv.reader(text)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
    except FileNotFoundError as error:
        raise TrainingError(f"{path.name} is missing in {printable(path.parent)}.") from error
    except OSError as error:
        raise TrainingError(f"{path.name} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path.name} is not a text file.") from error


def _short(path: Path, line: int, found: int, wanted: int) -> TrainingError:
    return TrainingError(f"{path.name}, line {line}: {found} columns instead of {wanted}.")
