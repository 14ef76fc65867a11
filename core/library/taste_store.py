"""What a taste is learned from, and the scores that it changes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from core.library.photo_query import REVIEWED, among
from core.library.schema import EmbeddingRow, FolderRow, MetadataRow, PhotoRow, ScoreRow
from core.photo import Changes, PhotoId, ProfileId

Row = Sequence[Any]

MARK_COLUMNS = (
    PhotoRow.stars,
    PhotoRow.pick,
    PhotoRow.folder_id,
    PhotoRow.taken_at,
    MetadataRow.camera,
)
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

    def marks(self) -> Sequence[Row]:
        """Rows of MARK_COLUMNS of every photo with stars or a flag."""
        statement = (
            select(*MARK_COLUMNS)
            .outerjoin(MetadataRow, MetadataRow.photo_id == PhotoRow.id)
            .where(REVIEWED)
        )
        return self._connection.execute(statement).all()

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
