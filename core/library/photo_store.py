"""Reads and writes photos in terms of the domain. Nothing here ever removes one."""

import json
import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from core.library.camera_time import to_ticks
from core.library.photo_query import REVIEWED, among, conditions, ids_of, in_folder
from core.library.photo_rows import (
    KNOWN_COLUMNS,
    PHOTO_COLUMNS,
    Known,
    KnownRows,
    from_found,
    from_metadata,
    storable,
    to_photo,
)
from core.library.schema import (
    EmbeddingRow,
    FolderRow,
    MetadataRow,
    PhotoRow,
    ScoreRow,
    SubjectSharpnessRow,
)
from core.library.stored_paths import FolderPaths
from core.photo import (
    Changes,
    ColorLabel,
    FileState,
    Filter,
    FoundPhoto,
    Mark,
    Metadata,
    Photo,
    PhotoId,
    Pick,
    Query,
    Tally,
)

__all__ = ["Known", "KnownRows", "PhotoStore"]

_BATCH = 1000
# One statement for good: matching a new one with its columns takes eight times the query.
_GET = (
    select(*PHOTO_COLUMNS)
    .join(FolderRow, FolderRow.id == PhotoRow.folder_id)
    .outerjoin(MetadataRow, MetadataRow.photo_id == PhotoRow.id)
    .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
    .where(PhotoRow.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value)))
)


