"""Where Shortlist keeps its own files; nothing else decides a location.

SHORTLIST_HOME, if set, holds everything in one folder: for tests, for a portable
installation and for trying the program without touching the real catalogue.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "Shortlist"
HOME_VARIABLE = "SHORTLIST_HOME"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one installation. They are created when first written to."""

    data: Path  # catalogue, backups, personal models: must not be lost
    cache: Path  # previews: can be deleted at any time
    config: Path
    logs: Path

    @property
    def catalog(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def models(self) -> Path:
        """Models of this user; the shipped ones are in `resources_dir() / "models"`."""
        return self.data / "models"

    @property
    def previews(self) -> Path:
        return self.cache / "previews"

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"


def app_paths(home: Path | None = None) -> AppPaths:
    """The folders under `home`, else under $SHORTLIST_HOME, else where the system wants them."""
    chosen = home or _home_from_environment()
    if chosen is not None:
        return AppPaths(chosen / "data", chosen / "cache", chosen / "config", chosen / "logs")
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return AppPaths(
        dirs.user_data_path, dirs.user_cache_path, dirs.user_config_path, dirs.user_log_path
    )


def resources_dir() -> Path:
    """The files that ship with the program, also inside a frozen build."""
    return Path(__file__).resolve().parent.parent / "resources"


def _home_from_environment() -> Path | None:
    value = os.environ.get(HOME_VARIABLE, "")
    return Path(value).expanduser().resolve() if value else None
