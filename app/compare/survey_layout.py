"""How up to nine photos share a view so that as much of them as possible is seen."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize


def survey_cells(shapes: Sequence[float], view: QSize, caption_px: int) -> list[QRect]:
    """The cell of each photo, in reading order; all equal, a shorter last line in the middle.

    Args:
        shapes: width by height of each photo.
        view: the room there is.
        caption_px: how much of the height of a cell its picture does not get.
    """
    if not shapes:
        return []
    columns = max(
        range(1, len(shapes) + 1), key=lambda count: _shown(shapes, count, view, caption_px)
    )
    rows = -(-len(shapes) // columns)
    width, height = view.width() // columns, view.height() // rows
    cells: list[QRect] = []
    for number in range(len(shapes)):
        row, column = divmod(number, columns)
        in_row = min(columns, len(shapes) - row * columns)
        left = (view.width() - in_row * width) // 2
        cells.append(QRect(left + column * width, row * height, width, height))
    return cells


def columns_of(cells: Sequence[QRect]) -> int:
    """How many cells the first line has."""
    return sum(cell.y() == cells[0].y() for cell in cells)


def _shown(shapes: Sequence[float], columns: int, view: QSize, caption_px: int) -> float:
    """The area that all pictures together would cover."""
    rows = -(-len(shapes) // columns)
    width = view.width() / columns
    height = max(1.0, view.height() / rows - caption_px)
    return sum(min(width, height * shape) * min(height, width / shape) for shape in shapes)
