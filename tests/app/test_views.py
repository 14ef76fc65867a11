"""Compare, survey, filmstrip, full screen and overlays in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.compare.compare_view import CompareView, Side
from app.compare.survey_view import SurveyView
from app.loupe.photo_pane import PhotoPane
from app.loupe.picture_canvas import PictureCanvas
from app.loupe.view_frame import Zoom
from app.main_window import MainWindow
from app.modes.view_mode import Mode
from app.overlays.overlays import Overlay
from core.photo import Photo, Query
from tests.make_photos import write_jpeg, write_shoot

WAIT_MS = 20_000
COUNT = 6
SIZE = (1200, 800)


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Six photos: the fourth upright, the last one broken."""
    folder = tmp_path / "shoot"
    write_shoot(folder, COUNT, size=SIZE)
    write_jpeg(folder / "IMG_0004.JPG", size=SIZE[::-1], seed=40, taken_at=None)
    (folder / "IMG_0006.JPG").write_text("only words")
    return folder


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, shoot: Path) -> MainWindow:
    """The window on the shoot, in order of name, with nothing left to be done."""
    from core.photo import SortKey

    window.filter_bar.sort_by(SortKey.NAME, descending=False)
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: "photos scored" in window.status.message, timeout=WAIT_MS)
    go(window, 1)
    window.viewer.take_focus()
    return window


def stored(window: MainWindow) -> dict[str, Photo]:
    browse = window._engine.browse
    return {one.path.name: one for one in browse.photos(browse.ids(Query())).values()}


def go(window: MainWindow, number: int) -> None:
    window.grid.go_to_row(number - 1)


def select(window: MainWindow, *numbers: int) -> None:
    model = window.grid.model()
    window.grid.select_only([model.ids[number - 1] for number in numbers])


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """As a user: to whatever has the focus."""
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def compare(window: MainWindow) -> CompareView:
    return window.viewer.comparing.page


def survey(window: MainWindow) -> SurveyView:
    return window.viewer.surveying.page


def name(pane: PhotoPane) -> str:
    return pane.photo.path.name[4:8].lstrip("0") if pane.photo else ""


def pair(window: MainWindow) -> tuple[str, str]:
    return name(compare(window).pane(Side.SELECT)), name(compare(window).pane(Side.CANDIDATE))


def surveyed(window: MainWindow) -> list[str]:
    return [name(pane) for pane in survey(window).panes]


def is_drawn(canvas: PictureCanvas) -> bool:
    return not canvas.picture_area_px.isEmpty()


def says(window: MainWindow, qtbot: QtBot, sentence: str) -> None:
    qtbot.waitUntil(lambda: sentence in window.status.message, timeout=WAIT_MS)


def test_arrows_change_the_candidate_and_a_rating_names_it(
    qtbot: QtBot, opened: MainWindow
) -> None:
    press(Qt.Key.Key_C)
    assert pair(opened) == ("1", "2")
    press(Qt.Key.Key_Right)
    assert pair(opened) == ("1", "3")
    press(Qt.Key.Key_4)
    says(opened, qtbot, "Candidate: IMG_0003.JPG rated 4")
    assert [photo.stars for photo in stored(opened).values() if photo.stars] == [4]


def test_tab_lets_keys_act_on_the_select_which_says_so(qtbot: QtBot, opened: MainWindow) -> None:
    press(Qt.Key.Key_C)
    view = compare(opened)
    assert "keys act here" in view.pane(Side.CANDIDATE).caption.role
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert "keys act here" in view.pane(Side.SELECT).caption.role
    assert "keys act here" not in view.pane(Side.CANDIDATE).caption.role
    assert "keys act here" in view.pane(Side.SELECT).canvas.accessibleName()
    assert opened.viewer.current is view.pane(Side.SELECT).photo
    press(Qt.Key.Key_X)
    says(opened, qtbot, "Select: IMG_0001.JPG rejected")
    press(Qt.Key.Key_Right)
    assert pair(opened) == ("1", "3")


