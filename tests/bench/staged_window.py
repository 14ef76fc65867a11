"""The real window on a home of its own, for measuring; and waiting as a user's eyes do."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.garbage import GarbageCollection
from app.grid.photo_list_model import PhotoListModel
from app.interpreter import put_window_first
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core.paths import AppPaths
from core.services.engine import open_engine

_PATIENCE_S = 120


@contextmanager
def staged_window(paths: AppPaths, *, size: tuple[int, int] = (1600, 1000)) -> Iterator[MainWindow]:
    """A window that has been painted; closed as the program closes it."""
    put_window_first()
    application = QApplication.instance() or QApplication(["Shortlist"])
    assert isinstance(application, QApplication)
    apply_theme(application, theme_named("dark"))
    engine = open_engine(paths)
    jobs = JobRunner(application)  # outlives the answers that are still under way
    garbage = GarbageCollection()
    window = MainWindow(engine, jobs)
    try:
        window.resize(*size)
        window.show()
        window.activateWindow()
        yield window
    finally:
        window.close()
        jobs.shutdown()
        engine.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()  # here, and not in a thread of the next window
        garbage.stop()


def photos_of(window: MainWindow) -> PhotoListModel:
    """The list that the grid shows."""
    model = window.grid.model()
    assert isinstance(model, PhotoListModel)
    return model


def is_shown(window: MainWindow, count: int) -> bool:
    """Whether the grid lists so many photos and knows those on screen, ready to be painted."""
    model, grid = photos_of(window), window.grid
    if len(model.ids) != count:
        return False
    first = grid.verticalScrollBar().value() // grid.gridSize().height() * grid.columns
    cells = grid.columns * (grid.viewport().height() // grid.gridSize().height() + 2)
    return all(model.photo_at(row) for row in range(first, min(count, first + cells)))


def show_folder(window: MainWindow, folder: Path) -> None:
    """Open a folder and wait until nothing is left to do for it."""
    ended: list[bool] = []
    window.work.import_ended.connect(lambda: ended.append(True))
    window.open_paths([folder])
    seconds_until(lambda: bool(ended))


def seconds_until(condition: Callable[[], bool], patience_s: float = _PATIENCE_S) -> float:
    """Let the window live until the condition holds; how long that took."""
    began = time.perf_counter()
    while not condition():
        QApplication.processEvents()
        if time.perf_counter() - began > patience_s:
            raise RuntimeError("the window did not get there")
        time.sleep(0.0005)  # the workers need the interpreter too
    return time.perf_counter() - began


def live_for(seconds: float) -> None:
    """Let the window live, as while somebody looks at it."""
    ends = time.perf_counter() + seconds
    seconds_until(lambda: time.perf_counter() >= ends)
