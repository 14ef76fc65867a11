"""Which folders elsewhere belong to an opened one by links, and photos that links had named."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from core.library.schema import FolderRow, LinkedFolderRow, PhotoRow
from core.library.stored_paths import below
from core.photo import Changes, PhotoId

_MARKS = (PhotoRow.stars, PhotoRow.pick, PhotoRow.label)
_UNMARKED = (0, 0, 0)


class LinkStore:
    """The links of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, root: Path) -> dict[Path, Path]:
        """The links below a folder that was opened, and where each leads."""
        rows = self._connection.execute(
            select(LinkedFolderRow.link, LinkedFolderRow.target).where(
                LinkedFolderRow.root == os.fsencode(root)
            )
        )
        return {Path(os.fsdecode(link)): Path(os.fsdecode(target)) for link, target in rows}

    def add(self, root: Path, links: Mapping[Path, Path]) -> None:
        """From now on the photos of these targets are among those of `root`."""
        rows = [
            dict(
                zip(
                    ("root", "link", "target", "below_from", "below_to"),
                    (*map(os.fsencode, (root, link, target)), *below(target)),
                    strict=True,
                )
            )
            for link, target in links.items()
        ]
        if rows:
            self._connection.execute(insert(LinkedFolderRow).prefix_with("OR REPLACE"), rows)

    def remove(self, root: Path, links: Iterable[Path]) -> None:
        """These links are there no more. Their photos stay in the catalogue."""
        gone = [os.fsencode(link) for link in links]
        self._connection.execute(
            delete(LinkedFolderRow).where(
                LinkedFolderRow.root == os.fsencode(root), LinkedFolderRow.link.in_(gone)
            )
        )

    def move_photos(self, link: Path, target: Path) -> Changes:
        """Give photos that are known by a link the place they really have.

        Where a photo is known at both, its marks come to the place that has none; marks that
        contradict each other stay as they are, each at its own.
        """
        old, new = os.fsencode(link), os.fsencode(target)
        start, end = below(link)
        inside = (FolderRow.path >= start) & (FolderRow.path < end)
        folders = self._connection.execute(
            select(FolderRow.id, FolderRow.path).where(or_(FolderRow.path == old, inside))
        ).all()
        changes = Changes()
        for id_, path in folders:
            changes |= self._move(id_, new + path[len(old) :])
        return changes

    def _move(self, folder_id: int, place: bytes) -> Changes:
        taken = self._connection.execute(
            select(FolderRow.id).where(FolderRow.path == place)
        ).scalar()
        photos = select(PhotoRow.id).where(PhotoRow.folder_id == folder_id)
        if taken is None:
            moved = _ids(self._connection.execute(photos).scalars())
            self._connection.execute(
                update(FolderRow).where(FolderRow.id == folder_id).values(path=place)
            )
            return Changes(membership=bool(moved), described=moved)
        known_there = select(PhotoRow.file).where(PhotoRow.folder_id == taken)
        marked = self._merge_marks(folder_id, taken)
        moved = _ids(
            self._connection.execute(
                update(PhotoRow)
                .where(PhotoRow.folder_id == folder_id, PhotoRow.file.not_in(known_there))
                .values(folder_id=taken)
                .returning(PhotoRow.id)
            ).scalars()
        )
        return Changes(membership=bool(moved), described=moved, marked=marked)

    def _merge_marks(self, folder_id: int, taken: int) -> frozenset[PhotoId]:
        """Marks of photos that are known in both folders, to those that have none."""
        rows = select(PhotoRow.file, PhotoRow.id, *_MARKS)
        here, there = (
            {file: (id_, tuple(marks)) for file, id_, *marks in self._connection.execute(asked)}
            for asked in (rows.where(PhotoRow.folder_id == place) for place in (folder_id, taken))
        )
        marked: set[int] = set()
        for file in here.keys() & there.keys():
            (one, marks), (other, others) = here[file], there[file]
            if marks != _UNMARKED and others == _UNMARKED:
                self._mark(other, marks)
                self._mark(one, _UNMARKED)
                marked |= {one, other}
        return _ids(marked)

    def _mark(self, id_: int, marks: tuple[int, ...]) -> None:
        named = dict(zip(("stars", "pick", "label"), marks, strict=True))
        self._connection.execute(update(PhotoRow).where(PhotoRow.id == id_).values(**named))


def _ids(rows: Iterable[int]) -> frozenset[PhotoId]:
    return frozenset(PhotoId(id_) for id_ in rows)
