"""The whole screen for the photos: what stands around them goes, and comes back as it was."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget


class FullScreen:
    """The line with messages and Undo stays: a mark always says what it acted on."""

    def __init__(
        self,
        window: QMainWindow,
        bars: Sequence[QWidget],
        panels: Sequence[tuple[QWidget, Callable[[], bool]]],
    ) -> None:
        """`panels` come with what tells whether the user wants to see them."""
        self._window = window
        self._bars = bars
        self._panels = panels

    @property
    def on(self) -> bool:
        """Whether the photos have the screen to themselves."""
        return self._window.isFullScreen()

    def switch(self, on: bool) -> None:
        """Take the whole screen, or give it back."""
        for bar in self._bars:
            bar.setVisible(not on)
        for panel, is_wanted in self._panels:
            panel.setVisible(not on and is_wanted())
        states = self._window.windowState()
        whole = Qt.WindowState.WindowFullScreen
        self._window.setWindowState(states | whole if on else states & ~whole)
