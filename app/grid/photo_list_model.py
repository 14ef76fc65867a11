"""The photos of the current filter, in order, as Qt's views want them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPixmap

from app.grid.order import Insertion, Removal, steps
from app.grid.photo_text import accessible_text, tooltip_text
from app.grid.stacking import StackMark
from core.photo import Changes, Photo, PhotoId

Index = QModelIndex | QPersistentModelIndex

PAGE = 200  # photos read at once
_KEPT_PHOTOS = 8_000  # about 16 MB; the oldest read are forgotten first
_STEPS_LIMIT = 40  # more insertions and removals than these cost more than a new layout


class Role(IntEnum):
    """What the delegate may ask for."""

    PHOTO = Qt.ItemDataRole.UserRole
    THUMBNAIL = Qt.ItemDataRole.UserRole + 1
    STACK = Qt.ItemDataRole.UserRole + 2  # StackMark, or None for a photo in no stack


class PhotoListModel(QStringListModel):
    """Holds ids; asks for a page of photos the first time a view needs one of them.

    data() is called for every visible cell on every repaint, so it never opens a file and
    never waits for the catalogue: what is not in memory is None and arrives later through
    take() and thumbnail_arrived(). Rows move when the filter changes, hence everything from
    outside is addressed by id.

    The rows are counted by Qt's list of (empty) strings: a layout asks for their number twice a
    row, which takes 118 ms for 50,000 rows if Python answers, and 4 ms if Qt does.
    """

    photos_taken = Signal(object)  # frozenset[PhotoId]: read again, listed or not

    def __init__(
        self,
        request: Callable[[Sequence[PhotoId]], None],
        thumbnail: Callable[[Photo], QPixmap | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request = request
        self._thumbnail = thumbnail
        self._ids: tuple[PhotoId, ...] = ()
        self._row_of: dict[PhotoId, int] = {}
        self._photos: dict[PhotoId, Photo] = {}
        self._requested: set[PhotoId] = set()
        self._changed_meanwhile: set[PhotoId] = set()
        self._stacks: Mapping[PhotoId, StackMark] = {}

    @property
    def ids(self) -> tuple[PhotoId, ...]:
        """Every id, in the order of the rows."""
        return self._ids

    def show(
        self,
        ids: Sequence[PhotoId],
        photos: Mapping[PhotoId, Photo] | None = None,
        *,
        same_order: bool = False,
    ) -> None:
        """Turn the list into `ids`, in as few steps as the views can follow.

        Args:
            ids: the whole list.
            photos: those that will be needed first, if they were read already.
            same_order: whether the photos that stay are known to keep their order.
        """
        new = tuple(ids)
        self._photos.update(photos or {})
        in_steps = same_order and bool(self._ids) and bool(new)
        moves = steps(self._ids, new, limit=_STEPS_LIMIT) if in_steps else None
        if moves is None:
            self._set_ids(new)
            self.setStringList([""] * len(new))
            return
        for move in moves:
            self._apply(move)

    def mark_stacks(self, stacks: Mapping[PhotoId, StackMark]) -> None:
        """Say of each listed photo which stack it is in."""
        if stacks == self._stacks:
            return
        self._stacks = stacks
        if self._ids:
            ends = self.index(0), self.index(len(self._ids) - 1)
            self.dataChanged.emit(*ends, [Role.STACK, Qt.ItemDataRole.AccessibleTextRole])

    def stack(self, id_: PhotoId) -> StackMark | None:
        """The stack of a photo."""
        return self._stacks.get(id_)

    @property
    def loaded(self) -> tuple[Photo, ...]:
        """The photos in memory."""
        return tuple(self._photos.values())

    def row(self, id_: PhotoId) -> int | None:
        """Where the photo is, or None if the filter leaves it out."""
        return self._row_of.get(id_)

    def photo(self, id_: PhotoId) -> Photo | None:
        """The photo, or None while it is being read."""
        found = self._photos.get(id_)
        if found is None and id_ not in self._requested and id_ in self._row_of:
            self._ask_for_page(self._row_of[id_])
        return found

    def photo_at(self, row: int) -> Photo | None:
        """The photo of a row, or None while it is being read."""
        return self.photo(self._ids[row])

    def take(self, asked: Iterable[PhotoId], photos: Mapping[PhotoId, Photo]) -> None:
        """Photos have been read from the catalogue; the ones it does not know are missing."""
        asked_ids = set(asked)
        self._requested -= asked_ids
        self._photos.update(photos)
        for id_ in list(self._photos)[: max(0, len(self._photos) - _KEPT_PHOTOS)]:
            del self._photos[id_]
        self._announce(photos.keys(), [Role.PHOTO, Qt.ItemDataRole.AccessibleTextRole])
        self.photos_taken.emit(frozenset(photos))
        again = self._changed_meanwhile & asked_ids
        self._changed_meanwhile -= again
        if again:
            self._ask(list(again))

    def apply(self, changes: Changes) -> None:
        """Read the photos an operation touched again and leave all others alone.

        The old values stay on screen until the new ones are here, so nothing flickers.
        """
        touched = changes.touched
        self._changed_meanwhile |= touched & self._requested
        stale = [id_ for id_ in touched if id_ in self._photos and id_ not in self._requested]
        for id_ in stale[PAGE * 2 :]:  # far more than fits on a screen: read when looked at
            del self._photos[id_]
        if stale:
            self._ask(stale[: PAGE * 2])
        if len(stale) > PAGE * 2:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1), [Role.PHOTO])

    def thumbnail_arrived(self, id_: PhotoId) -> None:
        """The thumbnail can be had from memory now."""
        self._announce([id_], [Role.THUMBNAIL])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        photo = self.photo_at(index.row()) if index.isValid() else None
        if photo is None:
            return None
        match role:
            case Role.PHOTO:
                return photo
            case Role.THUMBNAIL:
                return self._thumbnail(photo)
            case Role.STACK:
                return self._stacks.get(photo.id)
        return self._words(photo, role)

    def _words(self, photo: Photo, role: int) -> str | None:
        mark = self._stacks.get(photo.id)
        match role:
            case Qt.ItemDataRole.AccessibleTextRole:
                return accessible_text(photo, mark)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip_text(photo, mark)
        return None

    def _set_ids(self, ids: tuple[PhotoId, ...]) -> None:
        self._ids = ids
        self._row_of = {id_: row for row, id_ in enumerate(ids)}

    def _apply(self, move: Removal | Insertion) -> None:
        ids = self._ids
        match move:
            case Removal(first, last):  # on the way out the views still ask for the old rows
                self.removeRows(first, last - first + 1)
                self._set_ids(ids[:first] + ids[last + 1 :])
            case Insertion(row, new):
                self._set_ids(ids[:row] + new + ids[row:])
                self.insertRows(row, len(new))

    def _ask_for_page(self, row: int) -> None:
        first = row // PAGE * PAGE
        page = self._ids[first : first + PAGE]
        self._ask([id_ for id_ in page if id_ not in self._photos and id_ not in self._requested])

    def _ask(self, ids: Sequence[PhotoId]) -> None:
        self._requested.update(ids)
        self._request(ids)

    def _announce(self, ids: Iterable[PhotoId], roles: list[int]) -> None:
        rows = sorted(self._row_of[id_] for id_ in ids if id_ in self._row_of)
        for first, last in row_ranges(rows):
            self.dataChanged.emit(self.index(first), self.index(last), roles)


def row_ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted row numbers as ranges, both ends included."""
    ranges: list[tuple[int, int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return ranges
