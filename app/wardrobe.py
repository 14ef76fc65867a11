"""Which theme is worn: the one that was chosen, or what the system wears at any moment."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.theme import SYSTEM, Theme, apply_theme, current_theme, theme_named


class Wardrobe(QObject):
    """Dresses the application again when the choice, or the system it follows, changes."""

    changed = Signal(Theme)

    def __init__(self, app: QApplication, choice: str, parent: QObject | None = None) -> None:
        """`choice` is the name of a theme or SYSTEM; it is taken to be worn already."""
        super().__init__(parent)
        self._app = app
        self._choice = choice
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        if hasattr(hints, "accessibility"):  # from Qt 6.10 on
            hints.accessibility().contrastPreferenceChanged.connect(self._follow)

    def wear(self, choice: str) -> None:
        """Dress in another theme, or as the system from now on."""
        self._choice = choice
        theme = theme_named(choice)
        apply_theme(self._app, theme)
        self.changed.emit(theme)

    def _follow(self) -> None:
        """The system has changed; a palette of ours may do that too, so only if it matters."""
        if self._choice == SYSTEM and theme_named(SYSTEM) is not current_theme():
            self.wear(SYSTEM)
