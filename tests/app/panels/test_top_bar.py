"""The bar above the photographs never decides how wide the window is."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core.photo import Tally, TechnicalPart


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """In the theme of a real start, whose buttons are wider than Qt's own."""
    before = qapp.styleSheet()
    apply_theme(qapp, theme_named("dark"))
    yield
    qapp.setStyleSheet(before)


def test_news_and_background_work_never_widen_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1024, 640)
    window.top_bar.show_outdated("88,888 new scores")
    window.status.show_tally(Tally(88_888, 8_000, 8_000, 8_000, 8_000, 800, 80))
    window.status.say_with("8,888 photos could not be read.", "Show", lambda: None)
    window.filter_bar._dates.content.set_days(QDate(2026, 5, 1), QDate(2026, 5, 3))
    window.filter_bar._score.content.set_range(10, 90)
    window.filter_bar._technical.content.row(TechnicalPart.NOISE).slider.set_range(10, 90)
    qtbot.wait(20)
    assert window.width() == 1024
    assert window.minimumSizeHint().width() <= 1024


def test_only_a_filter_that_was_set_folds_the_bar(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1440, 860)
    assert not window.top_bar.is_folded
    window.top_bar.show_outdated("88,888 new scores")
    qtbot.wait(20)
    assert not window.top_bar.is_folded
    window.filter_bar._dates.content.set_days(QDate(2026, 5, 1), QDate(2026, 5, 3))
    assert window.top_bar.is_folded
    window.filter_bar.clear()
    assert not window.top_bar.is_folded


def test_tab_goes_from_left_to_right(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1440, 860)
    qtbot.wait(20)
    window.top_bar._open.setFocus(Qt.FocusReason.TabFocusReason)
    visited: list[QWidget] = []
    while (here := QApplication.focusWidget()) and window.top_bar.isAncestorOf(here):
        visited.append(here)
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    lefts = [part.mapTo(window, QPoint()).x() for part in visited]
    assert len(visited) > 10
    assert all(left < right for left, right in pairwise(lefts))
