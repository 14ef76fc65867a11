"""Scores and features: one of each per photo, those of the last model that looked at it."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from core.library.photo_query import among, conditions
from core.library.photo_rows import from_score
from core.library.schema import EmbeddingRow, PhotoRow, ScoreRow
from core.photo import Changes, FileState, Filter, PhotoId, ProfileId, Score, ScoredPhoto


class ScoreStore:
    """The scores of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, scored: Sequence[ScoredPhoto]) -> Changes:
        """Store results in place of earlier ones."""
        if not scored:
            return Changes()
        changes = self.save_scores({item.id: item.score for item in scored})
        self._connection.execute(
            insert(EmbeddingRow).prefix_with("OR REPLACE"),
            [
                {
                    "photo_id": item.id,
                    "vector": item.embedding,
                    "distribution": item.distribution,
                    "facts": item.facts or None,
                }
                for item in scored
            ],
        )
        return changes

    def save_scores(
        self, scores: Mapping[PhotoId, Score], facts: Mapping[PhotoId, bytes] | None = None
    ) -> Changes:
        """Store scores in place of earlier ones; of the features only `facts` are replaced."""
        if scores:
            self._connection.execute(
                insert(ScoreRow).prefix_with("OR REPLACE"),
                [from_score(id_, score) for id_, score in scores.items()],
            )
        if facts:
            self._connection.execute(
                update(EmbeddingRow)
                .where(EmbeddingRow.photo_id == bindparam("row"))
                .values(facts=bindparam("measured")),
                [{"row": id_, "measured": measured} for id_, measured in facts.items()],
            )
        return Changes(scored=frozenset(scores))

    def unscored(
        self,
        model: str,
        technical_version: str,
        filter: Filter,  # noqa: A002  the word of the domain
        profile: ProfileId | None = None,
    ) -> list[PhotoId]:
        """Online photos without a score by `model` with parts by `technical_version`.

        With a `profile`, also those whose value does not follow it. The newest come first,
        undated ones last.
        """
        missing = [
            ScoreRow.model.is_distinct_from(model),
            ScoreRow.technical_version.is_distinct_from(technical_version),
        ]
        if profile is not None:
            missing.append(ScoreRow.profile.is_distinct_from(profile))
        rows = self._connection.execute(
            select(PhotoRow.id)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .where(PhotoRow.state == int(FileState.ONLINE))
            .where(or_(*missing))
            .where(*conditions(filter))
            .order_by(PhotoRow.taken_at.desc().nulls_last(), PhotoRow.sort_name, PhotoRow.id)
        )
        return [PhotoId(id_) for id_ in rows.scalars()]

    def embeddings(self, ids: Iterable[PhotoId]) -> dict[PhotoId, bytes]:
        """The stored features, float16 little-endian; photos without any are left out."""
        rows = self._connection.execute(
            select(EmbeddingRow.photo_id, EmbeddingRow.vector).where(
                EmbeddingRow.photo_id.in_(among(ids))
            )
        )
        return {PhotoId(id_): vector for id_, vector in rows}
