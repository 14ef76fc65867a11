"""One run of the window, from the first pixel to the last write."""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.crash_hooks import CrashHooks
from app.garbage import GarbageCollection
from app.interpreter import put_window_first
from app.jobs import JobRunner
from app.log_file import LOG_NAME
from app.main_window import MainWindow
from app.theme import apply_theme, theme_named
from core import __version__
from core.errors import CoreError
from core.paths import APP_NAME, AppPaths
from core.services.engine import open_engine

logger = logging.getLogger(__name__)

_WRONG_USE = 2
_STOP_MS = 2500
_SIGNAL_POLL_MS = 200
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)  # close the window as its button does


def run(paths: AppPaths, folders: Sequence[Path], *, catalog: Path | None) -> int:
    """Show the window on these folders until it is closed."""
    put_window_first()
    app = QApplication.instance() or QApplication([APP_NAME])
    assert isinstance(app, QApplication)
    app.setApplicationName(APP_NAME)
    app.setApplicationVersion(__version__)
    apply_theme(app, theme_named("dark"))
    restore = CrashHooks(paths.logs / LOG_NAME, app).install()
    try:
        engine = open_engine(paths, catalog=catalog)
    except CoreError as error:
        _tell(error)
        restore()
        return _WRONG_USE
    apply_theme(app, theme_named(engine.settings.theme))
    jobs = JobRunner(app)
    window = MainWindow(engine, jobs)
    try:
        return _show(app, window, folders)
    finally:
        stopped = jobs.shutdown(_STOP_MS)
        engine.close()  # before the window goes: until then its threads tell it their news
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        restore()
        if not stopped:
            _leave_at_once()


def _show(app: QApplication, window: MainWindow, folders: Sequence[Path]) -> int:
    window.show()
    if folders:
        window.open_paths(folders)
    else:
        window.resuming.begin()
    garbage = GarbageCollection(window)
    before = {number: signal.signal(number, lambda *_: window.close()) for number in _INTERRUPTS}
    awake = QTimer(window, interval=_SIGNAL_POLL_MS)  # Python sees signals only while it runs
    awake.timeout.connect(lambda: None)
    awake.start()
    try:
        return app.exec()
    finally:
        awake.stop()
        garbage.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(error: CoreError) -> None:
    logger.error("The window cannot open: %s", type(error).__name__)
    sys.stderr.write(f"{error} {error.hint}".strip() + "\n")
    box = QMessageBox(QMessageBox.Icon.Warning, APP_NAME, str(error))
    box.setInformativeText(error.hint)
    box.exec()


def _leave_at_once() -> None:
    """Work hangs in the system, as on a drive that is gone; everything of ours is written."""
    logger.warning("Some work did not stop in time")
    logging.shutdown()
    os._exit(0)
