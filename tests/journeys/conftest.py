"""The real window over a real engine in a throw-away home, closed as a user closes it."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.garbage import GarbageCollection
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core.paths import app_paths
from core.services import engine as engine_module
from core.services.engine import open_engine
from tests.journeys.warm_light import write_shoots
from tests.make_model import write_brightness_model


@pytest.fixture(scope="module")
def shoots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five days of somebody who loves warm light."""
    return write_shoots(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """What scores the photos: their brightness, so that a test knows the order."""
    return write_brightness_model(tmp_path / "model")


@pytest.fixture
def start(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], MainWindow]]:
    """Opens the program; called again, it closes the window first: the next start."""
    monkeypatch.setattr(engine_module, "shipped_model", lambda: model)
    apply_theme(qapp, theme_named("dark"))
    garbage = GarbageCollection()
    running: list[Callable[[], None]] = []

    def open_() -> MainWindow:
        while running:
            running.pop()()
        engine = open_engine(app_paths(tmp_path / "home"), workers=2)
        jobs = JobRunner(qapp)
        window = MainWindow(engine, jobs)
        window.resize(1440, 860)  # the offscreen platform's screen is no photographer's

        def close() -> None:
            window.close()
            assert jobs.shutdown(), "a job ignored its cancellation"
            QApplication.processEvents()  # answers that were under way find the window
            engine.close()
            window.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()

        running.append(close)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield open_
    while running:
        running.pop()()
    garbage.stop()
