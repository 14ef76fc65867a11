"""What escapes every handler is a bug: it is logged, and the user is told once, in words."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.dialogs.crash_dialog import CrashDialog

logger = logging.getLogger(__name__)


class CrashHooks(QObject):
    """Catches exceptions of all threads; the dialog always opens on the GUI thread."""

    _caught = Signal(str)

    def __init__(self, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._dialog: CrashDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> Callable[[], None]:
        """Take over; the result gives back what was there before."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self._take
        threading.excepthook = self._take_of_thread

        def restore() -> None:
            sys.excepthook, threading.excepthook = before

        return restore

    def _take(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        logger.critical("A mistake of the program", exc_info=(kind, error, trace))
        self._caught.emit("".join(traceback.format_exception(kind, error, trace)))

    def _take_of_thread(self, caught: threading.ExceptHookArgs) -> None:
        error = caught.exc_value
        if error is not None:
            self._take(caught.exc_type, error, caught.exc_traceback)

    @Slot(str)
    def _show(self, details: str) -> None:
        if self._dialog is not None:
            return  # one is enough; the log has the others
        self._dialog = CrashDialog(details, self._log_file)
        self._dialog.finished.connect(self._closed)
        self._dialog.show()

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
