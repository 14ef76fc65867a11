"""What a taste is learned from, and the scores that it changes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from core.library.photo_query import REVIEWED, among
from core.library.schema import EmbeddingRow, FolderRow, MetadataRow, PhotoRow, ScoreRow
from core.photo import Changes, PhotoId, ProfileId

Row = Sequence[Any]

SHOT_COLUMNS = ("folder", "day", "stars", "pick", "taken_at", "camera")

_DAY = 86_400_000_000  # microseconds
# Written out, since these are asked at each rating and so take a third of the time.
_MARKED_DAYS = """
SELECT folder_id, (taken_at - ?) / ?, count(*),
    sum(id * 100003 % 65521 * (stars * 3 + pick + 2)), sum(taken_at % 1000003 * (id % 8191))
FROM photo WHERE stars > 0 OR pick != 0 GROUP BY 1, 2
"""
_SHOT_ON = """
SELECT folder_id, (taken_at - ?) / ?, stars, pick, taken_at, camera
FROM photo LEFT JOIN metadata ON photo_id = id
WHERE folder_id IN (SELECT value FROM json_each(?))
    AND (taken_at BETWEEN ? AND ? OR taken_at IS NULL)
"""
FRAME_COLUMNS = (
    PhotoRow.id,
    PhotoRow.stars,
    PhotoRow.pick,
    PhotoRow.state,
    PhotoRow.taken_at,
    FolderRow.path,
    MetadataRow.camera,
    ScoreRow.value,
    EmbeddingRow.vector,
    EmbeddingRow.distribution,
    EmbeddingRow.facts,
    ScoreRow.technical,
)
FEATURE_COLUMNS = (
    EmbeddingRow.photo_id,
    EmbeddingRow.vector,
    EmbeddingRow.distribution,
    EmbeddingRow.facts,
    ScoreRow.technical,
)


class TasteStore:
    """The evidence and the values of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def marked_days(self, begins: int) -> Sequence[Row]:
        """Folder (id), day, and numbers that change with the marks, of every day with marks.

        Args:
            begins: when days begin, in microseconds after midnight.
        """
        return self._connection.exec_driver_sql(_MARKED_DAYS, (begins, _DAY)).all()

    def shot_on(self, days: Sequence[tuple[int, int | None]], begins: int) -> Sequence[Row]:
        """Rows of SHOT_COLUMNS of the photos, marked or not, of some days and maybe of others.

        Args:
            days: folder (id) and day, as `marked_days` gives them.
            begins: as for `marked_days`.
        """
        folders = json.dumps(sorted({folder for folder, _ in days}))
        dated = [day for _, day in days if day is not None] or [0]
        first, last = (min(dated) - 1) * _DAY + begins, (max(dated) + 1) * _DAY + begins
        asked = (begins, _DAY, folders, first, last)
        return self._connection.exec_driver_sql(_SHOT_ON, asked).all()

    def frames(
        self,
        model: str,
        *,
        after: int = 0,
        most: int,
        marked: bool = False,
        beside: PhotoId | None = None,
    ) -> Sequence[Row]:
        """Photos with features of `model`, by id, in pages; rows of FRAME_COLUMNS.

        Offline photos count: what they look like is stored.

        Args:
            model: name and version.
            after: the last id of the page before.
            most: rows of a page.
            marked: only photos with stars or a flag.
            beside: this one too, marked or not.
        """
        statement = (
            select(*FRAME_COLUMNS)
            .join(ScoreRow, ScoreRow.photo_id == EmbeddingRow.photo_id)
            .join(PhotoRow, PhotoRow.id == EmbeddingRow.photo_id)
            .join(FolderRow, FolderRow.id == PhotoRow.folder_id)
            .outerjoin(MetadataRow, MetadataRow.photo_id == EmbeddingRow.photo_id)
            .where(ScoreRow.model == model, EmbeddingRow.photo_id > after)
            .order_by(EmbeddingRow.photo_id)
            .limit(most)
        )
        if marked:
            statement = statement.where(or_(REVIEWED, PhotoRow.id == beside))
        return self._connection.execute(statement).all()

    def features(self, model: str, ids: Iterable[PhotoId] | None = None) -> Sequence[Row]:
        """Rows of FEATURE_COLUMNS of every photo of `model`, or of some."""
        statement = (
            select(*FEATURE_COLUMNS)
            .join(ScoreRow, ScoreRow.photo_id == EmbeddingRow.photo_id)
            .where(ScoreRow.model == model)
        )
        if ids is not None:
            statement = statement.where(EmbeddingRow.photo_id.in_(among(ids)))
        return self._connection.execute(statement).all()

    def personal(self, except_by: ProfileId | None = None) -> Sequence[Row]:
        """Id, aesthetic and technical parts (JSON) of photos whose value follows a taste."""
        statement = select(ScoreRow.photo_id, ScoreRow.aesthetic, ScoreRow.technical).where(
            ScoreRow.profile.is_not(None), ScoreRow.profile.is_distinct_from(except_by)
        )
        return self._connection.execute(statement).all()

    def set_values(
        self, ids: Sequence[PhotoId], values: Sequence[float], profile: ProfileId | None
    ) -> Changes:
        """Replace the values of photos that have a score, and say whose taste they follow."""
        if not ids:
            return Changes()
        self._connection.exec_driver_sql(  # ten times as fast as by names
            "UPDATE score SET value = ?, profile = ? WHERE photo_id = ?",
            [(value, profile, id_) for value, id_ in zip(values, ids, strict=True)],
        )
        return Changes(scored=frozenset(ids))