def test_the_better_candidate_becomes_the_select(opened: MainWindow) -> None:
    press(Qt.Key.Key_C)
    press(Qt.Key.Key_S)
    assert pair(opened) == ("2", "3")
    assert "IMG_0002.JPG is the select now" in opened.status.message
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert pair(opened) == ("3", "2")
    press(Qt.Key.Key_Left)
    assert pair(opened) == ("3", "1")


def test_a_rated_candidate_makes_room_for_the_next(qtbot: QtBot, opened: MainWindow) -> None:
    opened.actions_["auto_advance"].trigger()
    press(Qt.Key.Key_C)
    press(Qt.Key.Key_2)
    assert pair(opened) == ("1", "3")
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_5)
    says(opened, qtbot, "Select: IMG_0001.JPG rated 5")
    assert pair(opened) == ("1", "3")


def test_the_select_stays_when_a_filter_hides_it(qtbot: QtBot, opened: MainWindow) -> None:
    combo = next(c for c in opened.filter_bar.findChildren(object) if hasattr(c, "findText"))
    combo.setCurrentIndex(combo.findText("Unrated"))
    press(Qt.Key.Key_C)
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    press(Qt.Key.Key_3)
    qtbot.waitUntil(lambda: len(opened.grid.model().ids) == COUNT - 1, timeout=WAIT_MS)
    assert pair(opened) == ("1", "2")
    pane = compare(opened).pane(Side.SELECT)
    qtbot.waitUntil(lambda: pane.photo is not None and pane.photo.stars == 3, timeout=WAIT_MS)


def test_zoom_and_pan_go_in_step_and_ctrl_moves_one_alone(qtbot: QtBot, opened: MainWindow) -> None:
    press(Qt.Key.Key_C)
    view = compare(opened)
    select, candidate = (view.pane(side).canvas for side in Side)
    for canvas in (select, candidate):
        qtbot.waitUntil(lambda canvas=canvas: is_drawn(canvas), timeout=WAIT_MS)
    press(Qt.Key.Key_Z)
    assert (select.zoom, candidate.zoom) == (Zoom.ACTUAL, Zoom.ACTUAL)
    assert select.centre == candidate.centre
    before = select.centre
    candidate.pan(QPointF(20, 0))
    assert select.centre == candidate.centre != before
    together = select.centre
    candidate.pan(QPointF(-15, 0), alone=True)
    assert select.centre == together != candidate.centre
    press(Qt.Key.Key_Z)
    press(Qt.Key.Key_Z)
    assert select.centre == candidate.centre


def test_a_single_photo_has_nothing_to_be_compared_with(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    write_shoot(tmp_path / "one", 1, size=(60, 40))
    window.open_paths([tmp_path / "one"])
    qtbot.waitUntil(lambda: "1 photo scored" in window.status.message, timeout=WAIT_MS)
    window.viewer.take_focus()
    press(Qt.Key.Key_C)
    assert "no other photo" in compare(window).pane(Side.CANDIDATE).message
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_1)
    says(window, qtbot, "Select: IMG_0001.JPG rated 1")
    press(Qt.Key.Key_N)
    assert surveyed(window) == ["1"]


def test_a_survey_shows_the_selection_and_a_mark_goes_on_within_it(
    qtbot: QtBot, opened: MainWindow
) -> None:
    opened.actions_["auto_advance"].trigger()
    select(opened, 1, 3, 4)
    press(Qt.Key.Key_N)
    assert surveyed(opened) == ["1", "3", "4"]
    press(Qt.Key.Key_P)
    press(Qt.Key.Key_X)
    press(Qt.Key.Key_5)
    press(Qt.Key.Key_5)  # the last one stays
    qtbot.waitUntil(lambda: stored(opened)["IMG_0004.JPG"].stars == 5, timeout=WAIT_MS)
    photos = stored(opened)
    assert [photos[f"IMG_000{n}.JPG"].pick for n in (1, 2, 3)] == [1, 0, -1]
    assert surveyed(opened) == ["1", "3", "4"]


