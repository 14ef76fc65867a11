"""The window's parts for tests, and a guard: nothing a test starts may outlive it."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.main_window import MainWindow
from core.paths import app_paths
from core.services.engine import Engine, open_engine

_PATIENCE_S = 5.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of every top-level window that it cannot pass on its limits."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def nothing_is_left_behind(qapp: QApplication) -> Iterator[None]:
    """No thread, process, ticking timer or window stays when a test is over."""
    threads = set(threading.enumerate())
    processes = set(psutil.Process().children(recursive=True))
    timers = _ticking()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not _stays(lambda: set(threading.enumerate()) - threads), "a thread was left running"
    assert not _stays(lambda: _alive(processes)), "a process was left running"
    assert not _ticking() - timers, "a timer was left ticking"
    assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()], "a window stayed open"


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown(), "a job ignored its cancellation: call task.report() in its loop"


@pytest.fixture
def engine(shortlist_home: Path) -> Iterator[Engine]:
    opened = open_engine(app_paths(shortlist_home), workers=1)
    yield opened
    opened.close()


@pytest.fixture
def window(qtbot: QtBot, engine: Engine, jobs: JobRunner) -> Iterator[MainWindow]:
    """The real window over a real engine, on screen as far as the tests have one."""
    shown = MainWindow(engine, jobs)
    shown.resize(1340, 840)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    yield shown
    shown.close()
    jobs.shutdown()
    shown.deleteLater()
    del shown
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # its pictures and its model, before the next window has its own


def _ticking() -> set[int]:
    """The timers of Python that run now."""
    return {
        id(found)
        for found in gc.get_objects()
        if type(found) is QTimer and shiboken6.isValid(found) and found.isActive()
    }


def _alive(before: set[psutil.Process]) -> set[psutil.Process]:
    now = set(psutil.Process().children(recursive=True)) - before
    return {process for process in now if "resource_tracker" not in " ".join(process.cmdline())}


def _stays(left: Callable[[], set[Any]]) -> set[Any]:
    """What is still there after some patience."""
    until = time.monotonic() + _PATIENCE_S
    while left() and time.monotonic() < until:
        QCoreApplication.processEvents()
        time.sleep(0.01)
    return left()
