"""The grid: first thumbnails of a new folder, and a catalogue of 50,000 photos."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.grid.thumbnails import Thumbnails
from app.main_window import MainWindow
from core.paths import AppPaths, app_paths
from core.photo import SortKey
from tests.bench.catalog import MANY, catalogue_of
from tests.bench.figures import Figure, median, percentile_95
from tests.bench.inputs import Inputs
from tests.bench.staged_window import (
    is_shown,
    live_for,
    photos_of,
    seconds_until,
    show_folder,
    staged_window,
)

_NEW_PHOTOS = 1_000
_REPEATS = 5
_STEPS = 300
_FRAME_S = 1 / 60
_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)


def first_thumbnails(inputs: Inputs) -> list[Figure]:
    """A folder that was never seen before, in a window that has just been opened."""
    folder = inputs.folder_of(_NEW_PHOTOS, inputs.frames())
    firsts, screens = [], []
    for _ in range(_REPEATS):
        with staged_window(app_paths(inputs.scratch("thumbnails"))) as window:
            live_for(1.5)  # the user looks for the folder
            first, screen = _thumbnails_of(window, folder)
            firsts.append(first)
            screens.append(screen)
    note = f"new folder of {_NEW_PHOTOS:,} JPEGs of 24 MP; 12 of them after {median(screens):.2f} s"
    return [Figure("first thumbnail", median(firsts), 0.5, "s", note=note)]


def many_photos(inputs: Inputs) -> list[Figure]:
    """Opening, scrolling, sorting and rating with 50,000 photos in the grid."""
    folder = inputs.folder_of(MANY, inputs.small_frames())
    paths = catalogue_of(folder, inputs.scratch("many"))
    opened = median(_seconds_to_open(paths, folder) for _ in range(_REPEATS))
    with _opened(paths, folder) as window:
        scrolled = percentile_95(_scroll_steps(window))
        sorted_ = median(_seconds_to_sort(window, key) for key in [*SortKey] * 2)
        rated = median(_seconds_to_rate(window, key) for key in _KEYS * 4)
    many = f"{MANY:,} photos"
    return [
        Figure("opening a catalogue", opened, 0.5, "s", note=f"{many}, until they are painted"),
        Figure("scrolling, p95", 1000 * scrolled, 16, "ms", note=f"a row, {many}, all events"),
        Figure("sorting again", 1000 * sorted_, 150, "ms", note=f"{many}, until painted"),
        Figure("rating by key", 1000 * rated, 50, "ms", note="key to painted star, on disk before"),
    ]


def _thumbnails_of(window: MainWindow, folder: Path) -> tuple[float, float]:
    """Seconds until the first thumbnail was painted, and until a dozen were."""
    thumbnails = window.findChild(Thumbnails)
    assert thumbnails is not None
    arrived: list[float] = []
    began = time.perf_counter()

    def painted(_id: object) -> None:
        window.grid.viewport().repaint()
        arrived.append(time.perf_counter() - began)

    thumbnails.arrived.connect(painted)
    window.open_paths([folder])
    seconds_until(lambda: len(arrived) >= 12)
    return arrived[0], arrived[11]


def _seconds_to_open(paths: AppPaths, folder: Path) -> float:
    began = time.perf_counter()
    with staged_window(paths) as window:
        window.open_paths([folder])
        seconds_until(lambda: is_shown(window, MANY))
        window.grid.viewport().repaint()
        return time.perf_counter() - began


@contextmanager
def _opened(paths: AppPaths, folder: Path) -> Iterator[MainWindow]:
    """The window at rest on the folder: nothing left to look for, nothing to score."""
    with staged_window(paths) as window:
        show_folder(window, folder)
        window.work.stop()
        live_for(2)
        window.viewer.take_focus()
        yield window


def _scroll_steps(window: MainWindow) -> list[float]:
    """How long the window was busy with each step of a walk through the grid."""
    bar, height = window.grid.verticalScrollBar(), window.grid.gridSize().height()
    taken = []
    for _ in range(_STEPS):
        began = time.perf_counter()
        bar.setValue(bar.value() + height)
        QApplication.processEvents()
        taken.append(time.perf_counter() - began)
        time.sleep(max(0.0, _FRAME_S - taken[-1]))
    return taken


def _seconds_to_sort(window: MainWindow, key: SortKey) -> float:
    before, photos = window.browsing.query, photos_of(window)
    ids = photos.ids
    query = replace(before, sort=key, descending=not before.descending)
    began = time.perf_counter()
    window.browsing.ask(query)
    seconds_until(lambda: photos.ids is not ids and is_shown(window, MANY))
    window.grid.viewport().repaint()
    taken = time.perf_counter() - began
    live_for(0.2)
    return taken


def _seconds_to_rate(window: MainWindow, key: Qt.Key) -> float:
    photos = photos_of(window)
    window.grid.step(1)
    live_for(0.1)
    id_, stars = window.grid.current_id, key - Qt.Key.Key_0
    assert id_ is not None

    def shown() -> bool:
        photo = photos.photo(id_)
        return photo is not None and photo.stars == stars

    if shown():
        QTest.keyClick(window.grid, Qt.Key.Key_0)
        seconds_until(lambda: not shown())
    began = time.perf_counter()
    QTest.keyClick(window.grid, key)
    seconds_until(shown)
    window.grid.viewport().repaint()
    return time.perf_counter() - began
