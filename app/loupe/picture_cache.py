"""Decoded pictures in memory; the ones not looked at for the longest time go first."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QImage

from app.loupe.framing import FIT_STEPS_PX
from core.photo import Photo, PhotoId

CACHE_BYTES = 600_000_000
PREVIEW_PX = 640  # the long edge of the rendition that the grid and the scoring share
_LARGEST_FIRST = (None, *reversed(FIT_STEPS_PX), PREVIEW_PX)


@dataclass(frozen=True, slots=True)
class PictureKey:
    """One rendition of one version of a photo; a file that was changed has another key."""

    photo: PhotoId
    mtime_ns: int
    long_edge_px: int | None  # None is every pixel of the file

    @staticmethod
    def of(photo: Photo, long_edge_px: int | None) -> "PictureKey":
        return PictureKey(photo.id, photo.mtime_ns, long_edge_px)


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

    def get(self, key: PictureKey) -> QImage | None:
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: PictureKey, picture: QImage) -> None:
        """Keep the picture. The newest stays even if it alone is larger than the limit."""
        self._drop(key)
        self._pictures[key] = picture
        self._bytes += picture.sizeInBytes()
        while self._bytes > self._max_bytes and len(self._pictures) > 1:
            self._drop(next(iter(self._pictures)))

    def largest(self, photo: Photo) -> QImage | None:
        """The best rendition of the photo at hand, to stand in for one that is on its way."""
        for long_edge_px in _LARGEST_FIRST:
            picture = self.get(PictureKey.of(photo, long_edge_px))
            if picture is not None:
                return picture
        return None

    def _drop(self, key: PictureKey) -> None:
        picture = self._pictures.pop(key, None)
        if picture is not None:
            self._bytes -= picture.sizeInBytes()
