"""What groups are made from, what the photographer changed of them, and how sharp subjects are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from core.library.photo_query import among, conditions
from core.library.schema import (
    EmbeddingRow,
    GroupRuleMemberRow,
    GroupRuleRow,
    MetadataRow,
    PhotoRow,
    ScoreRow,
    SubjectSharpnessRow,
)
from core.library.subject_share import refresh_shares
from core.photo import Changes, Filter, PhotoId

Row = Sequence[Any]

CAPTURE_COLUMNS = (
    PhotoRow.id,
    PhotoRow.folder_id,
    PhotoRow.sort_name,
    PhotoRow.file,
    PhotoRow.taken_at,
    MetadataRow.utc_offset_min,
    MetadataRow.camera,
    MetadataRow.exposure_s,
    MetadataRow.aperture,
    MetadataRow.iso,
    MetadataRow.focal_length_mm,
    ScoreRow.model,
    ScoreRow.value,
    ScoreRow.technical,
    EmbeddingRow.vector,
    EmbeddingRow.facts,
)


class RuleKind(StrEnum):
    """What a manual change says."""

    TOGETHER = "together"  # its photos are one group
    APART = "apart"  # photos of different sides are in different groups
    COVER = "cover"  # its photo stands for its group
    CLOCK = "clock"  # the camera of its photos was so many seconds slow


@dataclass(frozen=True, slots=True)
class Rule:
    """One manual change. What a later one says goes before what an earlier one said."""

    kind: RuleKind
    sides: tuple[tuple[PhotoId, ...], ...]  # one for all kinds but APART
    seconds: float = 0.0  # CLOCK only


@dataclass(frozen=True, slots=True)
class SubjectSharpness:
    """How sharp the subject of one photo is at 1:1.

    Numbers compare only between photos of one anchor: the photo in which the subject was
    chosen that was then found again in the others.
    """

    anchor: PhotoId
    sharpness: float | None  # binary logarithm; None where the subject was not found again
    region: tuple[float, float, float, float]  # left, top, width, height; shares of the picture
    version: str


class GroupStore:
    """The groups of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def captures(self, scope: Filter, *, after: int = 0, most: int) -> Sequence[Row]:
        """Rows of CAPTURE_COLUMNS of the photos of a filter, by id, in pages.

        Photos that are offline or unreadable count: what is known of them is stored.
        """
        statement = (
            select(*CAPTURE_COLUMNS)
            .outerjoin(MetadataRow, MetadataRow.photo_id == PhotoRow.id)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .outerjoin(EmbeddingRow, EmbeddingRow.photo_id == PhotoRow.id)
            .where(*conditions(scope))
            .where(PhotoRow.id > after)
            .order_by(PhotoRow.id)
            .limit(most)
        )
        return self._connection.execute(statement).all()

    def rules(self) -> list[Rule]:
        """The manual changes in force, in the order they were made."""
        rows = self._connection.execute(
            select(
                GroupRuleRow.id,
                GroupRuleRow.kind,
                GroupRuleRow.seconds,
                GroupRuleMemberRow.side,
                GroupRuleMemberRow.photo_id,
            )
            .join(GroupRuleMemberRow, GroupRuleMemberRow.rule_id == GroupRuleRow.id)
            .where(GroupRuleRow.in_force)
            .order_by(GroupRuleRow.id, GroupRuleMemberRow.side, GroupRuleMemberRow.photo_id)
        )
        found = []
        for (_, kind, seconds), members in groupby(rows, key=lambda row: tuple(row[:3])):
            sides = tuple(
                tuple(PhotoId(row[4]) for row in side)
                for _, side in groupby(members, key=lambda row: row[3])
            )
            found.append(Rule(RuleKind(kind), sides, seconds or 0.0))
        return found

    def add_rule(self, rule: Rule) -> int:
        """Put a manual change in force, after all others; returns its number."""
        seconds = rule.seconds if rule.kind is RuleKind.CLOCK else None
        values = {"kind": rule.kind.value, "in_force": True, "seconds": seconds}
        number = self._connection.execute(
            insert(GroupRuleRow).values(values).returning(GroupRuleRow.id)
        ).scalar_one()
        self._connection.execute(
            insert(GroupRuleMemberRow),
            [
                {"rule_id": number, "photo_id": int(id_), "side": side}
                for side, ids in enumerate(rule.sides)
                for id_ in ids
            ],
        )
        return int(number)

    def put_in_force(self, rules: Sequence[int], *, in_force: bool) -> Changes:
        """Put manual changes out of force, or in force again."""
        if not rules:
            return Changes()
        self._connection.execute(
            update(GroupRuleRow).where(GroupRuleRow.id.in_(rules)).values(in_force=in_force)
        )
        members = self._connection.execute(
            select(GroupRuleMemberRow.photo_id).where(GroupRuleMemberRow.rule_id.in_(rules))
        )
        return Changes(grouped=frozenset(PhotoId(id_) for id_ in members.scalars()))

    def sharpness(self, version: str) -> dict[PhotoId, SubjectSharpness]:
        """What was measured by this version; other photos are left out."""
        row = SubjectSharpnessRow
        rows = self._connection.execute(
            select(
                row.photo_id,
                row.anchor_id,
                row.sharpness,
                row.region_left,
                row.region_top,
                row.region_width,
                row.region_height,
            ).where(row.version == version)
        )
        return {
            PhotoId(id_): SubjectSharpness(
                PhotoId(anchor), sharpness, (left, top, width, height), version
            )
            for id_, anchor, sharpness, left, top, width, height in rows
        }

    def shares(self, ids: Iterable[PhotoId]) -> dict[PhotoId, float]:
        """How sharp each subject is, 0..100 of the sharpest it was compared with."""
        row = SubjectSharpnessRow
        rows = self._connection.execute(
            select(row.photo_id, row.share).where(row.photo_id.in_(among(ids)))
        )
        return {PhotoId(id_): share for id_, share in rows if share is not None}

    def save_sharpness(self, measured: Mapping[PhotoId, SubjectSharpness]) -> None:
        """Store measurements in place of earlier ones."""
        if not measured:
            return
        self._connection.execute(
            insert(SubjectSharpnessRow).prefix_with("OR REPLACE"),
            [
                {
                    "photo_id": id_,
                    "anchor_id": each.anchor,
                    "sharpness": each.sharpness,
                    "region_left": each.region[0],
                    "region_top": each.region[1],
                    "region_width": each.region[2],
                    "region_height": each.region[3],
                    "version": each.version,
                }
                for id_, each in measured.items()
            ],
        )
        anchors: dict[str, set[int]] = {}
        for each in measured.values():
            anchors.setdefault(each.version, set()).add(each.anchor)
        for version, of_version in anchors.items():
            refresh_shares(self._connection, of_version, version)
