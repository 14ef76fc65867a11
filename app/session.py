"""What the window remembers from one start to the next: settings, and where its parts stood."""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from core.errors import SettingsError
from core.paths import AppPaths
from core.settings import RECENT_FOLDERS, Settings, save_settings

logger = logging.getLogger(__name__)


class Session:
    """The settings in force, and the geometry of the window beside them."""

    def __init__(self, paths: AppPaths, settings: Settings) -> None:
        self._file = paths.settings_file
        self._settings = settings
        self._geometry = QSettings(str(paths.config / "window.ini"), QSettings.Format.IniFormat)
        self.on_problem: Callable[[SettingsError], object] = lambda _: None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def recent_folders(self) -> tuple[Path, ...]:
        """Folders opened before, the latest first."""
        return tuple(Path(name) for name in self._settings.recent_folders)

    @property
    def last_folder(self) -> Path | None:
        """The folder that was open when the last session ended."""
        return Path(self._settings.last_folder) if self._settings.last_folder else None

    def change(self, **values: Any) -> None:
        """Change settings by name; they are written when the window closes, or by save()."""
        self._settings = replace(self._settings, **values)

    def remember_folder(self, folder: Path, *, instead_of: Path | None = None) -> None:
        """Put a folder first among the recent ones, which lose the link that led to it."""
        name = os.fspath(folder)
        same = {name, os.fspath(instead_of or folder)}
        others = [other for other in self._settings.recent_folders if other not in same]
        self.change(recent_folders=(name, *others)[:RECENT_FOLDERS], last_folder=name)
        self.save()

    def forget_folders(self) -> None:
        """Empty the list of recent folders."""
        self.change(recent_folders=(), last_folder="")
        self.save()

    def save(self) -> None:
        """Write the settings; a full disk is told and costs nothing but them."""
        try:
            save_settings(self._file, self._settings)
        except SettingsError as error:
            logger.warning("The settings could not be saved")
            self.on_problem(error)

    def place(self, name: str) -> QByteArray:
        """Where a part of the window stood, as Qt wrote it; empty the first time."""
        value = self._geometry.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_place(self, name: str, state: QByteArray) -> None:
        """Remember where a part of the window stands."""
        self._geometry.setValue(name, state)
        self._geometry.sync()
