"""A photographer who loves warm light: the shoots, and what is done in every journey with them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
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


def write_shoots(top: Path) -> Path:
    """Five days, half of their frames warm and half cold, bright and dark ones among both."""
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
