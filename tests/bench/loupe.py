"""The loupe: the next photo when walking forward."""

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from core.paths import app_paths
from core.photo import PhotoId
from tests.bench.figures import Figure, median
from tests.bench.inputs import Inputs
from tests.bench.staged_window import live_for, seconds_until, show_folder, staged_window

_PHOTOS = 60
_STEPS = 20
_LOOK_S = 1.0  # how long a quick culler looks at a frame


def next_photo(inputs: Inputs) -> list[Figure]:
    """A key a second, each to the following 24-megapixel photo."""
    folder = inputs.folder_of(_PHOTOS, inputs.frames())
    with staged_window(app_paths(inputs.scratch("loupe"))) as window:
        show_folder(window, folder)
        window.work.stop()
        window.actions_["loupe"].trigger()
        ready: list[PhotoId] = []

        def note_ready(id_: PhotoId) -> None:  # Qt cannot be given list.append
            ready.append(id_)

        window.loupe.picture_ready.connect(note_ready)
        live_for(2)
        taken = [_seconds_to_next(window, ready) for _ in range(_STEPS)]
        width = window.loupe.canvas.width()
    note = f"24 MP fitted to {width} px, one key a second, until painted"
    return [Figure("next photo in the loupe", 1000 * median(taken), 50, "ms", note=note)]


def _seconds_to_next(window: MainWindow, ready: list[PhotoId]) -> float:
    before = window.grid.current_id
    began = time.perf_counter()
    QTest.keyClick(window.loupe.canvas, Qt.Key.Key_Right)
    seconds_until(
        lambda: (
            window.grid.current_id not in (None, before)
            and bool(ready)
            and ready[-1] == window.grid.current_id
        )
    )
    window.loupe.canvas.repaint()
    taken = time.perf_counter() - began
    live_for(_LOOK_S)
    return taken
