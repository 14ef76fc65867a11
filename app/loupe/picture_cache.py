"""Decoded pictures in memory; the ones not looked at for the longest time go first."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from app.loupe.framing import FIT_STEPS_PX
from core.photo import Photo, PhotoId
from core.services.previews import Region

CACHE_BYTES = 320_000_000
PREVIEW_PX = 640  # the long edge of the rendition that the grid and the scoring share
_LARGEST_FIRST = (None, *reversed(FIT_STEPS_PX), PREVIEW_PX)


@dataclass(frozen=True, slots=True)
class PictureKey:
    """One rendition of one version of a photo; a file that was changed has another key."""

    photo: PhotoId
    mtime_ns: int
    long_edge_px: int | None  # None is every pixel of the file
    region: Region | None = None  # of a part at 1:1; None is the whole photo

    @staticmethod
    def of(photo: Photo, long_edge_px: int | None, region: Region | None = None) -> "PictureKey":
        return PictureKey(photo.id, photo.mtime_ns, long_edge_px, region)

    @property
    def area(self) -> QRect | None:
        """Where a part lies in the photo, in its pixels at 1:1; None of a whole photo."""
        part = self.region
        return None if part is None else QRect(part.x, part.y, part.width, part.height)


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendition at hand."""

    key: PictureKey
    image: QImage


class PictureCache:
    """Pictures by key, within a limit of bytes. Used from the GUI thread."""

    def __init__(self, max_bytes: int = CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pictures: OrderedDict[PictureKey, QImage] = OrderedDict()
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def __contains__(self, key: PictureKey) -> bool:
        return key in self._pictures

    def get(self, key: PictureKey) -> Picture | None:
        image = self._pictures.get(key)
        if image is None:
            return None
        self._pictures.move_to_end(key)
        return Picture(key, image)

    def put(self, key: PictureKey, image: QImage) -> None:
        """Keep the picture. The newest stays even if it alone is larger than the limit."""
        self._drop(key)
        self._pictures[key] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > self._max_bytes and len(self._pictures) > 1:
            self._drop(next(iter(self._pictures)))

    def largest(self, photo: Photo) -> Picture | None:
        """The best rendition of the whole photo at hand, to stand in for one on its way."""
        for long_edge_px in _LARGEST_FIRST:
            picture = self.get(PictureKey.of(photo, long_edge_px))
            if picture is not None:
                return picture
        return None

    def part_with(self, photo: Photo, seen: QRect) -> Picture | None:
        """A part at 1:1 in which all of `seen` lies, else the one that shows most of it."""
        parts = [
            key
            for key in self._pictures
            if key.region is not None and (key.photo, key.mtime_ns) == (photo.id, photo.mtime_ns)
        ]
        best = max(parts, key=lambda key: _overlap(key, seen), default=None)
        return self.get(best) if best is not None and _overlap(best, seen) else None

    def _drop(self, key: PictureKey) -> None:
        image = self._pictures.pop(key, None)
        if image is not None:
            self._bytes -= image.sizeInBytes()


def _overlap(key: PictureKey, seen: QRect) -> int:
    shared = QRect() if key.area is None else key.area.intersected(seen)
    return 0 if shared.isEmpty() else shared.width() * shared.height()
