"""The palette over the real window: typing, running, closing, and where the focus goes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.palette.command_palette import CommandPalette
from tests.make_photos import write_shoot

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(window: MainWindow) -> CommandPalette:
    return window.dialogs.palette


@pytest.fixture
def type_(palette: CommandPalette, window: MainWindow) -> Callable[[str], None]:
    """Opens the palette by its key and types."""

    def do(text: str) -> None:
        QTest.keyClick(window, Qt.Key.Key_P, CTRL)
        assert palette.isVisible()
        QTest.keyClicks(focus(), text)

    return do


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_enter_runs_the_best_one_and_the_keys_act_on_photographs_again(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    assert not window.actions_["histogram"].isChecked()
    type_("histog")
    assert palette.lines[0] == "Histogram, off, H"
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert window.actions_["histogram"].isChecked()
    assert not palette.isVisible()
    assert window.viewer.isAncestorOf(focus())


def test_letters_are_words_here_and_no_keys_of_actions(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("xhjo")
    assert not window.actions_["clipping"].isChecked()
    assert palette.lines == []
    said = palette.findChild(QLineEdit).accessibleDescription()
    assert said == "No action is called that."


def test_arrows_choose_and_a_screen_reader_hears_the_choice(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("theme")
    field = palette.findChild(QLineEdit)
    assert "Theme: Dark" in field.accessibleDescription()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert "Theme: Light" in field.accessibleDescription()


def test_escape_closes_and_runs_nothing(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("clipping")
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert not window.actions_["clipping"].isChecked()
    assert window.viewer.isAncestorOf(focus())


def test_what_cannot_be_done_now_says_why_and_does_nothing(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("pick")
    [line] = [line for line in palette.lines if line.startswith("Pick,")]
    assert line.endswith("There is no photo")
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    palette.findChild(QLineEdit).setText("swap")
    assert any("Only in compare" in line for line in palette.lines)
    palette.close_()


def test_what_can_be_done_stands_before_what_cannot(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("a")
    why_not = ("There is no photo", "Only in ", "There is nothing", "Not now")
    cannot = [any(words in line for words in why_not) for line in palette.lines]
    assert cannot == sorted(cannot)
    assert True in cannot
    palette.close_()


def test_a_click_elsewhere_closes_it(
    window: MainWindow, palette: CommandPalette, type_: Callable[[str], None]
) -> None:
    type_("grid")
    window.viewer.take_focus()
    assert not palette.isVisible()


def test_a_recent_folder_opens(
    qtbot: QtBot,
    window: MainWindow,
    palette: CommandPalette,
    type_: Callable[[str], None],
    tmp_path: Path,
) -> None:
    for name in ("wedding", "mountains"):
        write_shoot(tmp_path / name, 2, size=(60, 40))
        window.open_paths([tmp_path / name])
        qtbot.waitUntil(lambda name=name: window.folder.path == tmp_path / name, timeout=10_000)
    type_("open wedd")
    assert palette.lines[0].startswith("Open ")
    assert "wedding" in palette.lines[0]
    table = palette.findChild(QTableView)
    place = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.folder.path == tmp_path / "wedding", timeout=10_000)


def test_in_a_small_window_it_stays_inside(window: MainWindow, palette: CommandPalette) -> None:
    window.actions_["palette"].trigger()
    window.resize(window.minimumSizeHint())
    QApplication.processEvents()
    assert window.rect().contains(palette.geometry())
    palette.close_()