def test_who_leaves_the_survey_stays_in_the_folder(opened: MainWindow, shoot: Path) -> None:
    select(opened, 1, 2, 3)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_T)
    assert surveyed(opened) == ["1", "3"]
    assert "IMG_0002.JPG left the survey; it stays in the folder." in opened.status.message
    assert (shoot / "IMG_0002.JPG").exists()
    assert len(opened.grid.model().ids) == COUNT
    press(Qt.Key.Key_Escape)
    assert opened.viewer.mode is Mode.GRID
    model = opened.grid.model()
    assert [model.ids.index(id_) + 1 for id_ in opened.grid.selected_ids] == [1, 3]


def test_the_last_one_to_leave_ends_the_survey(opened: MainWindow) -> None:
    select(opened, 1, 2)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_T)
    press(Qt.Key.Key_T)
    assert opened.viewer.mode is Mode.GRID
    assert opened.viewer.isAncestorOf(QApplication.focusWidget())


def test_a_photo_is_chosen_by_a_click_without_losing_the_others(
    qtbot: QtBot, opened: MainWindow
) -> None:
    select(opened, 1, 2, 3)
    press(Qt.Key.Key_N)
    qtbot.mousePress(survey(opened).panes[2].canvas, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(survey(opened).panes[2].canvas, Qt.MouseButton.LeftButton)
    assert name(survey(opened).active_pane) == "3"
    assert surveyed(opened) == ["1", "2", "3"]
    press(Qt.Key.Key_1)
    says(opened, qtbot, "IMG_0003.JPG rated 1")


def test_photos_that_cannot_be_seen_have_words_in_every_view(
    qtbot: QtBot, opened: MainWindow, shoot: Path
) -> None:
    select(opened, 5, 6)
    press(Qt.Key.Key_N)
    broken = survey(opened).panes[1]
    assert "IMG_0006.JPG could not be read" in broken.message
    words = broken.findChild(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    assert survey(opened).active_pane is broken
    press(Qt.Key.Key_G)
    (shoot / "IMG_0002.JPG").unlink()
    opened.actions_["rescan"].trigger()
    qtbot.waitUntil(lambda: "1 offline" in opened.status.tally, timeout=WAIT_MS)
    go(opened, 1)
    press(Qt.Key.Key_C)
    pane = compare(opened).pane(Side.CANDIDATE)
    qtbot.waitUntil(lambda: not pane.canvas.picture_area_px.isEmpty(), timeout=WAIT_MS)
    assert name(pane) == "2"  # its preview is left


def test_keys_go_on_acting_behind_a_photo_that_cannot_be_seen(
    qtbot: QtBot, opened: MainWindow
) -> None:
    go(opened, 5)
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_Right)
    assert opened.viewer.current is not None
    assert opened.viewer.current.path.name == "IMG_0006.JPG"
    assert opened.loupe.isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_1)
    says(opened, qtbot, "IMG_0006.JPG rated 1")
    press(Qt.Key.Key_Left)
    assert opened.viewer.current.path.name == "IMG_0005.JPG"
    press(Qt.Key.Key_Z)
    assert opened.loupe.canvas.zoom is Zoom.ACTUAL


def test_the_filmstrip_shares_the_selection_and_leaves_the_keys_alone(
    qtbot: QtBot, opened: MainWindow
) -> None:
    assert not opened.filmstrip.isVisible()
    press(Qt.Key.Key_E)
    assert opened.filmstrip.isVisible()
    strip = opened.filmstrip
    third = strip.visualRect(strip.model().index(2)).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=third)
    assert opened.viewer.current is not None
    assert opened.viewer.current.path.name == "IMG_0003.JPG"
    press(Qt.Key.Key_Right)
    assert opened.viewer.current.path.name == "IMG_0004.JPG"
    opened.actions_["filmstrip"].trigger()
    assert not strip.isVisible()


