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
    select,
)

from core.library.photo_query import conditions, part_column, within
from core.library.schema import PhotoRow, ScoreRow, SubjectSharpnessRow
from core.photo import Filter, TechnicalPart

BINS = 20
BIN_POINTS = 100 // BINS  # a value of 100 belongs to the last bin

_NONE = BINS  # the bin of photos without the value
_FAILS = BINS + 1  # added to the bin where the value is not within its own range
_FIRST_LETTER = 35  # so that every code is one ASCII character


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
        letters = func.char(*map(_code, columns, ranges))
        subject = SubjectSharpnessRow
        statement = (
            select(func.group_concat(letters, ""))
            .select_from(PhotoRow)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .outerjoin(subject, subject.photo_id == PhotoRow.id)
            .where(*conditions(_without_ranges(wanted)))
        )
        text: str = self._connection.execute(statement).scalar_one() or ""
        codes = np.frombuffer(text.encode("ascii"), np.uint8) - _FIRST_LETTER
        return _counted(codes.reshape(-1, len(columns)))


def _without_ranges(wanted: Filter) -> Filter:
    return replace(wanted, min_score=None, max_score=None, parts=frozenset())


def _score_range(wanted: Filter) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = []
    if wanted.min_score is not None:
        met.append(ScoreRow.value >= wanted.min_score)
    if wanted.max_score is not None:
        met.append(ScoreRow.value <= wanted.max_score)
    return met


def _code(
    column: SQLColumnExpression[Any], met: list[ColumnElement[bool]]
) -> SQLColumnExpression[Any]:
    within_scale = func.max(0, func.min(BINS - 1, cast(column, Integer) // BIN_POINTS))
    code = func.coalesce(within_scale, _NONE) + _FIRST_LETTER
    if not met:
        return code
    return code + case((and_(*met), 0), else_=_FAILS)


def _counted(codes: npt.NDArray[np.uint8]) -> Distributions:
    """From one row for each photo: the score, then the parts."""
    bins, fails = codes % _FAILS, codes >= _FAILS
    failures = fails.sum(axis=1, dtype=np.uint8)
    found = []
    for column in range(codes.shape[1]):
        others_met = failures == fails[:, column]
        counts = np.bincount(bins[others_met, column], minlength=BINS + 1).tolist()
        found.append(Distribution(tuple(counts[:BINS]), counts[_NONE]))
    score, *parts = found
    return Distributions(
        score=score,
        parts=dict(zip(TechnicalPart, parts, strict=True)),
        passing=int((failures == 0).sum()),
        photos=len(codes),
    )
