"""Starts the window as the user does, tells when it was first painted, and closes it.

Run by tests.bench.starting: prints the clock at the first paint, and whether torch was loaded.
"""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent

from app.main_window import MainWindow
from app.startup import main


class _ProbedWindow(MainWindow):
    _seen = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._tell)  # its children are painted in the same pass

    def _tell(self) -> None:
        sys.stdout.write(f"{time.perf_counter()} {'torch' in sys.modules}\n")
        sys.stdout.flush()
        self.close()


if __name__ == "__main__":
    import app.run

    app.run.MainWindow = _ProbedWindow  # type: ignore[misc]
    sys.exit(main(sys.argv[1:]))
