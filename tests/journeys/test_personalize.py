"""A photographer who loves warm light personalizes: rates, learns, sees, accepts, goes back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.dialogs.personalize_dialog import PersonalizeDialog
from app.main_window import MainWindow
from core.photo import SortKey
from tests.journeys.warm_light import (
    FRAMES,
    SHOOTS,
    WAIT_MS,
    back_to,
    learned,
    open_and_score,
    press,
    rate,
    read,
    shown,
    stored,
    warm_share,
)

Start = Callable[[], MainWindow]


def test_rate_learn_accept_see_the_order_change_and_go_back(
    qtbot: QtBot, start: Start, shoots: Path
) -> None:
    window = start()
    open_and_score(qtbot, window, shoots)
    count = rate(qtbot, window)
    qtbot.waitUntil(
        lambda: window.indicator.ratings_text.startswith(f"{count} ratings in {SHOOTS} shoots"),
        timeout=WAIT_MS,
    )
    window.filter_bar.sort_by(SortKey.SCORE, descending=True)
    qtbot.waitUntil(lambda: shown(window) != sorted(shown(window)), timeout=WAIT_MS)
    before = shown(window)
    scores = {name: photo.score for name, photo in stored(window).items()}
    assert warm_share(before) < 0.7

    dialog = learned(qtbot, window)
    text = read(dialog)
    assert dialog.verdict.sentence
    assert f"Learned from {count} ratings in {SHOOTS} shoots" in text
    assert "Keepers you would lose per 100" in text
    tiles = dialog.verdict.moves.tiles
    assert [tile.photo.path.name[:4] for tile in tiles[:3]] == ["warm"] * 3
    assert shown(window) == before  # a verdict changes nothing

    press(qtbot, dialog, "Use this model")
    qtbot.waitUntil(lambda: shown(window) != before, timeout=WAIT_MS)
    assert warm_share(shown(window)) > 0.9
    qtbot.waitUntil(lambda: "My taste" in window.status.message, timeout=WAIT_MS)
    assert window.indicator.model_text.endswith("My taste")

    window = start()  # and it is still so the next day
    window.open_paths([shoots])
    qtbot.waitUntil(lambda: len(shown(window)) == SHOOTS * FRAMES, timeout=WAIT_MS)
    assert warm_share(shown(window)) > 0.9
    qtbot.waitUntil(lambda: window.indicator.model_text.endswith("My taste"), timeout=WAIT_MS)

    told = "Nothing has changed"  # the last news of the background
    qtbot.waitUntil(lambda: told in window.status.message, timeout=WAIT_MS)
    [everybody] = [a for a in window.indicator._menu.actions() if a.text() == "For everybody"]
    everybody.trigger()
    qtbot.waitUntil(lambda: shown(window) == before, timeout=WAIT_MS)
    assert {name: photo.score for name, photo in stored(window).items()} == scores
    qtbot.waitUntil(lambda: "for everybody" in window.status.message, timeout=WAIT_MS)
    [undo] = [
        b for b in window.status.findChildren(QToolButton) if b.text() == "Undo" and b.isVisible()
    ]
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: warm_share(shown(window)) > 0.9, timeout=WAIT_MS)


def test_the_photos_to_rate_next_come_with_reasons_and_make_it_better_informed(
    qtbot: QtBot, start: Start, shoots: Path
) -> None:
    window = start()
    open_and_score(qtbot, window, shoots)
    all_ = shown(window)
    for name in ("cold-101.jpg", "warm-100.jpg", "cold-203.jpg", "warm-202.jpg"):
        window.grid.go_to_row(all_.index(name))
        qtbot.keyClick(window.grid, Qt.Key.Key_5 if name.startswith("warm") else Qt.Key.Key_1)
    qtbot.waitUntil(
        lambda: window.indicator.ratings_text == "4 ratings in 2 shoots: not enough yet",
        timeout=WAIT_MS,
    )
    window.actions_["personalize"].trigger()
    [dialog] = window.findChildren(PersonalizeDialog)
    press(qtbot, dialog, "Rate these next")
    qtbot.waitUntil(lambda: window.chosen.active and len(shown(window)) == 12, timeout=WAIT_MS)
    dialog.reject()
    back_to(qtbot, window)
    assert window.banner.title == "Rate these next: 0 of 12 rated"
    assert window.banner.reason.startswith("This one: ")
    for name in shown(window):
        qtbot.keyClick(window.grid, Qt.Key.Key_5 if name.startswith("warm") else Qt.Key.Key_1)
        qtbot.keyClick(window.grid, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: window.banner.title == "Rate these next: 12 of 12 rated", timeout=WAIT_MS
    )
    qtbot.keyClick(window.grid, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shown(window) == all_, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.indicator.ratings_text.startswith("16 "), timeout=WAIT_MS)


def test_why_a_score_is_so(qtbot: QtBot, start: Start, shoots: Path) -> None:
    window = start()
    open_and_score(qtbot, window, shoots)
    rate(qtbot, window)
    dialog = learned(qtbot, window)
    press(qtbot, dialog, "Use this model")
    qtbot.waitUntil(lambda: "My taste" in window.status.message, timeout=WAIT_MS)
    back_to(qtbot, window)
    qtbot.keyClick(window.grid, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: window.viewer.current is not None, timeout=WAIT_MS)
    assert window.viewer.current.path.name.startswith("warm")
    qtbot.keyClick(window.grid, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: len(window.why.alike.tiles) == 3, timeout=WAIT_MS)
    assert "“My taste”" in window.why.sentence
    assert all(tile.photo.stars for tile in window.why.alike.tiles)
    qtbot.mouseClick(window.why.alike.tiles[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.chosen.active and len(shown(window)) == 4, timeout=WAIT_MS)
    qtbot.keyClick(window.grid, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(shown(window)) == SHOOTS * FRAMES, timeout=WAIT_MS)


def test_equal_ratings_are_refused_in_words(qtbot: QtBot, start: Start, shoots: Path) -> None:
    window = start()
    open_and_score(qtbot, window, shoots)
    qtbot.keyClick(window.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.grid, Qt.Key.Key_3)
    qtbot.waitUntil(
        lambda: window.indicator.ratings_text.startswith(f"{SHOOTS * FRAMES} ratings"),
        timeout=WAIT_MS,
    )
    window.actions_["personalize"].trigger()
    [dialog] = window.findChildren(PersonalizeDialog)
    qtbot.waitUntil(lambda: "equal" in dialog.start.sentence, timeout=WAIT_MS)
    [learn] = [b for b in dialog.findChildren(QPushButton) if b.text() == "Learn"]
    assert not learn.isEnabled()
    dialog.reject()
