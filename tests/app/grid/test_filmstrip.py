"""The filmstrip: the grid's photos in one line, however many there are."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.grid.filmstrip import Filmstrip
from app.grid.grid_view import GridView
from app.grid.photo_delegate import PhotoDelegate
from app.grid.photo_list_model import PhotoListModel
from app.grid.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.theme import DARK
from core.photo import PhotoId
from core.services.engine import Engine
from tests.app.photos import photo

MANY = 50_000


class Strip:
    """A filmstrip over a grid, and which photos of the catalogue it read."""

    def __init__(self, engine: Engine, jobs: JobRunner) -> None:
        self.read: set[PhotoId] = set()
        self.thumbnails = Thumbnails(engine.previews, jobs, jobs)
        self.model = PhotoListModel(self._read, self.thumbnails.pixmap, jobs)
        delegate = PhotoDelegate(DARK, self.thumbnails.has_failed, jobs)
        self.grid = GridView(self.model, delegate, self.thumbnails)
        self.view = Filmstrip(self.model, self.grid, self.thumbnails, DARK)
        self.view.resize(800, self.view.height())

    def _read(self, ids: list[PhotoId]) -> None:
        self.read.update(ids)
        self.model.take(ids, {id_: photo(id_) for id_ in ids})


@pytest.fixture
def strip(qtbot: QtBot, engine: Engine, jobs: JobRunner) -> Iterator[Strip]:
    made = Strip(engine, jobs)
    qtbot.addWidget(made.grid)
    qtbot.addWidget(made.view)
    made.model.show([PhotoId(number) for number in range(MANY)])
    with qtbot.waitExposed(made.view):
        made.view.show()
    yield made
    made.thumbnails.close()


def test_of_many_photos_only_those_around_the_current_one_are_read(
    qtbot: QtBot, strip: Strip
) -> None:
    strip.grid.go_to_row(MANY // 2)
    qtbot.waitUntil(lambda: MANY // 2 in strip.view.rows_on_screen)
    middle = strip.view.visualRect(strip.model.index(MANY // 2)).center().x()
    assert abs(middle - strip.view.viewport().width() // 2) < strip.view.sizeHintForColumn(0)
    assert len(strip.read) < 2_000


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_the_line_runs_as_the_language_does(
    qtbot: QtBot, strip: Strip, direction: Qt.LayoutDirection
) -> None:
    strip.view.setLayoutDirection(direction)
    strip.grid.go_to_row(100)
    qtbot.waitUntil(lambda: 100 in strip.view.rows_on_screen)
    this, following = (strip.view.visualRect(strip.model.index(row)).x() for row in (100, 101))
    assert (following > this) == (direction is Qt.LayoutDirection.LeftToRight)
    rows = strip.view.rows_on_screen
    ends = [strip.view.indexAt(QPoint(x, 20)).row() for x in (0, 799)]
    assert rows.start == min(ends)


def test_a_click_with_ctrl_selects_in_the_grid_too(qtbot: QtBot, strip: Strip) -> None:
    strip.grid.go_to_row(0)
    second = strip.view.visualRect(strip.model.index(1)).center()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, control, second)
    assert strip.grid.selected_ids == [0, 1]
    assert strip.grid.current_id == 1
