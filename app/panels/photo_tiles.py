"""Rows of photo tiles that share one way of fetching their pictures."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

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

    @property
    def busy(self) -> bool:
        """Whether a picture that is wanted has not come yet."""
        return self._thumbnails.busy

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
    """Tiles in rows: of `columns`, or of fewer where there is no room for so many."""

    chosen = Signal(object)  # PhotoId

    def __init__(self, columns: int, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._side_px = side_px
        self._tiles: list[PhotoTile] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def tiles(self) -> tuple[PhotoTile, ...]:
        """What is shown, in order."""
        return tuple(self._tiles)

    def show_photos(self, photos: Sequence[tuple[Photo, str]]) -> None:
        """Show these photos, each with its caption."""
        for tile in self._tiles:
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        for photo, caption in photos:
            tile = PhotoTile(photo, caption, self._side_px, self)
            tile.clicked.connect(lambda _=False, id_=photo.id: self.chosen.emit(id_))
            tile.resize(tile.sizeHint())
            tile.show()
            self._tiles.append(tile)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._columns * (self._side_px + _SPACING_PX) - _SPACING_PX, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._side_px, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if not self._tiles:
            return
        cell = self._tiles[0].sizeHint()
        step_x, step_y = cell.width() + _SPACING_PX, cell.height() + _SPACING_PX
        columns = max(1, min(self._columns, (self.width() + _SPACING_PX) // step_x))
        for number, tile in enumerate(self._tiles):
            tile.move(number % columns * step_x, number // columns * step_y)
        self.setFixedHeight(-(-len(self._tiles) // columns) * step_y - _SPACING_PX)
