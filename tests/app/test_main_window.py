"""What belongs to no part of the window alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_outcome import ExportOutcome
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core.photo import ColorLabel
from core.services.engine import Engine
from tests.make_photos import write_shoot


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, theme_named("dark"))
    yield
    apply_theme(qapp, theme_named("dark"))


def test_a_panel_that_is_hidden_gives_the_keys_back_to_the_photographs(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.info.findChild(QScrollArea).setFocus()
    window.actions_["info_panel"].trigger()
    assert not window.info.isVisible()
    assert window.viewer.isAncestorOf(QApplication.focusWidget())


@pytest.mark.usefixtures("dark")
def test_another_theme_reaches_the_drawings_on_the_buttons(
    qtbot: QtBot, window: MainWindow
) -> None:
    button = window.filter_bar._labels.button(ColorLabel.NONE)
    before = button.icon().pixmap(16).toImage()
    window.actions_["theme_light"].trigger()
    assert button.icon().pixmap(16).toImage() != before


def test_what_a_dialog_says_itself_is_not_repeated_in_the_status_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    window.actions_["export"].trigger()
    dialog = window.findChild(ExportDialog)
    dialog.set_target(tmp_path / "a file")
    outcome = dialog.findChild(ExportOutcome)
    qtbot.waitUntil(lambda: "a file" in outcome.sentence, timeout=10_000)
    assert window.status.message == ""
    dialog.close()


def test_the_status_line_counts_what_the_next_mark_would_reach(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    write_shoot(tmp_path / "shoot", 3, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: window.status.tally.startswith("3 photos"), timeout=10_000)
    assert "selected" not in window.status.tally
    window.actions_["select_all"].trigger()
    assert "3 selected" in window.status.tally
    window.actions_["select_none"].trigger()
    assert "selected" not in window.status.tally
    qtbot.waitUntil(lambda: "3 photos scored" in window.status.message, timeout=20_000)


def test_the_right_button_offers_what_can_be_said_of_a_photo(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    write_shoot(tmp_path / "shoot", 2, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "2 photos scored" in window.status.message, timeout=20_000)
    middle = window.grid.visualRect(window.grid.model().index(1)).center()
    view = window.grid.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=middle)
    where = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, view.mapToGlobal(middle))
    QApplication.sendEvent(view, where)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    [pick] = [action for action in menu.actions() if action.text() == "Pick"]
    pick.trigger()
    menu.close()
    qtbot.waitUntil(lambda: "IMG_0002.JPG picked" in window.status.message, timeout=10_000)


def test_what_is_wrong_with_the_settings_is_not_hidden_by_the_first_folder(
    qtbot: QtBot, engine: Engine, jobs: JobRunner, tmp_path: Path
) -> None:
    odd = replace(engine, settings_problems=("Settings: the theme “pink” is not known.",))
    window = MainWindow(odd, jobs)
    qtbot.addWidget(window)
    window.show()
    write_shoot(tmp_path / "shoot", 2, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "2 photos scored" in window.status.message, timeout=20_000)
    assert "pink" in window.status.message
    window.close()
