"""What is known of every photo of a shoot at once, for what looks at the whole of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from core.library.photo_query import conditions
from core.library.schema import MetadataRow, PhotoRow, ScoreRow
from core.photo import Filter

Row = Sequence[Any]

SHOOT_COLUMNS = (
    PhotoRow.id,
    PhotoRow.state,
    PhotoRow.stars,
    PhotoRow.pick,
    PhotoRow.taken_at,
    MetadataRow.camera,
    MetadataRow.lens,
    ScoreRow.value,
    ScoreRow.spread,
)


class ShootStore:
    """The shoots of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def photos(self, filter: Filter) -> Sequence[Row]:  # noqa: A002  the word of the domain
        """Rows of SHOOT_COLUMNS, by id; None where nothing is known."""
        statement = (
            select(*SHOOT_COLUMNS)
            .outerjoin(MetadataRow, MetadataRow.photo_id == PhotoRow.id)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .where(*conditions(filter))
            .order_by(PhotoRow.id)
        )
        return self._connection.execute(statement).all()
