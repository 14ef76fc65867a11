"""Photos chosen one by one come into the grid, and the former view comes back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.chosen_photos import Choice
from app.main_window import MainWindow
from core.photo import PhotoId, Query, SortKey
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 20_000


@pytest.fixture
def ids(engine: Engine, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> list[PhotoId]:
    """Six photos in the open folder, then two in another one."""
    write_shoot(tmp_path / "open", 6, size=(60, 40))
    write_shoot(tmp_path / "other", 2, size=(60, 40), seed=5)
    for name in ("open", "other"):
        engine.importer.import_folder(tmp_path / name, recursive=True, task=Task())
    window.open_paths([tmp_path / "open"])
    qtbot.waitUntil(lambda: "6 photos scored" in window.status.message, timeout=WAIT_MS)
    found = list(engine.browse.ids(Query(sort=SortKey.NAME)))
    photos = engine.browse.photos(found)
    return sorted(found, key=lambda id_: (photos[id_].path.parent.name, photos[id_].path.name))


def show(qtbot: QtBot, window: MainWindow, choice: Choice) -> None:
    window.chosen.show(choice)
    qtbot.waitUntil(lambda: set(window.grid.model().ids) == set(choice.reasons), timeout=WAIT_MS)


def wait_for_all(qtbot: QtBot, window: MainWindow, ids: list[PhotoId]) -> None:
    qtbot.waitUntil(lambda: set(window.grid.model().ids) == set(ids[:6]), timeout=WAIT_MS)


def test_they_are_shown_in_their_order_from_any_folder_with_the_reason_of_each(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId]
) -> None:
    choice = Choice("Rate these next", {ids[7]: "new", ids[1]: "near the line"}, to_rate=True)
    show(qtbot, window, choice)
    assert window.grid.model().ids == (ids[7], ids[1])
    assert window.banner.title == "Rate these next: 0 of 2 rated"
    assert window.banner.reason == "This one: new"
    window.actions_["next"].trigger()
    assert window.banner.reason == "This one: near the line"


def test_rating_them_counts(qtbot: QtBot, window: MainWindow, ids: list[PhotoId]) -> None:
    show(qtbot, window, Choice("Rate these next", {ids[7]: "a", ids[1]: "b"}, to_rate=True))
    window.actions_["stars_4"].trigger()
    qtbot.waitUntil(lambda: window.banner.title.endswith("1 of 2 rated"), timeout=WAIT_MS)
    window.actions_["reject"].trigger()
    window.actions_["next"].trigger()
    window.actions_["pick"].trigger()
    qtbot.waitUntil(lambda: window.banner.title.endswith("2 of 2 rated"), timeout=WAIT_MS)


def test_escape_gives_back_the_former_view_and_photo(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId]
) -> None:
    window.grid.go_to(ids[3])
    show(qtbot, window, Choice("Chosen", {ids[7]: "a", ids[1]: "b"}))
    qtbot.keyClick(window.grid, Qt.Key.Key_Escape)
    wait_for_all(qtbot, window, ids)
    assert window.grid.current_id == ids[3]
    assert not window.banner.isVisible()


def test_the_loupe_comes_back_too(qtbot: QtBot, window: MainWindow, ids: list[PhotoId]) -> None:
    window.grid.go_to(ids[2])
    window.actions_["loupe"].trigger()
    show(qtbot, window, Choice("Chosen", {ids[7]: "a", ids[1]: "b"}))
    assert not window.viewer.in_loupe
    window.chosen.leave()
    wait_for_all(qtbot, window, ids)
    qtbot.waitUntil(lambda: window.viewer.in_loupe, timeout=WAIT_MS)
    assert window.grid.current_id == ids[2]


def test_escape_leaves_the_loupe_before_it_leaves_the_chosen_photos(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId]
) -> None:
    show(qtbot, window, Choice("Chosen", {ids[7]: "a", ids[1]: "b"}))
    window.actions_["loupe"].trigger()
    window.actions_["back"].trigger()
    assert window.chosen.active
    window.actions_["back"].trigger()
    assert not window.chosen.active
    wait_for_all(qtbot, window, ids)


def test_another_folder_ends_them(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId], tmp_path: Path
) -> None:
    show(qtbot, window, Choice("Chosen", {ids[0]: "a", ids[1]: "b"}))
    window.open_paths([tmp_path / "other"])
    qtbot.waitUntil(lambda: set(window.grid.model().ids) == set(ids[6:]), timeout=WAIT_MS)
    assert not window.chosen.active
    assert not window.banner.isVisible()
    qtbot.waitUntil(lambda: "2 photos scored" in window.status.message, timeout=WAIT_MS)


def test_the_open_folder_opened_again_ends_them(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId], tmp_path: Path
) -> None:
    show(qtbot, window, Choice("Chosen", {ids[0]: "a", ids[1]: "b"}))
    window.open_paths([tmp_path / "open"])
    wait_for_all(qtbot, window, ids)
    assert not window.chosen.active


def test_another_order_ends_them(qtbot: QtBot, window: MainWindow, ids: list[PhotoId]) -> None:
    show(qtbot, window, Choice("Chosen", {ids[0]: "a", ids[1]: "b"}))
    window.filter_bar.sort_by(SortKey.NAME, descending=False)
    wait_for_all(qtbot, window, ids)
    assert not window.chosen.active


def test_one_that_left_the_catalogue_is_left_out(
    qtbot: QtBot, window: MainWindow, ids: list[PhotoId]
) -> None:
    window.chosen.show(Choice("Chosen", {ids[0]: "a", PhotoId(9999): "b"}))
    qtbot.waitUntil(lambda: window.grid.model().ids == (ids[0],), timeout=WAIT_MS)
