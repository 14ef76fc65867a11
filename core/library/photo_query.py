"""Turns the domain's filters and orders into SQL."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from core.library.camera_time import to_ticks
from core.library.natural_order import search_name
from core.library.schema import (
    FolderRow,
    LinkedFolderRow,
    PhotoRow,
    ScoreRow,
    SubjectSharpnessRow,
)
from core.library.stored_paths import below
from core.photo import MAX_STARS, Filter, PartRange, Pick, Query, SortKey, TechnicalPart

SCORE_PARTS = frozenset(TechnicalPart) - {TechnicalPart.SUBJECT_SHARPNESS}  # stored with scores
REVIEWED = or_(PhotoRow.stars > 0, PhotoRow.pick != int(Pick.UNDECIDED))


def among(ids: Iterable[int]) -> Select[Any]:
    """The ids as a table: one bound value however many there are."""
    each = func.json_each(json.dumps([int(id_) for id_ in ids])).table_valued("value")
    return select(each.c.value)


def in_folder(folder: Path, *, recursive: bool) -> ColumnElement[bool]:
    """Photos of the folder and, if wanted, of every folder below it or joined to it by a link."""
    place = os.fsencode(folder)
    chosen: ColumnElement[bool] = FolderRow.path == place
    if recursive:
        start, end = below(folder)
        chosen = or_(
            chosen,
            (FolderRow.path >= start) & (FolderRow.path < end),
            FolderRow.id.in_(_linked_to(place)),
        )
    return PhotoRow.folder_id.in_(select(FolderRow.id).where(chosen))


def _linked_to(root: bytes) -> Select[Any]:
    linked, found = LinkedFolderRow, aliased(FolderRow)
    inside = (found.path >= linked.below_from) & (found.path < linked.below_to)
    return (
        select(found.id)
        .join(linked, or_(found.path == linked.target, inside))
        .where(linked.root == root)
    )


def ids_of(query: Query) -> Select[Any]:
    """The ids of a query, in order."""
    statement: Select[Any] = select(PhotoRow.id).where(*conditions(query.filter))
    key = query.sort
    if key is SortKey.SUBJECT_SHARPNESS:
        subject = SubjectSharpnessRow
        statement = statement.outerjoin(subject, subject.photo_id == PhotoRow.id)
    sorts_by_score = key is SortKey.SCORE or key.part in SCORE_PARTS
    if sorts_by_score or _asks_for_score(query.filter):
        statement = statement.outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
    return statement.order_by(*_order(query.sort, descending=query.descending))


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """What a photo must meet; the caller joins ScoreRow (outer) if the score is asked for."""
    return [
        *_place_conditions(wanted),
        *_mark_conditions(wanted),
        *_score_conditions(wanted),
        *_part_conditions(wanted),
        *_time_conditions(wanted),
    ]


def _place_conditions(wanted: Filter) -> Iterable[ColumnElement[bool]]:
    if wanted.folder is not None:
        yield in_folder(wanted.folder, recursive=wanted.recursive)
    if wanted.name_contains:
        yield func.instr(PhotoRow.search_name, search_name(wanted.name_contains)) > 0
    if wanted.states:
        yield PhotoRow.state.in_(sorted(wanted.states))


def _mark_conditions(wanted: Filter) -> Iterable[ColumnElement[bool]]:
    if wanted.min_stars > 0:
        yield PhotoRow.stars >= wanted.min_stars
    if wanted.max_stars < MAX_STARS:
        yield PhotoRow.stars <= wanted.max_stars
    if wanted.picks:
        yield PhotoRow.pick.in_(sorted(wanted.picks))
    if wanted.labels:
        yield PhotoRow.label.in_(sorted(wanted.labels))
    if wanted.unreviewed:
        yield ~REVIEWED


def _score_conditions(wanted: Filter) -> Iterable[ColumnElement[bool]]:
    if wanted.min_score is not None:
        yield ScoreRow.value >= wanted.min_score
    if wanted.max_score is not None:
        yield ScoreRow.value <= wanted.max_score


def _part_conditions(wanted: Filter) -> Iterable[ColumnElement[bool]]:
    for asked in sorted(wanted.parts, key=str):
        if asked.part is TechnicalPart.SUBJECT_SHARPNESS:
            subject = SubjectSharpnessRow
            yield PhotoRow.id.in_(select(subject.photo_id).where(*within(asked)))
        else:
            yield and_(*within(asked))


def within(asked: PartRange) -> list[ColumnElement[bool]]:
    """What the part must meet."""
    column = part_column(asked.part)
    met: list[ColumnElement[bool]] = [column.is_not(None)]
    if asked.least is not None:
        met.append(column >= asked.least)
    if asked.most is not None:
        met.append(column <= asked.most)
    return met


def part_column(part: TechnicalPart) -> SQLColumnExpression[float | None]:
    """Where a part is: in ScoreRow, or for the sharpness of the subject in its own table."""
    table = SubjectSharpnessRow if part is TechnicalPart.SUBJECT_SHARPNESS else ScoreRow
    name = "share" if part is TechnicalPart.SUBJECT_SHARPNESS else part.value
    column: SQLColumnExpression[float | None] = getattr(table, name)
    return column


def _time_conditions(wanted: Filter) -> Iterable[ColumnElement[bool]]:
    if wanted.taken_from is not None:
        yield PhotoRow.taken_at >= to_ticks(wanted.taken_from)
    if wanted.taken_before is not None:
        yield PhotoRow.taken_at < to_ticks(wanted.taken_before)


def _asks_for_score(wanted: Filter) -> bool:
    by_part = any(asked.part in SCORE_PARTS for asked in wanted.parts)
    return by_part or wanted.min_score is not None or wanted.max_score is not None


def _order(sort: SortKey, *, descending: bool) -> list[ColumnElement[Any]]:
    """The wanted key, then capture time, then name; only the key itself is turned round."""
    ties: list[ColumnElement[Any]] = [
        PhotoRow.taken_at.asc().nulls_last(),
        PhotoRow.sort_name.asc(),
        PhotoRow.id.asc(),
    ]
    key = _key(sort)
    turned = key.desc() if descending else key.asc()
    return [turned.nulls_last(), *(ties[1:] if sort is SortKey.CAPTURE_TIME else ties)]


def _key(sort: SortKey) -> SQLColumnExpression[Any]:
    match sort:
        case SortKey.CAPTURE_TIME:
            return PhotoRow.taken_at
        case SortKey.NAME:
            return PhotoRow.sort_name
        case SortKey.SCORE:
            return ScoreRow.value
        case SortKey.STARS:  # unrated is no value, so it comes last either way
            return case((PhotoRow.stars > 0, PhotoRow.stars))
        case _:
            assert sort.part is not None
            return part_column(sort.part)
