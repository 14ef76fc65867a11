"""The grid: a list view whose rows are photos, addressed from outside by id.

The order may change and photos may come and go at any time; the view keeps the current
photo, the selection and the place on screen through all of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.grid.order import survivor
from app.grid.photo_delegate import PhotoDelegate
from app.grid.photo_list_model import PhotoListModel, row_ranges
from app.grid.thumbnails import Thumbnails
from core.photo import Photo, PhotoId

Index = QModelIndex | QPersistentModelIndex

SMALLEST_PX, LARGEST_PX = 80, 480
_STEP_PX = 20
_SETTLE_MS = 15  # one frame: many scroll steps ask for thumbnails once

_Flag = QItemSelectionModel.SelectionFlag


class GridView(QListView):
    """Shows the photos of a PhotoListModel as cells of equal size."""

    current_changed = Signal(object)  # PhotoId or None
    selection_changed = Signal()
    opened = Signal(object)  # PhotoId: double-clicked
    visible_changed = Signal(object)  # list[PhotoId], top left first
    thumbnail_px_changed = Signal(int)
    touched = Signal()  # the user moved, scrolled or chose something here

    def __init__(
        self,
        model: PhotoListModel,
        delegate: PhotoDelegate,
        thumbnails: Thumbnails,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = model
        self._delegate = delegate
        self._thumbnails = thumbnails
        self._visible: list[PhotoId] = []
        self._going = False  # somewhere else, by program
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look_for_visible)
        self._configure()
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.selectionModel().currentChanged.connect(self._announce_current)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._settle.start())
        model.dataChanged.connect(lambda *_: self._settle.start())
        thumbnails.arrived.connect(model.thumbnail_arrived)
        thumbnails.failed.connect(model.thumbnail_arrived)

    @property
    def thumbnail_px(self) -> int:
        """The side of the square that holds each picture, in device-independent pixels."""
        return self._delegate.layout.thumbnail_px

    def set_thumbnail_px(self, size_px: int) -> None:
        """Make the cells larger or smaller around the frame that is looked at."""
        size_px = max(SMALLEST_PX, min(LARGEST_PX, size_px))
        if size_px == self.thumbnail_px:
            return
        with self.keeping_place():
            self._delegate.layout = type(self._delegate.layout)(size_px)
            self._fit_columns()
        self.thumbnail_px_changed.emit(size_px)

    def enlarge(self, steps: int) -> None:
        """Larger cells by so many steps; smaller ones if negative."""
        self.set_thumbnail_px(self.thumbnail_px + steps * _STEP_PX)

    @property
    def current_id(self) -> PhotoId | None:
        """The photo that keys act on and the loupe shows."""
        index = self.currentIndex()
        return self._photos.ids[index.row()] if index.isValid() else None

    @property
    def selected_ids(self) -> list[PhotoId]:
        """The selected photos in the order of the grid."""
        ids = self._photos.ids
        return [ids[row] for row in self._selected_rows()]

    @property
    def visible_ids(self) -> list[PhotoId]:
        """The photos on screen, top left first."""
        return list(self._visible)

    @property
    def columns(self) -> int:
        """How many cells stand side by side."""
        return max(1, self.viewport().width() // self.gridSize().width())

    def show_photos(
        self,
        ids: Sequence[PhotoId],
        photos: Mapping[PhotoId, Photo],
        *,
        same_order: bool = False,
        stay_at_top: bool = False,
    ) -> None:
        """Show another list; who is current, selected and where on screen stays if it can."""
        if ids == self._photos.ids:
            return
        old, row, chosen = self._photos.ids, self.currentIndex().row(), self.selected_ids
        keep = stay_at_top and self.verticalScrollBar().value() == 0
        with self.keeping_place(at_top=keep):
            self._photos.show(ids, photos, same_order=same_order)
            self._restore(old, row, chosen)
        self._settle.start()

    def go_to(self, id_: PhotoId | None) -> None:
        """Make a photo current and the only selected one, and bring it on screen."""
        row = None if id_ is None else self._photos.row(id_)
        if row is not None:
            self.go_to_row(row)

    def go_to_row(self, row: int) -> None:
        """Make the photo of a row, or the nearest row there is, current."""
        count = len(self._photos.ids)
        if not count:
            return
        index = self._photos.index(max(0, min(count - 1, row)))
        self._choose_only(index)
        self.scrollTo(index)

    def go_to_last(self) -> None:
        """Go to the end of the list."""
        self.go_to_row(len(self._photos.ids) - 1)

    def show_current(self) -> None:
        """Bring the current photo on screen."""
        self.scrollTo(self.currentIndex())

    def step(self, rows: int) -> None:
        """Go so many photos forward, or back if negative."""
        index = self.currentIndex()
        self.go_to_row(index.row() + rows if index.isValid() else 0)

    def step_lines(self, lines: int) -> None:
        """Go up or down, staying in the column; nothing happens beyond the last line."""
        index = self.currentIndex()
        if not index.isValid():
            self.go_to_row(0)
            return
        self.go_to_row(self._line_target(index.row(), lines))

    def step_pages(self, pages: int) -> None:
        """Go up or down by as many lines as fit the screen."""
        self.step_lines(pages * max(1, self.viewport().height() // self.gridSize().height()))

    def following(self, ids: Sequence[PhotoId]) -> PhotoId | None:
        """The photo after the last of `ids` in the present order."""
        rows = [row for id_ in ids if (row := self._photos.row(id_)) is not None]
        after = max(rows, default=-1) + 1
        return self._photos.ids[after] if rows and after < len(self._photos.ids) else None

    def select_current_only(self) -> None:
        """Drop the selection but for the current photo."""
        if self.currentIndex().isValid():
            self.selectionModel().select(self.currentIndex(), _Flag.ClearAndSelect)

    def move_to(self, id_: PhotoId) -> None:
        """Make a photo current and leave what is selected as it is."""
        if (row := self._photos.row(id_)) is not None:
            self.selectionModel().setCurrentIndex(self._photos.index(row), _Flag.NoUpdate)

    def select_only(self, ids: Sequence[PhotoId]) -> None:
        """Select exactly these; the current photo stays."""
        rows = sorted(row for id_ in ids if (row := self._photos.row(id_)) is not None)
        self.selectionModel().select(self._selection_of(rows), _Flag.ClearAndSelect)

    @contextmanager
    def keeping_place(self, *, at_top: bool = False) -> Iterator[None]:
        """Keep the current photo, or else the first one on screen, at its height on screen."""
        anchor = None if at_top else self._anchor()
        yield
        self.executeDelayedItemsLayout()  # a new list has been laid out once where it was current
        row = None if anchor is None else self._photos.row(anchor[0])
        if anchor is not None and row is not None:
            bar = self.verticalScrollBar()
            top = self.visualRect(self._photos.index(row)).top()
            bar.setValue(bar.value() + top - anchor[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        old = self.gridSize()
        self._fit_columns()
        super().resizeEvent(event)
        if old != self.gridSize() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._settle.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.touched.emit()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.enlarge(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(self._photos.ids[index.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.touched.emit()
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of actions here, never a search."""

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Going somewhere is no gesture: a Shift held for another reason must not extend it."""
        return _Flag.ClearAndSelect if self._going else super().selectionCommand(index, event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        move = QAbstractItemView.CursorAction
        row, count = self.currentIndex().row(), len(self._photos.ids)
        lines = max(1, self.viewport().height() // self.gridSize().height())
        targets = {
            move.MoveRight: row + 1,
            move.MoveNext: row + 1,
            move.MoveLeft: row - 1,
            move.MovePrevious: row - 1,
            move.MoveDown: self._line_target(row, 1),
            move.MoveUp: self._line_target(row, -1),
            move.MovePageDown: self._line_target(row, lines),
            move.MovePageUp: self._line_target(row, -lines),
            move.MoveHome: 0,
            move.MoveEnd: count - 1,
        }
        return (
            self._photos.index(max(0, min(count - 1, targets[action]))) if count else QModelIndex()
        )

    def _configure(self) -> None:
        self.setAccessibleName("Photos")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Share the width among as many columns as fit, so that no strip stays empty."""
        least = self._delegate.layout.narrowest
        width = max(least.width(), self.viewport().width() - 1)
        self._delegate.cell = QSize(width // (width // least.width()), least.height())
        self.setGridSize(self._delegate.cell)
        self.verticalScrollBar().setSingleStep(least.height() // 3)

    def _line_target(self, row: int, lines: int) -> int:
        columns, last = self.columns, len(self._photos.ids) - 1
        target = row + lines * columns
        if target < 0:
            return row % columns
        if target > last:  # the last line may be shorter than the others
            return last if row // columns < last // columns else row
        return target

    def _selected_rows(self) -> list[int]:
        rows: set[int] = set()
        selection = self.selectionModel().selection()
        for part in (selection.at(n) for n in range(selection.size())):
            rows.update(range(part.top(), part.bottom() + 1))
        return sorted(rows)

    def _restore(self, old: Sequence[PhotoId], row: int, chosen: Sequence[PhotoId]) -> None:
        """Make the photo at `row` of the old list current again, or the one that followed it."""
        ids = self._photos.ids
        if row >= 0 and ids:
            stays = self._photos.row(old[row]) is not None
            current = old[row] if stays else survivor(old, row, frozenset(ids))
            if current is not None and (new_row := self._photos.row(current)) is not None:
                self._choose_only(self._photos.index(new_row))
        places = (self._photos.row(id_) for id_ in chosen)
        rows = sorted(place for place in places if place is not None)
        if rows:
            self.selectionModel().select(self._selection_of(rows), _Flag.ClearAndSelect)

    def _selection_of(self, rows: Sequence[int]) -> QItemSelection:
        selection = QItemSelection()
        for first, last in row_ranges(rows):
            selection.append(
                QItemSelectionRange(self._photos.index(first), self._photos.index(last))
            )
        return selection

    def _choose_only(self, index: QModelIndex) -> None:
        """Qt's own call, so that Shift with an arrow later selects from here."""
        self._going = True
        self.setCurrentIndex(index)
        self._going = False

    def _anchor(self) -> tuple[PhotoId, int] | None:
        """The photo whose height on screen must stay, and that height."""
        index = self.currentIndex()
        area = self.viewport().rect()
        if index.isValid() and self.visualRect(index).intersects(area):
            return self._photos.ids[index.row()], self.visualRect(index).top()
        rows = self._rows_on_screen()
        if not rows:
            return None
        return self._photos.ids[rows[0]], self.visualRect(self._photos.index(rows[0])).top()

    def _rows_on_screen(self) -> range:
        cell = self.gridSize()
        top = self.verticalScrollBar().value()
        first = top // cell.height() * self.columns
        lines = (top + self.viewport().height()) // cell.height() + 1
        return range(
            min(first, len(self._photos.ids)), min(len(self._photos.ids), lines * self.columns)
        )

    def _announce_current(self) -> None:
        self.current_changed.emit(self.current_id)

    def _look_for_visible(self) -> None:
        """Ask for the thumbnails on screen, then for those one screen ahead."""
        if not self.isVisible():
            return
        rows = self._rows_on_screen()
        ahead = range(rows.stop, min(len(self._photos.ids), rows.stop + len(rows)))
        photos = [photo for row in (*rows, *ahead) if (photo := self._photos.photo_at(row))]
        box_px = round(self.thumbnail_px * self.devicePixelRatioF())
        self._thumbnails.want(photos, box_px)
        visible = list(self._photos.ids[rows.start : rows.stop])
        if visible != self._visible:
            self._visible = visible
            self.visible_changed.emit(visible)
