"""Dated copies of the catalogue, made through SQLite and checked before they count."""

import logging
import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import LibraryWriteError
from core.library.sqlite_errors import reason

logger = logging.getLogger(__name__)

KEPT = 10
_UNFINISHED = ".partial"


class Backups:
    """The backups of one catalogue. The folder is made when first needed."""

    def __init__(self, catalog: Path, folder: Path) -> None:
        self._catalog = catalog
        self._folder = folder
        self._own = re.compile(rf"{re.escape(catalog.stem)}-\d{{8}}-\d{{6}}-v\d+(-\d+)?\.sqlite")

    def make(self, source: sqlite3.Connection, schema: int) -> Path:
        """Copy the open catalogue, check the copy and drop the oldest beyond ten.

        Raises:
            LibraryWriteError: there is no good copy; nothing else was touched.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            made = self._copy(source, self._free_name(schema))
            self._prune(made)
        except (OSError, sqlite3.Error) as error:
            why = reason(error) or getattr(error, "strerror", None) or str(error)
            raise LibraryWriteError(
                f"The catalogue could not be backed up: {why}.",
                hint="Free some space on the disk.",
            ) from error
        return made

    def all(self) -> list[Path]:
        """The backups, oldest first."""
        if not self._folder.is_dir():
            return []
        own = (path for path in self._folder.iterdir() if self._own.fullmatch(path.name))
        return sorted(own, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def is_due(self, max_age: timedelta) -> bool:
        """Whether the last backup is older than `max_age`, or there is none."""
        made = self.all()
        if not made:
            return True
        age_s = datetime.now(UTC).timestamp() - made[-1].stat().st_mtime
        return not 0 <= age_s < max_age.total_seconds()  # from the future: the clock was wrong

    def _free_name(self, schema: int) -> Path:
        start = f"{self._catalog.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}-v{schema}"
        path = self._folder / f"{start}.sqlite"
        number = 2
        while path.exists():
            path = self._folder / f"{start}-{number}.sqlite"
            number += 1
        return path

    def _copy(self, source: sqlite3.Connection, target: Path) -> Path:
        partial = target.with_name(self._catalog.stem + _UNFINISHED)
        partial.unlink(missing_ok=True)  # of a run that was killed
        try:
            _copy_checked(source, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        _sync_folder(target.parent)
        return target

    def _prune(self, made: Path) -> None:
        older = [path for path in self.all() if path != made]  # a wrong clock may date it first
        for path in older[: max(0, len(older) + 1 - KEPT)]:
            path.unlink()
            logger.info("Removed a catalogue backup beyond the last %d", KEPT)


def find_damage(connection: sqlite3.Connection) -> str | None:
    """The first thing SQLite finds wrong in the whole file, or None."""
    finding = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return None if finding == "ok" else str(finding)


def _copy_checked(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
        damage = find_damage(copy)
    if damage is not None:
        raise sqlite3.DatabaseError(f"the copy is damaged ({damage})")
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
