"""Whether Caps Lock is on, as far as the key events of this program tell.

Qt has no question for it. The key itself switches what is remembered, and every letter typed
corrects that: its text shows the truth.
"""

import sys

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent


class CapsLock(QObject):
    """Install on the application as an event filter; it never swallows an event."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on = False

    @property
    def is_on(self) -> bool:
        """The best guess; off until a key said otherwise."""
        return self._on

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # A shortcut swallows the press itself, but is always asked about beforehand.
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            self._learn(event)
        elif event.type() is QEvent.Type.KeyRelease and sys.platform == "darwin":
            self._learn_release(event)
        return False

    def _learn(self, event: QEvent) -> None:
        if not isinstance(event, QKeyEvent) or event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_CapsLock:
            if event.type() is QEvent.Type.KeyPress:  # on macOS a press means on
                self._on = sys.platform == "darwin" or not self._on
            return
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.upper() != text.lower():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._on = text.isupper() != shift

    def _learn_release(self, event: QEvent) -> None:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_CapsLock:
            self._on = False