class PhotoStore:
    """The photos of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, folder: Path, *, recursive: bool) -> KnownRows:
        """What the catalogue knows of a folder, to compare a scan with."""
        rows = self._connection.execute(
            select(*KNOWN_COLUMNS)
            .join(FolderRow, FolderRow.id == PhotoRow.folder_id)
            .where(in_folder(folder, recursive=recursive))
        )
        return KnownRows(rows.all())

    def add(self, found: Sequence[FoundPhoto]) -> list[PhotoId]:
        """Add what is not in the catalogue yet; what is there stays as it is.

        Returns:
            One id for each item, in the order given.

        Raises:
            ValueError: a path is not absolute.
        """
        if not found:
            return []
        folder_ids = self._folder_ids({item.path.parent for item in found})
        rows = [from_found(item, folder_ids[item.path.parent]) for item in found]
        self._connection.execute(insert(PhotoRow).on_conflict_do_nothing(), rows)
        ids: dict[tuple[int, bytes], PhotoId] = {}
        places = [cast(tuple[int, bytes], (row["folder_id"], row["file"])) for row in rows]
        for start in range(0, len(places), _BATCH):
            ids.update(self._ids_at(places[start : start + _BATCH]))
        return [ids[place] for place in places]

    def refresh(self, found: Mapping[PhotoId, FoundPhoto]) -> Changes:
        """Take over what a scan sees now; the photos are online again.

        Where size or time differ the content is another one, so its metadata and score are
        forgotten. Marks are the photographer's and stay. The path may differ too: a RAW file
        that appears beside a rated JPEG becomes the photo.

        Raises:
            ValueError: a path is not absolute.
        """
        if not found:
            return Changes()
        scored = self._forget_content(self._with_other_content(found))
        folder_ids = self._folder_ids({item.path.parent for item in found.values()})
        rows = [
            from_found(item, folder_ids[item.path.parent]) | {"row": id_}
            for id_, item in found.items()
        ]
        self._connection.execute(
            update(PhotoRow)
            .where(PhotoRow.id == bindparam("row"))
            .values(state=int(FileState.ONLINE), problem=""),
            rows,
        )
        return Changes(described=frozenset(found), scored=scored)

    def set_state(self, ids: Iterable[PhotoId], state: FileState, problem: str = "") -> Changes:
        """Say whether the photos can be looked at, and if not, why."""
        text = storable(problem)
        differs = or_(PhotoRow.state != int(state), PhotoRow.problem != text)
        altered = self._connection.execute(
            update(PhotoRow)
            .where(PhotoRow.id.in_(among(ids)), differs)
            .values(state=int(state), problem=text)
            .returning(PhotoRow.id)
        )
        return Changes(described=_id_set(altered.scalars()))

    def describe(self, metadata: Mapping[PhotoId, Metadata]) -> Changes:
        """Store what the cameras wrote into the files."""
        if not metadata:
            return Changes()
        self._connection.execute(
            insert(MetadataRow).prefix_with("OR REPLACE"),
            [from_metadata(id_, item) for id_, item in metadata.items()],
        )
        self._connection.execute(
            update(PhotoRow)
            .where(PhotoRow.id == bindparam("row"))
            .values(taken_at=bindparam("ticks")),
            [
                {"row": id_, "ticks": item.taken_at and to_ticks(item.taken_at)}
                for id_, item in metadata.items()
            ],
        )
        return Changes(described=frozenset(metadata))

    def undescribed(self, folder: Path, *, recursive: bool) -> list[PhotoId]:
        """Photos that are online and whose metadata was never read, in the order added."""
        rows = self._connection.execute(
            select(PhotoRow.id)
            .outerjoin(MetadataRow, MetadataRow.photo_id == PhotoRow.id)
            .where(in_folder(folder, recursive=recursive))
            .where(PhotoRow.state == int(FileState.ONLINE), MetadataRow.photo_id.is_(None))
            .order_by(PhotoRow.id)
        )
        return [PhotoId(id_) for id_ in rows.scalars()]

    def get(self, ids: Sequence[PhotoId]) -> dict[PhotoId, Photo]:
        """Photos by id; ids that the catalogue does not know are left out."""
        folders = FolderPaths()
        rows = self._connection.execute(_GET, {"ids": json.dumps([int(id_) for id_ in ids])})
        photos = (to_photo(row, folders) for row in rows)
        return {photo.id: photo for photo in photos}

    def ids(self, query: Query) -> Sequence[PhotoId]:
        """The ids of a query in order, eight bytes each.

        They come as one JSON text, in two thirds of the time of rows of their own and without
        asking for the interpreter between any two of them. SQLite keeps the order of a subquery
        for aggregates that show it.
        """
        listed = ids_of(query).subquery()
        text = self._connection.execute(select(func.json_group_array(listed.c.id))).scalar_one()
        return cast(Sequence[PhotoId], array("q", json.loads(text)))

    def tally(self, filter: Filter) -> Tally:  # noqa: A002  the word of the domain
        """How far the cull of a filter's photos has come."""
        counts = [
            func.count(),
            func.count(ScoreRow.photo_id),
            *(
                func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
                for condition in (
                    REVIEWED,
                    PhotoRow.pick == int(Pick.PICKED),
                    PhotoRow.pick == int(Pick.REJECTED),
                    PhotoRow.state == int(FileState.OFFLINE),
                    PhotoRow.state == int(FileState.UNREADABLE),
                )
            ),
        ]
        row = self._connection.execute(
            select(*counts)
            .select_from(PhotoRow)
            .outerjoin(ScoreRow, ScoreRow.photo_id == PhotoRow.id)
            .where(*conditions(filter))
        ).one()
        return Tally(*row)

    def marks(self, ids: Iterable[PhotoId]) -> dict[PhotoId, Mark]:
        """What the photographer said; unknown ids are left out."""
        rows = self._connection.execute(
            select(PhotoRow.id, PhotoRow.stars, PhotoRow.pick, PhotoRow.label).where(
                PhotoRow.id.in_(among(ids))
            )
        )
        return {
            PhotoId(id_): Mark(stars, Pick(pick), ColorLabel(label))
            for id_, stars, pick, label in rows
        }

    def set_marks(self, marks: Mapping[PhotoId, Mark]) -> Changes:
        """Replace the marks of each photo."""
        if not marks:
            return Changes()
        self._connection.execute(
            update(PhotoRow).where(PhotoRow.id == bindparam("row")),
            [
                {"row": id_, "stars": mark.stars, "pick": int(mark.pick), "label": int(mark.label)}
                for id_, mark in marks.items()
            ],
        )
        return Changes(marked=frozenset(marks))

    def folders(self) -> list[Path]:
        """Every folder that holds photos of the catalogue, in order."""
        used = select(PhotoRow.id).where(PhotoRow.folder_id == FolderRow.id).exists()
        rows = self._connection.execute(select(FolderRow.path).where(used))
        return sorted(Path(os.fsdecode(path)) for path in rows.scalars())

    def _folder_ids(self, folders: Iterable[Path]) -> dict[Path, int]:
        stored = {os.fsencode(folder): folder for folder in folders}
        for folder in stored.values():
            if not folder.is_absolute():
                raise ValueError(f"The catalogue needs absolute paths, not {folder!r}")
        rows = [{"path": path} for path in stored]
        self._connection.execute(insert(FolderRow).on_conflict_do_nothing(), rows)
        ids: dict[Path, int] = {}
        paths = list(stored)
        for start in range(0, len(paths), _BATCH):
            found = self._connection.execute(
                select(FolderRow.path, FolderRow.id).where(
                    FolderRow.path.in_(paths[start : start + _BATCH])
                )
            )
            ids.update((stored[path], id_) for path, id_ in found)
        return ids

    def _ids_at(self, places: Sequence[tuple[int, bytes]]) -> dict[tuple[int, bytes], PhotoId]:
        rows = self._connection.execute(
            select(PhotoRow.folder_id, PhotoRow.file, PhotoRow.id).where(
                tuple_(PhotoRow.folder_id, PhotoRow.file).in_(places)
            )
        )
        return {(folder_id, file): PhotoId(id_) for folder_id, file, id_ in rows}

    def _with_other_content(self, found: Mapping[PhotoId, FoundPhoto]) -> list[PhotoId]:
        rows = self._connection.execute(
            select(PhotoRow.id, PhotoRow.size_bytes, PhotoRow.mtime_ns).where(
                PhotoRow.id.in_(among(found))
            )
        )
        return [
            PhotoId(id_)
            for id_, size_bytes, mtime_ns in rows
            if (size_bytes, mtime_ns)
            != (found[PhotoId(id_)].size_bytes, found[PhotoId(id_)].mtime_ns)
        ]

    def _forget_content(self, ids: Sequence[PhotoId]) -> frozenset[PhotoId]:
        """Drop what was read from the files; returns the photos that had a score."""
        gone = among(ids)
        self._connection.execute(delete(MetadataRow).where(MetadataRow.photo_id.in_(gone)))
        self._connection.execute(delete(EmbeddingRow).where(EmbeddingRow.photo_id.in_(gone)))
        self._connection.execute(
            delete(SubjectSharpnessRow).where(SubjectSharpnessRow.photo_id.in_(gone))
        )
        self._connection.execute(
            update(PhotoRow).where(PhotoRow.id.in_(gone)).values(taken_at=None)
        )
        scored = self._connection.execute(
            delete(ScoreRow).where(ScoreRow.photo_id.in_(gone)).returning(ScoreRow.photo_id)
        )
        return _id_set(scored.scalars())


def _id_set(ids: Iterable[int]) -> frozenset[PhotoId]:
    return frozenset(PhotoId(id_) for id_ in ids)
