"""The loupe: walking through photos of 24 megapixels, fitted and at 1:1, and what that holds."""

import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.loupe.view_frame import Zoom
from app.main_window import MainWindow
from core.paths import app_paths
from core.photo import PhotoId
from tests.bench.figures import Figure, median, percentile_95
from tests.bench.inputs import Inputs
from tests.bench.memory import tree_bytes
from tests.bench.staged_window import live_for, seconds_until, show_folder, staged_window

_PHOTOS = 260
_STEPS = 200
_STEPS_AT_1_TO_1 = 40
_ZOOMS = 12
_LOOK_S = 0.5  # how long a quick culler looks at a frame
_FIRST = 2  # steps until enough is decoded ahead
_WEIGH_EVERY = 8  # steps; weighing all processes takes as long as painting


class _Walk:
    """The window in the loupe, and when which photo was drawn as wanted."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.ready: list[PhotoId] = []
        self.peak_bytes = 0
        self._tree = psutil.Process()
        self._steps = 0
        window.loupe.picture_ready.connect(self._note)

    def seconds_to_next(self) -> float:
        """From the key until the following photo is painted; then look at it for a while."""
        grid, canvas = self.window.grid, self.window.loupe.canvas
        before = grid.current_id
        self.ready.clear()
        began = time.perf_counter()
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        seconds_until(lambda: grid.current_id != before and grid.current_id in self.ready)
        canvas.repaint()
        taken = time.perf_counter() - began
        live_for(_LOOK_S)
        self._steps += 1
        if self._steps % _WEIGH_EVERY == 0:
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self._tree))
        return taken

    def seconds_to_actual(self) -> float:
        """From the key until every pixel on screen is one of the photo, not decoded before."""
        loupe = self.window.loupe
        self.ready.clear()
        began = time.perf_counter()
        QTest.keyClick(loupe.canvas, Qt.Key.Key_Z)
        seconds_until(lambda: loupe.canvas.zoom is Zoom.ACTUAL and bool(self.ready))
        loupe.canvas.repaint()
        return time.perf_counter() - began

    def _note(self, id_: PhotoId) -> None:  # Qt cannot be given list.append
        self.ready.append(id_)


def next_photo(inputs: Inputs) -> list[Figure]:
    """The right arrow, two photos a second, and 1:1 of photos that nothing is known of yet."""
    folder = inputs.folder_of(_PHOTOS, inputs.frames())
    with staged_window(app_paths(inputs.scratch("loupe"))) as window:
        walk = _begun(window, folder)
        busy_s = _processor_seconds()
        fitted = [walk.seconds_to_next() for _ in range(_STEPS)][_FIRST:]
        busy_s = (_processor_seconds() - busy_s) / _STEPS
        window.actions_["zoom"].trigger()
        live_for(2)
        actual = [walk.seconds_to_next() for _ in range(_STEPS_AT_1_TO_1)][_FIRST:]
        width = window.loupe.canvas.width()
        peak_mb = walk.peak_bytes / 1e6
    cold = _seconds_to_cold_actual(inputs, folder)
    note = f"{_STEPS} frames of 24 MP fitted to {width} px, two a second, until painted"
    cost = f"{1000 * busy_s:.0f} ms of processor time a frame"
    return [
        *_step_figures("next photo in the loupe", fitted, f"{note}; {cost}"),
        *_step_figures("next photo at 1:1", actual, "likewise, at the same place"),
        Figure("1:1, nothing decoded before", 1000 * median(cold), 150, "ms", note="key to paint"),
        Figure("memory of the walk", peak_mb, 1000, "MB", note="window and workers together"),
    ]


def _step_figures(name: str, seconds: Sequence[float], note: str) -> list[Figure]:
    return [
        Figure(f"{name}, p95", 1000 * percentile_95(seconds), 50, "ms", note=note),
        Figure(f"{name}, longest", 1000 * max(seconds), 50, "ms", note=f"after the first {_FIRST}"),
    ]


def _begun(window: MainWindow, folder: Path) -> _Walk:
    show_folder(window, folder)
    window.work.stop()
    window.actions_["loupe"].trigger()
    walk = _Walk(window)
    live_for(2)
    return walk


def _seconds_to_cold_actual(inputs: Inputs, folder: Path) -> list[float]:
    """Each photo is jumped to, seen fitted, and zoomed before its 1:1 can have been guessed."""
    with staged_window(app_paths(inputs.scratch("zoom"))) as window:
        walk = _begun(window, folder)
        taken = []
        for number in range(_ZOOMS):
            window.viewer.loupe.zoom_fit()
            walk.ready.clear()
            window.grid.go_to_row(8 + 12 * number)
            seconds_until(lambda: window.grid.current_id in walk.ready)
            taken.append(walk.seconds_to_actual())
    return taken


def _processor_seconds() -> float:
    """What this process and its workers have computed so far."""
    me = psutil.Process()
    times = [me.cpu_times(), *(child.cpu_times() for child in me.children(recursive=True))]
    return sum(each.user + each.system for each in times)
