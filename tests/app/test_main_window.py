"""What belongs to no part of the window alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core.photo import ColorLabel


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
    window.actions_["light_theme"].trigger()
    assert button.icon().pixmap(16).toImage() != before
