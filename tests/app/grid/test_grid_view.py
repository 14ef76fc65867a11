"""The grid on screen: going through it, and its calm while the list changes under it."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from app.grid.grid_view import GridView
from app.grid.photo_delegate import PhotoDelegate
from app.grid.photo_list_model import PhotoListModel
from app.theme import DARK, LIGHT
from core.photo import ColorLabel, FileKind, FileState, Photo, PhotoId, Pick
from tests.app.photos import ids, photo, scored

RED = QColor(200, 30, 30)


class Thumbnails(QObject):
    """Red pictures for everything, and a note of what was wanted."""

    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[PhotoId] = []
        self.box_px = 0
        self.picture = QPixmap(160, 80)
        self.picture.fill(RED)

    def want(self, photos: Sequence[Photo], box_px: int) -> None:
        self.wanted = [each.id for each in photos]
        self.box_px = box_px

    def has_failed(self, _: Photo) -> bool:
        return False


Show = Callable[..., GridView]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """A grid of 500 px by 400 px that shows these photos."""
    thumbnails = Thumbnails()

    def make(*photos: Photo) -> GridView:
        model = PhotoListModel(lambda _: None, lambda _: thumbnails.picture)
        delegate = PhotoDelegate(DARK, thumbnails.has_failed)
        grid = GridView(model, delegate, thumbnails)
        grid.keep = (model, delegate, thumbnails)
        grid.set_thumbnail_px(100)
        grid.resize(500, 400)
        qtbot.addWidget(grid)
        with qtbot.waitExposed(grid):
            grid.show()
        grid.show_photos([each.id for each in photos], {each.id: each for each in photos})
        return grid

    return make


def many(count: int) -> list[Photo]:
    return [photo(number) for number in range(count)]


def top_of(grid: GridView, id_: PhotoId) -> int:
    row = grid.model().row(id_)
    return grid.visualRect(grid.model().index(row)).top()


def test_arrows_go_through_rows_and_columns(show: Show) -> None:
    grid = show(*many(20))
    grid.go_to(PhotoId(0))
    assert grid.columns == 4
    grid.step(1)
    grid.step_lines(1)
    assert grid.current_id == 5
    grid.step_lines(-1)
    grid.step(-5)
    assert grid.current_id == 0
    grid.go_to_last()
    assert grid.current_id == 19


def test_down_from_a_full_line_ends_in_a_shorter_last_line(show: Show) -> None:
    grid = show(*many(6))
    grid.go_to(PhotoId(3))
    grid.step_lines(1)
    assert grid.current_id == 5
    grid.step_lines(1)
    assert grid.current_id == 5


def test_shift_and_arrows_select_what_lies_between(qtbot: QtBot, show: Show) -> None:
    grid = show(*many(20))
    grid.go_to(PhotoId(2))
    for _ in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selected_ids == list(ids(2, 3, 4, 5))


def test_letters_never_search(qtbot: QtBot, show: Show) -> None:
    grid = show(*many(20))
    grid.go_to(PhotoId(4))
    qtbot.keyClicks(grid, "img_0009")
    assert grid.current_id == 4


def test_a_new_order_keeps_the_current_photo_and_its_height_on_screen(show: Show) -> None:
    grid = show(*many(200))
    grid.go_to(PhotoId(100))
    before = top_of(grid, PhotoId(100))
    grid.show_photos(tuple(PhotoId(n) for n in reversed(range(200))), {})
    assert grid.current_id == 100
    assert top_of(grid, PhotoId(100)) == before


def test_photos_that_arrive_above_do_not_move_what_is_looked_at(show: Show) -> None:
    grid = show(*many(200))
    grid.go_to(PhotoId(100))
    before = top_of(grid, PhotoId(100))
    fresh = tuple(PhotoId(1000 + n) for n in range(40))
    grid.show_photos((*fresh, *(PhotoId(n) for n in range(200))), {}, same_order=True)
    assert grid.current_id == 100
    assert top_of(grid, PhotoId(100)) == before


def test_the_first_photo_on_screen_stays_where_none_is_current(show: Show) -> None:
    grid = show(*many(200))
    grid.verticalScrollBar().setValue(1000)
    first = grid.model().ids[grid.indexAt(QPoint(30, 30)).row()]
    before = top_of(grid, first)
    fresh = tuple(PhotoId(1000 + n) for n in range(40))
    grid.show_photos((*fresh, *(PhotoId(n) for n in range(200))), {}, same_order=True)
    assert top_of(grid, first) == before


def test_a_growing_list_that_nobody_touched_stays_at_the_top(show: Show) -> None:
    grid = show(*many(50))
    fresh = tuple(PhotoId(1000 + n) for n in range(40))
    grid.show_photos(
        (*fresh, *(PhotoId(n) for n in range(50))), {}, same_order=True, stay_at_top=True
    )
    assert grid.verticalScrollBar().value() == 0


@pytest.mark.parametrize("same_order", [True, False])
def test_when_the_current_photo_goes_the_next_one_is_current(show: Show, same_order: bool) -> None:
    grid = show(*many(20))
    grid.go_to(PhotoId(7))
    rest = tuple(PhotoId(n) for n in range(20) if n not in (7, 8))
    grid.show_photos(rest, {}, same_order=same_order)
    assert grid.current_id == 9
    assert grid.selected_ids == [9]


def test_the_selection_survives_a_new_order(show: Show) -> None:
    grid = show(*many(20))
    grid.selectAll()
    grid.show_photos(tuple(PhotoId(n) for n in reversed(range(20))), {})
    assert len(grid.selected_ids) == 20


def test_following_is_the_photo_after_the_last_of_several(show: Show) -> None:
    grid = show(*many(10))
    assert grid.following(ids(2, 5, 3)) == 6
    assert grid.following(ids(9)) is None


def test_larger_cells_keep_the_current_photo_where_it_is(show: Show) -> None:
    grid = show(*many(200))
    grid.go_to(PhotoId(100))
    before = top_of(grid, PhotoId(100))
    grid.enlarge(2)
    assert grid.thumbnail_px == 140
    assert top_of(grid, PhotoId(100)) == before
    grid.set_thumbnail_px(10_000)
    assert grid.thumbnail_px == 480


def test_thumbnails_on_screen_are_wanted_first(qtbot: QtBot, show: Show) -> None:
    grid = show(*many(200))
    _, _, thumbnails = grid.keep
    qtbot.waitUntil(lambda: bool(thumbnails.wanted))
    assert thumbnails.wanted[:4] == list(ids(0, 1, 2, 3))
    assert thumbnails.box_px == round(100 * grid.devicePixelRatioF())
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: 199 in thumbnails.wanted)
    assert 0 not in thumbnails.wanted
    assert grid.visible_ids[-1] == 199


def drawn(grid: GridView, which: int = 0) -> tuple[int, int]:
    """How wide and high the red of a cell's picture is, in device pixels."""
    image = grid.grab(grid.visualRect(grid.model().index(which))).toImage()
    red = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) == RED
    ]
    xs, ys = {x for x, _ in red}, {y for _, y in red}
    return (max(xs) - min(xs) + 1, max(ys) - min(ys) + 1) if red else (0, 0)


