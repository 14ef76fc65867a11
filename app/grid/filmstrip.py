"""The strip of thumbnails below loupe and compare: the grid's photos and selection in one line."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.grid.cell_layout import STAR_PX
from app.grid.grid_view import GridView
from app.grid.marks_art import cross, flag, star_strip
from app.grid.photo_list_model import PhotoListModel, Role
from app.grid.thumbnails import Thumbnails
from app.theme import LABEL_COLORS, Theme
from core.photo import ColorLabel, FileState, Photo, Pick

Index = QModelIndex | QPersistentModelIndex

_PICTURE_PX = QSize(96, 64)
_PADDING_PX = 5
_STARS_PX = STAR_PX + 4
_BAR_PX = 3  # of the colour label
_REJECTED_OPACITY = 0.35
_SETTLE_MS = 15
_GONE = {FileState.OFFLINE: "offline", FileState.UNREADABLE: "cannot be read"}


class Filmstrip(QListView):
    """Shares model and selection with the grid, so that what is chosen in one is in both."""

    def __init__(
        self,
        model: PhotoListModel,
        grid: GridView,
        thumbnails: Thumbnails,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = model
        self._grid = grid
        self._thumbnails = thumbnails
        self._delegate = FilmstripDelegate(theme, self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._fetch)
        self._configure()
        self.setModel(model)
        self.setSelectionModel(grid.selectionModel())
        self.setItemDelegate(self._delegate)
        grid.current_changed.connect(lambda _: self._show_current())
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._settle.start())
        model.dataChanged.connect(lambda *_: self._settle.start())

    @property
    def rows_on_screen(self) -> range:
        """The rows that are seen, whichever way the line runs."""
        middle, right = self.viewport().height() // 2, self.viewport().width() - 1
        ends = [self.indexAt(QPoint(x, middle)).row() for x in (0, right)]
        rows = [row for row in ends if row >= 0]
        if not rows:
            return range(0)
        last = max(rows) if len(rows) == len(ends) else len(self._photos.ids) - 1
        return range(min(rows), last + 1)

    def dress(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._delegate.dress(theme)
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_current()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_current()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """There is only one direction to scroll in."""
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        sign = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        bar.setValue(bar.value() - sign * (delta.y() or delta.x()))
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of actions here, never a search."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._show_current()

    def _configure(self) -> None:
        self.setAccessibleName(self.tr("Filmstrip"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(False)
        self.setAutoScroll(False)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the keys away
        cell = self._delegate.cell
        self.setFixedHeight(cell.height() + self.horizontalScrollBar().sizeHint().height() + 2)

    def _show_current(self) -> None:
        """The current photo in the middle, so that what was and what comes is seen alike."""
        if self.isVisible() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
            self._settle.start()

    def _fetch(self) -> None:
        """In the size of the grid, which is hidden and shares them."""
        if not self.isVisible() or not self._photos.ids:
            return
        visible = self.rows_on_screen
        ahead = range(visible.stop, min(len(self._photos.ids), visible.stop + len(visible)))
        photos = [photo for row in (*visible, *ahead) if (photo := self._photos.photo_at(row))]
        box_px = round(self._grid.thumbnail_px * self.devicePixelRatioF())
        self._thumbnails.want(photos, box_px)


class FilmstripDelegate(QStyledItemDelegate):
    """A small picture with its stars, flag and label; the rest is in the caption."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        size = _PICTURE_PX
        self.cell = QSize(
            size.width() + 2 * _PADDING_PX, size.height() + 2 * _PADDING_PX + _STARS_PX
        )
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._focus_pen = QPen(QColor(theme.accent), 2)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        body: QRect = option.rect.adjusted(1, 1, -1, -1)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(body, QColor(self._theme.selected if selected else self._theme.window))
        photo = index.data(Role.PHOTO)
        if photo is not None:
            room = QRect(option.rect.topLeft(), _PICTURE_PX).translated(_PADDING_PX, _PADDING_PX)
            self._paint_photo(painter, room, photo, index.data(Role.THUMBNAIL))
        view = self.parent()
        if isinstance(view, QAbstractItemView) and view.currentIndex() == index:
            painter.setPen(self._focus_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(body.adjusted(1, 1, -1, -1))

    def _paint_photo(
        self, painter: QPainter, room: QRect, photo: Photo, pixmap: QPixmap | None
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        if pixmap is not None:
            size = pixmap.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(room.topLeft(), size)
            target.moveCenter(room.center())
            painter.setOpacity(_REJECTED_OPACITY if photo.pick is Pick.REJECTED else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(target, pixmap)
            painter.setOpacity(1.0)
        elif photo.state in _GONE:
            painter.setPen(QColor(self._theme.quiet))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, words, self.tr(_GONE[photo.state]))
        if photo.pick is Pick.PICKED:
            painter.drawPixmap(room.topLeft(), flag(ratio))
        elif photo.pick is Pick.REJECTED:
            painter.drawPixmap(room.topLeft(), cross(self._theme, ratio))
        below = room.bottom() + 4
        if photo.stars:
            painter.drawPixmap(room.left(), below, star_strip(self._theme, photo.stars, ratio))
        if photo.label is not ColorLabel.NONE:
            bar = QRect(room.left(), below + STAR_PX, room.width(), _BAR_PX)
            painter.fillRect(bar, QColor(LABEL_COLORS[photo.label]))
