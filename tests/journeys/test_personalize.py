"""A photographer who loves warm light personalizes: rates, learns, sees, accepts, goes back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.dialogs.personalize_dialog import PersonalizeDialog, Step
from app.grid.photo_list_model import Role
from app.main_window import MainWindow
from core.photo import Filter, Photo, Query, SortKey
from tests.make_photos import make_exif, natural_image

SHOOTS, FRAMES = 5, 12
RATED = 10  # of each shoot
WAIT_MS = 60_000
PAUSE = timedelta(minutes=3)  # between two frames, so that none is a burst

Start = Callable[[], MainWindow]


@pytest.fixture(scope="module")
def shoots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five days, half of their frames warm and half cold, bright and dark ones among both."""
    top = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(4)
    for shoot in range(SHOOTS):
        folder = top / f"day {shoot + 1}"
        folder.mkdir()
        begin = datetime(2026, 5, 1 + shoot, 9)
        for frame in range(FRAMES):
            warm = frame % 2 == 0
            picture = lit(natural_image(240, 160, seed=100 * shoot + frame), rng, warm=warm)
            name = f"{'warm' if warm else 'cold'}-{shoot + 1}{frame:02}.jpg"
            exif = make_exif(taken_at=begin + frame * PAUSE)
            picture.save(folder / name, exif=exif, quality=92)
    return top


def lit(picture: Image.Image, rng: np.random.Generator, *, warm: bool) -> Image.Image:
    """The scene in the light of a lamp or of the shade, more or less of it."""
    grey = np.asarray(picture.convert("L"), dtype=np.float64)[..., None]
    strength = rng.uniform(0.12, 0.22)
    red = 1 + strength if warm else 1 - strength
    level = rng.uniform(70, 190)
    values = grey / grey.mean() * level * np.array([red, 1.0, 2 - red])
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def shown(window: MainWindow) -> list[str]:
    """The names in the grid, in order."""
    model = window.grid.model()
    photos = [model.index(row, 0).data(Role.PHOTO) for row in range(model.rowCount())]
    return [photo.path.name for photo in photos if photo is not None]


def stored(window: MainWindow) -> dict[str, Photo]:
    """The catalogue, by file name."""
    browse = window._engine.browse
    return {photo.path.name: photo for photo in browse.photos(browse.ids(Query(Filter()))).values()}


def warm_share(names: list[str]) -> float:
    """Of the better half of the grid."""
    best = names[: len(names) // 2]
    return sum(name.startswith("warm") for name in best) / len(best)


def open_and_score(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.open_paths([folder])
    told = f"{SHOOTS * FRAMES} photos scored"
    qtbot.waitUntil(lambda: told in window.status.message, timeout=WAIT_MS)
    window.filter_bar.sort_by(SortKey.NAME, descending=False)
    qtbot.waitUntil(lambda: shown(window) == sorted(shown(window)), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(shown(window)) == SHOOTS * FRAMES, timeout=WAIT_MS)
    window.viewer.take_focus()


def rate(qtbot: QtBot, window: MainWindow) -> int:
    """Walk through the grid and rate by taste alone, as one does with the keys."""
    expected: dict[str, int] = {}
    qtbot.keyClick(window.grid, Qt.Key.Key_Home)
    for number, name in enumerate(shown(window)):
        if number % FRAMES < RATED:
            stars = (5, 4) if name.startswith("warm") else (2, 1)
            expected[name] = stars[number % 2]
            qtbot.keyClick(window.grid, Qt.Key(Qt.Key.Key_0 + expected[name]))
        qtbot.keyClick(window.grid, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: all(stored(window)[name].stars == stars for name, stars in expected.items()),
        timeout=WAIT_MS,
    )
    return len(expected)


def press(qtbot: QtBot, dialog: PersonalizeDialog, text: str) -> None:
    [button] = [b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def back_to(qtbot: QtBot, window: MainWindow) -> None:
    """The photographs have the keys again, as when the desktop gives the focus back."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    window.viewer.take_focus()


def read(dialog: PersonalizeDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def learned(qtbot: QtBot, window: MainWindow) -> PersonalizeDialog:
    """Open the dialog and learn."""
    window.actions_["personalize"].trigger()
    [dialog] = [one for one in window.findChildren(PersonalizeDialog) if one.isVisible()]
    qtbot.waitUntil(lambda: "photos of" in read(dialog), timeout=WAIT_MS)
    press(qtbot, dialog, "Learn")
    qtbot.waitUntil(lambda: dialog.step is Step.VERDICT, timeout=WAIT_MS)
    return dialog


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
