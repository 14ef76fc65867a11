"""Brings the engine's announcements of what changed to the GUI thread."""

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.photo import Changes


class Announcer(Protocol):
    """What the bridge needs of core.services.changes.ChangeFeed."""

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call back on the publisher's thread until the returned function is called."""
        ...


class ChangeBridge(QObject):
    """Emits `changed` on the GUI thread, many announcements at once when they come fast."""

    changed = Signal(Changes)
    _waiting = Signal()

    def __init__(self, feed: Announcer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending: Changes | None = None
        self._waiting.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = feed.subscribe(self._collect)

    def close(self) -> None:
        """Hear nothing more."""
        self._unsubscribe()

    def _collect(self, changes: Changes) -> None:
        with self._lock:
            first = self._pending is None
            self._pending = changes if self._pending is None else self._pending | changes
        if first:
            self._waiting.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            changes, self._pending = self._pending, None
        if changes is not None:
            self.changed.emit(changes)
