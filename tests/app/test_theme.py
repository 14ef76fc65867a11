"""The themes: readable by computation, remembered by name, and following the system."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import ALL, DARK, HIGH_CONTRAST, LIGHT, Theme, apply_theme, current_theme
from app.wardrobe import Wardrobe
from core.settings import THEMES

GROUNDS = ("window", "canvas", "raised", "hover", "field", "selected")
WORDS = ("text", "quiet")
SIGNS = ("accent", "star", "pick", "reject")
LEAST = {DARK: 4.5, LIGHT: 4.5, HIGH_CONTRAST: 7.0}


@pytest.fixture(autouse=True)
def dark(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, DARK)
    yield
    apply_theme(qapp, DARK)


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""
    parts = QColor(color).getRgbF()[:3]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    """From 1, no difference, to 21, black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_words_stand_out_from_every_ground_they_can_be_on(theme: Theme) -> None:
    pairs = [(getattr(theme, word), getattr(theme, on)) for word, on in product(WORDS, GROUNDS)]
    pairs.append((theme.on_accent, theme.accent))
    pairs += [(theme.accent, getattr(theme, on)) for on in ("window", "canvas")]  # links
    worst = min(pairs, key=lambda pair: contrast(*pair))
    assert contrast(*worst) >= LEAST[theme], worst


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_focus_and_signs_stand_out_three_to_one(theme: Theme) -> None:
    pairs = [(getattr(theme, sign), getattr(theme, on)) for sign, on in product(SIGNS, GROUNDS)]
    worst = min(pairs, key=lambda pair: contrast(*pair))
    assert contrast(*worst) >= 3, worst


def test_what_is_disabled_can_still_be_read_in_high_contrast() -> None:
    assert contrast(HIGH_CONTRAST.disabled, HIGH_CONTRAST.window) >= 4.5


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_greys_are_neutral_so_that_no_hue_shifts_a_photograph(theme: Theme) -> None:
    for name in GROUNDS:
        red, green, blue, _ = QColor(getattr(theme, name)).getRgb()
        assert red == green == blue, name


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_the_application_knows_what_it_wears(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    qapp.setPalette(QPalette(QColor("#00ff00")))  # as an input method or a platform may do
    assert current_theme() is theme


def test_every_theme_can_be_a_setting() -> None:
    assert {*THEMES} == {"system", *(theme.name for theme in ALL)}


def test_the_window_follows_the_system_while_it_runs(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wardrobe = Wardrobe(qapp, "dark")
    hints = qapp.styleHints()

    def system_turns(scheme: Qt.ColorScheme) -> None:
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _: scheme)
        hints.colorSchemeChanged.emit(scheme)

    system_turns(Qt.ColorScheme.Light)
    assert current_theme() is DARK, "the user chose the dark one"
    wardrobe.wear("system")
    assert current_theme() is LIGHT
    with qtbot.waitSignal(wardrobe.changed):
        system_turns(Qt.ColorScheme.Dark)
    assert current_theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
