"""Paints one cell of the grid: the picture whole, and what is known of it below.

Painting must stay cheap: a scroll step repaints about sixty cells within one frame. Hence
stars are drawn from prepared strips, and elided names are remembered.
"""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.grid.cell_layout import LABEL_PX, STACK_LINE_PX, STAR_PX, CellLayout
from app.grid.marks_art import SHEETS_PX, cross, flag, sheets_sign, star_strip
from app.grid.photo_list_model import Role
from app.grid.photo_text import badge_text, name_of, score_text, stack_text
from app.grid.stacking import StackMark
from app.theme import LABEL_COLORS, Theme
from core.photo import ColorLabel, FileState, Photo, Pick

Index = QModelIndex | QPersistentModelIndex

_REJECTED_OPACITY = 0.35
_REMEMBERED_NAMES = 4096


class PhotoDelegate(QStyledItemDelegate):
    """Draws photos; knows nothing of where they come from."""

    def __init__(
        self, theme: Theme, has_failed: Callable[[Photo], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.layout = CellLayout(180)
        self.cell = QSize()  # the grid's choice: at least layout.narrowest
        self._has_failed = has_failed
        self._elided_names: dict[tuple[str, int], str] = {}
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._canvas = QColor(theme.canvas)
        self._window = QColor(theme.window)
        self._selected = QColor(theme.selected)
        self._text = QColor(theme.text)
        self._quiet = QColor(theme.quiet)
        self._focus_pen = QPen(QColor(theme.accent), 2)
        self._labels = {label: QColor(name) for label, name in LABEL_COLORS.items()}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        body = self.layout.body(rect)
        painter.fillRect(body, self._selected if selected else self._window)
        photo = index.data(Role.PHOTO)
        if photo is not None:
            self._paint_picture(painter, rect, photo, index.data(Role.THUMBNAIL))
            if (mark := index.data(Role.STACK)) is not None:
                self._paint_stack(painter, rect, mark)
            self._paint_name(painter, rect, photo, selected)
            self._paint_facts(painter, rect, photo)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._focus_pen)
            painter.drawRect(body.adjusted(1, 1, -1, -1))

    def _paint_picture(
        self, painter: QPainter, rect: QRect, photo: Photo, pixmap: QPixmap | None
    ) -> None:
        square = self.layout.picture(rect)
        if pixmap is None:
            self._paint_placeholder(painter, square, photo)
        else:
            target = _fitted(pixmap, square, painter.device().devicePixelRatioF())
            gone = photo.state in {FileState.OFFLINE, FileState.UNREADABLE}
            dimmed = photo.pick is Pick.REJECTED or gone
            painter.setOpacity(_REJECTED_OPACITY if dimmed else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(target, pixmap)
            painter.setOpacity(1.0)
        ratio = painter.device().devicePixelRatioF()
        if photo.pick is Pick.PICKED:
            painter.drawPixmap(square.topLeft(), flag(ratio))
        elif photo.pick is Pick.REJECTED:
            painter.drawPixmap(square.topLeft(), cross(self._theme, ratio))
        if badge := badge_text(photo):
            self._paint_badge(painter, square, badge, at_top=True)
        if photo.state is not FileState.ONLINE and pixmap is not None:
            self._paint_badge(painter, square, _state_text(photo), at_top=False)

    def _paint_placeholder(self, painter: QPainter, square: QRect, photo: Photo) -> None:
        painter.fillRect(square, self._canvas)
        text = _state_text(photo)
        if not text and self._has_failed(photo):
            text = "cannot be read"
        if text:
            painter.setPen(self._quiet)
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_badge(self, painter: QPainter, square: QRect, text: str, *, at_top: bool) -> None:
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 8
        top = square.top() if at_top else square.bottom() - metrics.height()
        box = QRect(square.right() - width + 1, top, width, metrics.height() + 1)
        painter.setOpacity(0.85)
        painter.fillRect(box, self._canvas)
        painter.setOpacity(1.0)
        painter.setPen(self._text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_stack(self, painter: QPainter, rect: QRect, mark: StackMark) -> None:
        """Sheets behind one another for a closed stack, a line along the members of an open one."""
        square = self.layout.picture(rect)
        text = stack_text(mark)
        metrics = painter.fontMetrics()
        sheets = 0 if mark.is_open else SHEETS_PX + 4
        width = metrics.horizontalAdvance(text) + 8 + sheets
        box = QRect(square.left(), square.bottom() - metrics.height(), width, metrics.height() + 1)
        painter.setOpacity(0.85)
        painter.fillRect(box, self._canvas)
        painter.setOpacity(1.0)
        if not mark.is_open:
            sign = sheets_sign(self._theme, painter.device().devicePixelRatioF())
            painter.drawPixmap(box.left() + 4, box.center().y() - SHEETS_PX // 2, sign)
        painter.setPen(self._text)
        painter.drawText(box.adjusted(sheets, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
        if mark.is_open:
            body = self.layout.body(rect)
            line = self._text if mark.is_suggested else self._quiet
            painter.fillRect(body.left(), body.top(), body.width(), STACK_LINE_PX, line)

    def _paint_name(self, painter: QPainter, rect: QRect, photo: Photo, selected: bool) -> None:
        line = self.layout.name(rect)
        if photo.label is not ColorLabel.NONE:
            painter.fillRect(self.layout.label(rect), self._labels[photo.label])
            line = line.adjusted(LABEL_PX + 4, 0, -LABEL_PX - 4, 0)
        painter.setPen(self._text if selected else self._quiet)
        text = self._elided(name_of(photo), line.width(), painter)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _elided(self, name: str, width: int, painter: QPainter) -> str:
        key = (name, width)
        if key not in self._elided_names:
            if len(self._elided_names) > _REMEMBERED_NAMES:
                self._elided_names.clear()
            self._elided_names[key] = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideMiddle, width
            )
        return self._elided_names[key]

    def _paint_facts(self, painter: QPainter, rect: QRect, photo: Photo) -> None:
        line = self.layout.facts(rect)
        middle = line.center().y()
        if photo.stars:
            strip = star_strip(self._theme, photo.stars, painter.device().devicePixelRatioF())
            painter.drawPixmap(line.left(), middle - STAR_PX // 2, strip)
        if text := score_text(photo):
            painter.setPen(self._text if photo.score is not None else self._quiet)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )


def _state_text(photo: Photo) -> str:
    match photo.state:
        case FileState.OFFLINE:
            return "offline"
        case FileState.UNREADABLE:
            return "cannot be read"
        case FileState.DAMAGED:
            return "damaged"
        case _:
            return ""


def _fitted(pixmap: QPixmap, square: QRect, ratio: float) -> QRect:
    """Where the picture goes: whole, in the middle, one pixel to a pixel if it fits so."""
    size = QSize(round(pixmap.width() / ratio), round(pixmap.height() / ratio))
    if size.width() > square.width() or size.height() > square.height() or _is_old(size, square):
        size = size.scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(square.topLeft(), size)
    target.moveCenter(square.center())
    return target


def _is_old(size: QSize, square: QRect) -> bool:
    """Whether the picture was made for smaller cells than these."""
    return max(size.width(), size.height()) < square.width() - 1
