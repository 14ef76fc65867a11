"""The frames that would move up most and down most, side by side."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.dialogs.words import heading
from app.panels.photo_tile import PhotoTile
from app.panels.photo_tiles import PhotoTiles
from core.photo import Photo, PhotoId
from core.services.personalize import Move

_COLUMNS = 4
_SIDE_PX = 92


class MovedPhotos(QWidget):
    """Two columns of pictures with the score before and after under each."""

    photo_chosen = Signal(object)  # PhotoId

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._up = PhotoTiles(_COLUMNS, _SIDE_PX, self)
        self._down = PhotoTiles(_COLUMNS, _SIDE_PX, self)
        self._columns = (
            self._column(self.tr("Scores that would rise most"), self._up),
            self._column(self.tr("Scores that would fall most"), self._down),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24)
        for column in self._columns:
            layout.addWidget(column, 1)

    @property
    def tiles(self) -> tuple[PhotoTile, ...]:
        """Every picture, the ones that move up first."""
        return self._up.tiles + self._down.tiles

    def show_moves(
        self, up: Sequence[Move], down: Sequence[Move], photos: Mapping[PhotoId, Photo]
    ) -> None:
        """Show these moves; a photo that left the catalogue is left out."""
        for tiles, moves, column in zip(
            (self._up, self._down), (up, down), self._columns, strict=True
        ):
            there = [(photos[move.id], self._change(move)) for move in moves if move.id in photos]
            tiles.show_photos(there)
            column.setVisible(bool(there))

    def _change(self, move: Move) -> str:
        return self.tr("{before} → {after}").format(
            before=f"{move.before:.0f}", after=f"{move.after:.0f}"
        )

    def _column(self, title: str, tiles: PhotoTiles) -> QWidget:
        column = QWidget(self)
        tiles.chosen.connect(self.photo_chosen)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(title, column))
        layout.addWidget(tiles)
        layout.addStretch(1)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        return column
