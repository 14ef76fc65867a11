"""How scores and technical parts are spread over the photos of a filter.

Each is counted over what all other conditions let through, so that a slider can show what
moving it would do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from core.library.photo_query import conditions, part_column, within
from core.library.schema import PhotoRow, ScoreRow, SubjectSharpnessRow
from core.photo import Filter, TechnicalPart

BINS = 20
BIN_POINTS = 100 // BINS  # a value of 100 belongs to the last bin

_NONE = 101  # what stands for photos without the value
_FIRST_LETTER = 25  # of 0; nothing within the scale takes more than one byte then


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many photos have values from 0 to 5, from 5 to 10 and so on; and how many none."""

    counts: tuple[int, ...]  # (BINS,)
    missing: int


@dataclass(frozen=True, slots=True)
class Distributions:
    """Of all that can have a range, over the photos of one filter."""

    score: Distribution
    parts: Mapping[TechnicalPart, Distribution]
    passing: int  # photos that meet the whole filter
    photos: int  # photos that meet what of it is no range


class DistributionStore:
    """The distributions of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, wanted: Filter) -> Distributions:
        """All distributions in one pass.

        SQLite makes one text of them, a letter for each value: reading rows into Python takes
        twice as long, and holds the interpreter meanwhile.
        """
        columns: list[SQLColumnExpression[Any]] = [ScoreRow.value]
        ranges = [_score_range(wanted)]
        for part in TechnicalPart:
            columns.append(part_column(part))
            asked = [each for each in wanted.parts if each.part is part]
            ranges.append([condition for each in asked for condition in within(each)])
        letters = func.char(*map(_letter, columns), _failures(ranges))
        subject = SubjectSharpnessRow
        statement = (
            select(func.group_concat(letters, ""))
            .select_from(PhotoRow)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .outerjoin(subject, subject.photo_id == PhotoRow.id)
            .where(*conditions(_without_ranges(wanted)))
        )
        text: str = self._connection.execute(statement).scalar_one() or ""
        letters_of = np.frombuffer(text.encode("utf-32-le"), np.int32) - _FIRST_LETTER
        return _counted(letters_of.reshape(-1, len(columns) + 1))


def _without_ranges(wanted: Filter) -> Filter:
    return replace(wanted, min_score=None, max_score=None, parts=frozenset())


def _score_range(wanted: Filter) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = []
    if wanted.min_score is not None:
        met.append(ScoreRow.value >= wanted.min_score)
    if wanted.max_score is not None:
        met.append(ScoreRow.value <= wanted.max_score)
    return met


def _letter(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return func.coalesce(cast(column, Integer), _NONE) + _FIRST_LETTER


def _failures(ranges: list[list[ColumnElement[bool]]]) -> SQLColumnExpression[Any]:
    """Bit by bit, which of the ranges do not hold."""
    letter: SQLColumnExpression[Any] = literal(_FIRST_LETTER)
    for place, met in enumerate(ranges):
        if met:
            letter += case((and_(*met), 0), else_=1 << place)
    return letter


def _counted(letters: npt.NDArray[np.int32]) -> Distributions:
    """From one row for each photo: the score, the parts, and which of their ranges fail."""
    values, failures = letters[:, :-1], letters[:, -1]
    found = []
    for place in range(values.shape[1]):
        here = values[failures & ~(1 << place) == 0, place]  # all others hold
        there = here[here != _NONE]
        bins = np.clip(there // BIN_POINTS, 0, BINS - 1)
        counts = np.bincount(bins, minlength=BINS).tolist()
        found.append(Distribution(tuple(counts), len(here) - len(there)))
    score, *parts = found
    return Distributions(
        score=score,
        parts=dict(zip(TechnicalPart, parts, strict=True)),
        passing=int((failures == 0).sum()),
        photos=len(letters),
    )
