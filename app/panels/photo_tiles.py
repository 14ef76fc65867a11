"""Rows of photo tiles that share one way of fetching their pictures."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.grid.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.panels.photo_tile import PhotoTile
from core.photo import Photo, PhotoId
from core.services.previews import Previews

_CACHE_BYTES = 16 * 1024 * 1024
_SPACING_PX = 6


class TilePictures(QObject):
    """Fetches the pictures of all tiles that are shown in one place."""

    def __init__(self, previews: Previews, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = Thumbnails(previews, jobs, self, max_bytes=_CACHE_BYTES)
        self._tiles: tuple[PhotoTile, ...] = ()
        self._thumbnails.arrived.connect(self._show)
        self._thumbnails.failed.connect(self._show)

    def fetch(self, tiles: Sequence[PhotoTile]) -> None:
        """Get the pictures of these tiles, and forget all others."""
        self._tiles = tuple(tiles)
        for tile in tiles:
            tile.show_pixmap(self._thumbnails.pixmap(tile.photo))
        if tiles:
            self._thumbnails.want([tile.photo for tile in tiles], tiles[0].box_px)
        else:
            self._thumbnails.close()

    def close(self) -> None:
        """Withdraw what is under way."""
        self._tiles = ()
        self._thumbnails.close()

    def _show(self, id_: PhotoId) -> None:
        for tile in self._tiles:
            if tile.photo.id == id_:
                tile.show_pixmap(
                    self._thumbnails.pixmap(tile.photo),
                    failed=self._thumbnails.has_failed(tile.photo),
                )


class PhotoTiles(QWidget):
    """Tiles in rows of `columns`."""

    chosen = Signal(object)  # PhotoId

    def __init__(self, columns: int, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._side_px = side_px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING_PX)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._tiles: list[PhotoTile] = []

    @property
    def tiles(self) -> tuple[PhotoTile, ...]:
        """What is shown, in order."""
        return tuple(self._tiles)

    def show_photos(self, photos: Sequence[tuple[Photo, str]]) -> None:
        """Show these photos, each with its caption."""
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        for number, (photo, caption) in enumerate(photos):
            tile = PhotoTile(photo, caption, self._side_px, self)
            tile.clicked.connect(lambda _=False, id_=photo.id: self.chosen.emit(id_))
            self._grid.addWidget(tile, number // self._columns, number % self._columns)
            self._tiles.append(tile)
