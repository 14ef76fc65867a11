"""Where the parts of a grid cell are; the same numbers for painting and for sizing."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

GAP_PX = 4  # between cells
PADDING_PX = 8  # between the edge of a cell and its picture
LINE_PX = 18  # one line of text
STAR_PX = 12
LABEL_PX = 10
STACK_LINE_PX = 3  # along the upper edge of the members of an open stack


@dataclass(frozen=True, slots=True)
class CellLayout:
    """A cell whose picture fits a square of `thumbnail_px`; all in device-independent pixels."""

    thumbnail_px: int

    @property
    def narrowest(self) -> QSize:
        """The least room a cell needs, its share of the gap included."""
        width = self.thumbnail_px + 2 * PADDING_PX + GAP_PX
        return QSize(width, width + 2 * LINE_PX + 2)

    def body(self, cell: QRect) -> QRect:
        """The cell without the gap."""
        half = GAP_PX // 2
        return cell.adjusted(half, half, -half, -half)

    def picture(self, cell: QRect) -> QRect:
        """The square that holds the picture, in the middle of the cell."""
        body = self.body(cell)
        left = body.x() + (body.width() - self.thumbnail_px) // 2
        return QRect(left, body.y() + PADDING_PX, self.thumbnail_px, self.thumbnail_px)

    def name(self, cell: QRect) -> QRect:
        """The line of the file name."""
        body, picture = self.body(cell), self.picture(cell)
        return QRect(
            body.x() + PADDING_PX,
            picture.bottom() + 5,
            body.width() - 2 * PADDING_PX,
            LINE_PX,
        )

    def label(self, cell: QRect) -> QRect:
        """The colour label, left of the name: in the smallest cells there is no room elsewhere."""
        name = self.name(cell)
        return QRect(name.x(), name.center().y() - LABEL_PX // 2, LABEL_PX, LABEL_PX)

    def facts(self, cell: QRect) -> QRect:
        """The line of stars and score."""
        return self.name(cell).translated(0, LINE_PX)
