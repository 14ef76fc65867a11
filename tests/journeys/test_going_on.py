"""The next start goes on where the last one ended, over two starts of the real window."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.grid.photo_list_model import Role
from app.main_window import MainWindow
from app.panels.filter_bar import Order
from core.photo import Filter, Pick, SortKey

WAIT_MS = 30_000
COUNT = 12

Start = Callable[[], MainWindow]


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Twelve photos in a folder and the folder in it, brighter from one to the next."""
    folder = tmp_path / "shoot"
    (folder / "evening").mkdir(parents=True)
    for number in range(COUNT):
        where = folder / "evening" if number >= COUNT // 2 else folder
        grey = 20 * number
        Image.new("RGB", (90, 60), (grey, grey, grey)).save(where / f"{number:02}.jpg")
    return folder


def shown(window: MainWindow) -> list[str]:
    model = window.grid.model()
    photos = [model.index(row, 0).data(Role.PHOTO) for row in range(model.rowCount())]
    return [photo.path.name for photo in photos if photo is not None]


def current(window: MainWindow) -> str:
    photo = window.viewer.current
    return photo.path.name if photo is not None else ""


def open_folder(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.open_paths([folder])
    qtbot.waitUntil(lambda: len(shown(window)) == COUNT, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: f"{COUNT} photos scored" in window.status.message, timeout=WAIT_MS)


def next_start(start: Start) -> MainWindow:
    """As the program does without arguments."""
    window = start()
    window.resuming.begin()
    return window


def ask_for_unreviewed(window: MainWindow) -> None:
    for combo in window.filter_bar.findChildren(QComboBox):
        if (row := combo.findText("Not reviewed")) >= 0:
            combo.setCurrentIndex(row)


def test_folder_filter_order_photo_and_loupe_come_back(
    qtbot: QtBot, start: Start, shoot: Path
) -> None:
    window = start()
    open_folder(qtbot, window, shoot)
    window.grid.go_to_row(0)
    window.actions_["pick"].trigger()
    qtbot.waitUntil(lambda: "picked" in window.status.message, timeout=WAIT_MS)
    window.filter_bar.sort_by(SortKey.NAME, descending=True)
    ask_for_unreviewed(window)
    qtbot.waitUntil(lambda: len(shown(window)) == COUNT - 1, timeout=WAIT_MS)
    window.grid.go_to_row(4)
    before, order = current(window), shown(window)
    window.actions_["loupe"].trigger()
    assert window.viewer.in_loupe

    window = next_start(start)
    qtbot.waitUntil(lambda: shown(window) == order, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: current(window) == before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.viewer.in_loupe, timeout=WAIT_MS)
    assert window.folder.path == shoot
    assert window.filter_bar.order() == Order(SortKey.NAME, descending=True)
    assert window.filter_bar.conditions().unreviewed
    qtbot.waitUntil(lambda: not window.work.importing, timeout=WAIT_MS)
    qtbot.wait(300)  # the scan that follows moves nothing
    assert (current(window), window.viewer.in_loupe) == (before, True)


def test_the_grid_comes_back_at_the_photo(qtbot: QtBot, start: Start, shoot: Path) -> None:
    window = start()
    open_folder(qtbot, window, shoot)
    window.grid.go_to_row(9)
    before = current(window)
    window = next_start(start)
    qtbot.waitUntil(lambda: current(window) == before, timeout=WAIT_MS)
    assert not window.viewer.in_loupe
    assert not window.filter_bar.is_filtering


def test_every_condition_of_the_filter_comes_back(qtbot: QtBot, start: Start, shoot: Path) -> None:
    window = start()
    open_folder(qtbot, window, shoot)
    bar = window.filter_bar
    bar._score.content.set_range(10, 90)
    bar._dates.content.set_days(QDate(2020, 1, 1), QDate(2040, 1, 2))
    bar._picks.choose({Pick.UNDECIDED})
    bar._name.setText("0")
    ask_for_unreviewed(window)
    before = bar.conditions()
    assert before != Filter()
    window = next_start(start)
    assert window.filter_bar.conditions() == before


def test_a_folder_that_is_gone_costs_a_sentence_and_nothing_else(
    qtbot: QtBot, start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    window = start()
    window.open_paths([folder])
    qtbot.waitUntil(lambda: window.folder.path == folder, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.work.importing, timeout=WAIT_MS)
    window.close()
    shutil.rmtree(folder)
    window = next_start(start)
    qtbot.waitUntil(lambda: "there is no such folder" in window.status.message, timeout=WAIT_MS)
    assert window.folder.path is None
    assert window.actions_["open"].isEnabled()


def test_whoever_wants_to_begin_with_nothing_does(qtbot: QtBot, start: Start, shoot: Path) -> None:
    window = start()
    open_folder(qtbot, window, shoot)
    assert window.actions_["reopen"].isChecked()
    window.actions_["reopen"].trigger()
    window = next_start(start)
    qtbot.wait(200)
    assert window.folder.path is None
    assert not window.actions_["reopen"].isChecked()


def test_a_folder_named_at_the_start_is_shown_whole(
    qtbot: QtBot, start: Start, shoot: Path
) -> None:
    window = start()
    open_folder(qtbot, window, shoot)
    ask_for_unreviewed(window)
    window = start()
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: len(shown(window)) == COUNT, timeout=WAIT_MS)
    assert not window.filter_bar.is_filtering