def test_a_picture_is_shown_whole_and_never_cropped(show: Show) -> None:
    grid = show(photo(0))
    width, height = drawn(grid)
    ratio = grid.devicePixelRatioF()
    assert abs(width - 100 * ratio) <= 1
    assert abs(height - 50 * ratio) <= 1


@pytest.mark.parametrize(
    "facts",
    [
        {"stars": 5},
        {"pick": Pick.PICKED},
        {"pick": Pick.REJECTED},
        {"label": ColorLabel.GREEN},
        {"score": scored(42)},
        {"state": FileState.OFFLINE},
        {"state": FileState.UNREADABLE},
        {"kind": FileKind.RAW},
    ],
    ids=str,
)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_fact_can_be_seen(show: Show, facts: dict[str, object], theme: object) -> None:
    grid = show(photo(0), photo(1, path=photo(0).path, **facts))
    grid.itemDelegate().dress(theme)
    grid.clearSelection()
    plain, marked = (
        grid.grab(grid.visualRect(grid.model().index(row))).toImage() for row in (0, 1)
    )
    assert plain != marked


def test_a_double_click_opens_the_photo(qtbot: QtBot, show: Show) -> None:
    grid = show(*many(5))
    where = grid.visualRect(grid.model().index(2)).center()
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == [2]
