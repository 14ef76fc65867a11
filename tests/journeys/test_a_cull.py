"""A photographer culls a shoot in the real window: open, wait, sort, rate, undo, export."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.file_table import FileTable
from app.dialogs.problems_dialog import ProblemsDialog
from app.grid.photo_list_model import Role
from app.main_window import MainWindow
from app.panels.filter_bar import Order
from core.photo import Filter, Photo, Query, SortKey

GREYS = (30, 60, 90, 120, 150, 180, 210, 240)
WAIT_MS = 30_000


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Pictures whose score is their brightness and whose name says it, and one broken file."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    for grey in GREYS:
        Image.new("RGB", (300, 200), (grey, grey, grey)).save(folder / f"{grey:03}.jpg")
    (folder / "broken.jpg").write_text("only words")
    return folder


def shown(window: MainWindow) -> list[str]:
    """The names in the grid, in order."""
    model = window.grid.model()
    rows = range(model.rowCount())
    photos = [model.index(row, 0).data(Role.PHOTO) for row in rows]
    return [photo.path.name for photo in photos if photo is not None]


def stored(window: MainWindow) -> dict[str, Photo]:
    """The catalogue, by file name."""
    browse = window._engine.browse
    return {photo.path.name: photo for photo in browse.photos(browse.ids(Query(Filter()))).values()}


def open_and_score(qtbot: QtBot, window: MainWindow, shoot: Path) -> None:
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: len(shown(window)) == len(GREYS) + 1, timeout=WAIT_MS)
    told = f"{len(GREYS)} photos scored"  # the last news of the background
    qtbot.waitUntil(lambda: told in window.status.message, timeout=WAIT_MS)
    assert sum(photo.score is not None for photo in stored(window).values()) == len(GREYS)


def sort_by_score(qtbot: QtBot, window: MainWindow) -> None:
    window.filter_bar.sort_by(SortKey.SCORE, descending=True)
    qtbot.waitUntil(lambda: shown(window)[0] == "240.jpg", timeout=WAIT_MS)
    window.viewer.take_focus()


def problems(window: MainWindow) -> dict[str, str]:
    """What the list of unreadable files says, by file name."""
    window.actions_["problems"].trigger()
    [dialog] = window.findChildren(ProblemsDialog)
    table = dialog.findChild(FileTable).model()
    found = {
        table.index(row, 0).data(): table.index(row, 1).data() for row in range(table.rowCount())
    }
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window.grid, key, modifier)


def test_open_score_sort_rate_undo_and_export(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path, tmp_path: Path
):
    window = start()
    open_and_score(qtbot, window, shoot)
    sort_by_score(qtbot, window)
    assert shown(window)[: len(GREYS)] == [f"{grey:03}.jpg" for grey in reversed(GREYS)]

    press(qtbot, window, Qt.Key.Key_Home)
    press(qtbot, window, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: stored(window)["240.jpg"].stars == 5, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "240.jpg rated 5" in window.status.message, timeout=WAIT_MS)
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: stored(window)["210.jpg"].pick == 1, timeout=WAIT_MS)

    press(qtbot, window, Qt.Key.Key_Z, ctrl=True)
    qtbot.waitUntil(lambda: stored(window)["210.jpg"].pick == 0, timeout=WAIT_MS)
    assert stored(window)["240.jpg"].stars == 5
    qtbot.waitUntil(window.actions_["redo"].isEnabled, timeout=WAIT_MS)
    press(qtbot, window, Qt.Key.Key_Y, ctrl=True)
    qtbot.waitUntil(lambda: stored(window)["210.jpg"].pick == 1, timeout=WAIT_MS)

    target = tmp_path / "picks"
    target.mkdir()
    window.actions_["export"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(ExportDialog)), timeout=WAIT_MS)
    [dialog] = window.findChildren(ExportDialog)
    dialog.set_target(target)
    qtbot.waitUntil(lambda: dialog.plan is not None and bool(dialog.plan.copies), timeout=WAIT_MS)
    assert list(target.iterdir()) == []  # a plan is only shown
    wanted = {copy.target.name for copy in dialog.plan.copies}
    export = next(
        button
        for button in dialog.findChildren(QPushButton)
        if button.isEnabled() and button.text().lstrip("&").startswith(("Export", "Copy"))
    )
    qtbot.mouseClick(export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: {path.name for path in target.glob("*.jpg")} == wanted, timeout=WAIT_MS)
    for name in wanted:
        assert (target / name).read_bytes() == (shoot / name).read_bytes()
    dialog.close()


def test_a_rating_survives_the_next_start(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
):
    window = start()
    open_and_score(qtbot, window, shoot)
    sort_by_score(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Home)
    press(qtbot, window, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: stored(window)["240.jpg"].stars == 4, timeout=WAIT_MS)
    window = start()
    assert stored(window)["240.jpg"].stars == 4
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: stored(window)["240.jpg"].stars == 0, timeout=WAIT_MS)


def test_the_window_comes_back_as_it_was_left(start: Callable[[], MainWindow]):
    window = start()
    window.actions_["info_panel"].trigger()
    assert not window.info.isVisible()
    window.filter_bar.sort_by(SortKey.SCORE, descending=True)
    window = start()
    assert window.filter_bar.order() == Order(SortKey.SCORE, descending=True)
    assert not window.info.isVisible()
    assert window.folder_tree.isVisible()
    window.actions_["info_panel"].trigger()
    assert window.info.isVisible()


def test_rating_goes_on_when_the_filter_hides_the_photo_just_rated(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
):
    window = start()
    open_and_score(qtbot, window, shoot)
    sort_by_score(qtbot, window)
    window.actions_["auto_advance"].setChecked(True)
    unrated = window.filter_bar.findChild(object, "stars") or window.filter_bar
    combos = [c for c in unrated.findChildren(object) if hasattr(c, "findText")]
    stars = next(combo for combo in combos if combo.findText("Unrated") >= 0)
    stars.setCurrentIndex(stars.findText("Unrated"))
    qtbot.waitUntil(lambda: window.filter_bar.is_filtering, timeout=WAIT_MS)
    window.viewer.take_focus()
    press(qtbot, window, Qt.Key.Key_Home)
    for grey in (240, 210, 180):
        qtbot.waitUntil(
            lambda grey=grey: (
                (photo := window.viewer.current) is not None and photo.path.name == f"{grey}.jpg"
            ),
            timeout=WAIT_MS,
        )
        press(qtbot, window, Qt.Key.Key_3)
        qtbot.waitUntil(lambda grey=grey: f"{grey}.jpg" not in shown(window), timeout=WAIT_MS)
    photos = stored(window)
    assert [photos[f"{grey:03}.jpg"].stars for grey in GREYS] == [0, 0, 0, 0, 0, 3, 3, 3]


def test_typing_a_name_rates_nothing(qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path):
    window = start()
    open_and_score(qtbot, window, shoot)
    window.actions_["find"].trigger()
    [field] = [edit for edit in window.filter_bar.findChildren(QLineEdit) if edit.placeholderText()]
    qtbot.keyClicks(field, "150")
    qtbot.waitUntil(lambda: shown(window) == ["150.jpg"], timeout=WAIT_MS)
    assert all(photo.stars == 0 and photo.pick == 0 for photo in stored(window).values())


def test_a_folder_can_be_dropped_on_the_window(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
):
    window = start()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(shoot))])
    drop = QDropEvent(
        QPointF(600, 400),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: len(shown(window)) == len(GREYS) + 1, timeout=WAIT_MS)


def test_a_broken_file_is_named_with_its_reason_and_the_rest_is_there(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
):
    window = start()
    open_and_score(qtbot, window, shoot)
    qtbot.waitUntil(lambda: "1 unreadable" in window.status.tally, timeout=WAIT_MS)
    reason = stored(window)["broken.jpg"].problem
    assert reason
    assert "1 file could not be read." in window.status.message
    assert problems(window) == {"broken.jpg": reason}

    window = start()
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: "1 file could not be read." in window.status.message, timeout=WAIT_MS)
    assert problems(window) == {"broken.jpg": reason}


def test_the_loupe_shows_the_photo_and_the_arrow_goes_to_the_next(
    qtbot: QtBot, start: Callable[[], MainWindow], shoot: Path
):
    window = start()
    open_and_score(qtbot, window, shoot)
    sort_by_score(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Home)
    press(qtbot, window, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: window.viewer.in_loupe, timeout=WAIT_MS)

    def grey_in_the_middle() -> int:
        image = window.loupe.grab().toImage()
        return image.pixelColor(image.width() // 2, image.height() // 2).lightness()

    qtbot.waitUntil(lambda: abs(grey_in_the_middle() - 240) < 4, timeout=WAIT_MS)
    window.actions_["next"].trigger()
    qtbot.waitUntil(lambda: abs(grey_in_the_middle() - 210) < 4, timeout=WAIT_MS)
    window.actions_["back"].trigger()
    assert not window.viewer.in_loupe