def test_full_screen_is_for_the_photos_and_escape_gives_it_back(opened: MainWindow) -> None:
    opened.actions_["folders_panel"].trigger()
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_F)
    assert opened.isFullScreen()
    assert not opened.top_bar.isVisible()
    assert not opened.info.isVisible()
    assert opened.status.isVisible()  # what a key did, and Undo
    press(Qt.Key.Key_Escape)
    assert not opened.isFullScreen()
    assert opened.viewer.in_loupe
    assert opened.info.isVisible()
    assert not opened.folder_tree.isVisible()  # it was not wanted before either
    assert not opened.actions_["full_screen"].isChecked()


def test_the_second_window_follows_and_has_the_keys(qtbot: QtBot, opened: MainWindow) -> None:
    press(Qt.Key.Key_F12)
    second = opened.views.second
    assert second is not None
    qtbot.waitExposed(second)
    go(opened, 3)
    [pane] = second.loupe.panes
    assert name(pane) == "3"
    select(opened, 1, 4)
    go(opened, 4)
    assert name(pane) == "4"
    second.activateWindow()
    second.setFocus()
    qtbot.waitUntil(second.isActiveWindow, timeout=WAIT_MS)
    QTest.keyClick(second.loupe.canvas, Qt.Key.Key_2)
    says(opened, qtbot, "IMG_0004.JPG rated 2")
    second.close()
    assert not opened.actions_["second_window"].isChecked()
    assert opened.views.second is None


def test_a_second_window_whose_monitor_is_unplugged_comes_back(
    qtbot: QtBot, opened: MainWindow, qapp: QApplication
) -> None:
    opened.actions_["second_window"].trigger()
    second = opened.views.second
    assert second is not None
    second.setGeometry(QRect(90_000, 90_000, 400, 300))
    qapp.screenRemoved.emit(qapp.primaryScreen())
    screen = opened.screen().geometry()
    qtbot.waitUntil(lambda: screen.contains(second.geometry().center()), timeout=WAIT_MS)
    says(opened, qtbot, "The other monitor is gone")


def test_overlays_are_drawn_over_every_view(qtbot: QtBot, opened: MainWindow) -> None:
    press(Qt.Key.Key_E)
    canvas = opened.loupe.canvas
    qtbot.waitUntil(lambda: is_drawn(canvas), timeout=WAIT_MS)
    area = canvas.picture_area_px
    third = QPoint(area.x() + round(area.width() / 3), area.y() + area.height() // 2)
    plain = canvas.grab().toImage()
    press(Qt.Key.Key_O)
    assert canvas.grab().toImage().pixelColor(third) != plain.pixelColor(third)
    press(Qt.Key.Key_C)
    pane = compare(opened).pane(Side.SELECT)
    qtbot.waitUntil(lambda: is_drawn(pane.canvas), timeout=WAIT_MS)
    with_lines = pane.canvas.grab().toImage()
    press(Qt.Key.Key_O)
    assert pane.canvas.grab().toImage() != with_lines
    press(Qt.Key.Key_H)
    without = pane.canvas.grab().toImage()
    qtbot.waitUntil(lambda: pane.canvas.grab().toImage() != without, timeout=WAIT_MS)


def test_actions_of_a_view_wait_for_it(opened: MainWindow) -> None:
    actions = opened.actions_
    assert not actions["swap"].isEnabled()
    press(Qt.Key.Key_C)
    assert actions["swap"].isEnabled()
    assert not actions["take_out"].isEnabled()
    press(Qt.Key.Key_N)
    assert actions["take_out"].isEnabled()
    press(Qt.Key.Key_G)
    assert not actions["take_out"].isEnabled()


def test_the_overlays_that_are_on_are_those_of_the_keys(opened: MainWindow) -> None:
    for key in (Qt.Key.Key_H, Qt.Key.Key_J, Qt.Key.Key_D, Qt.Key.Key_A, Qt.Key.Key_O):
        press(key)
    assert opened._overlays.on == frozenset(Overlay)
    assert opened.actions_["clipping"].isChecked()
    press(Qt.Key.Key_J)
    assert Overlay.CLIPPING not in opened._overlays.on
