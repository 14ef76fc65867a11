"""Keeps the thumbnails that were looked at last, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable

from PySide6.QtGui import QPixmap


class PixmapCache:
    """Least recently used pixmaps leave first. For the GUI thread only."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        """What the kept pixmaps take."""
        return self._bytes

    def get(self, key: Hashable) -> QPixmap | None:
        """The pixmap, now the most recently used one."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: Hashable, pixmap: QPixmap) -> None:
        """Keep the pixmap, letting the ones not used for longest go."""
        old = self._entries.pop(key, None)
        if old is not None:
            self._bytes -= _bytes_of(old)
        self._entries[key] = pixmap
        self._bytes += _bytes_of(pixmap)
        while self._bytes > self._max_bytes and len(self._entries) > 1:
            _, gone = self._entries.popitem(last=False)
            self._bytes -= _bytes_of(gone)


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
