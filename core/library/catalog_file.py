"""Opens a catalogue file: decides what it is, sets SQLite up and brings it up to date."""

import logging
import os
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from core.errors import LibraryOpenError, LibraryWriteError, printable
from core.library.backup import Backups, find_damage
from core.library.migrations import (
    APPLICATION_ID,
    MIGRATIONS,
    Migration,
    migrate_one,
)
from core.library.sqlite_errors import DAMAGE, DISK_HINT, IN_USE, reason

logger = logging.getLogger(__name__)

_SETTINGS = (
    "locking_mode = EXCLUSIVE",  # before WAL: no -shm file, whose mapping kills on a full disk
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL loses acknowledged ratings at a power cut
    "fullfsync = ON",  # macOS: through the drive's own cache
    "temp_store = MEMORY",  # sorting must work on a full disk
    "cache_size = -32768",  # KiB: the lists of 50,000 photos without reading the disk
    "journal_size_limit = 16777216",
    "cell_size_check = ON",
    "trusted_schema = OFF",
)
_MAGIC = b"SQLite format 3\0"
_HEADER = struct.Struct(">16xH42xI4xI")  # page size, user_version, application_id
_HEADER_BYTES = _HEADER.size
_READ_ONLY = "it or its folder is read-only"


class CatalogFile:
    """The one connection to an open catalogue of the current schema."""

    def __init__(
        self, path: Path, backups: Backups, migrations: Sequence[Migration] = MIGRATIONS
    ) -> None:
        """Open or create; the caller holds the lock.

        Raises:
            LibraryOpenError: it is damaged, newer, something else, or cannot be written.
        """
        self.path = path
        self.backups = backups
        with _explained(path, backups):
            _require_writable(path)
            unclean = _inspect(path, backups, len(migrations))
            with ExitStack() as opened:
                self.raw = _connect(path)
                opened.callback(self.raw.close)
                engine, self.connection = _sqlalchemy(self.raw)
                opened.callback(engine.dispose)
                opened.callback(self.connection.close)
                self._prepare(migrations, check=unclean)
                self._opened = opened.pop_all()

    @property
    def schema(self) -> int:
        return int(self.raw.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        self._opened.close()

    def _prepare(self, migrations: Sequence[Migration], *, check: bool) -> None:
        for setting in _SETTINGS:
            self.raw.execute(f"PRAGMA {setting}").fetchall()
        if check:
            logger.info("The catalogue was not closed last time; checking it")
            damage = find_damage(self.raw)
            if damage is not None:
                raise _damaged(self.path, self.backups, damage)
        _refuse_newer(self.path, self.schema, len(migrations))  # its journal was not looked at
        self._migrate(migrations)
        self.raw.execute("PRAGMA foreign_keys = ON")

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        first = self.schema
        for number in range(first, len(migrations)):
            if first > 0:  # there is nothing to keep of a new file
                self._back_up_before_migration()
            migrate_one(self.connection, migrations, number)
            # Into the file itself: an older program looks only there before it refuses.
            self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            logger.info("The catalogue is now of schema %d", number + 1)

    def _back_up_before_migration(self) -> None:
        try:
            self.backups.make(self.raw, self.schema)
        except LibraryWriteError as error:
            raise LibraryOpenError(
                self.path,
                f"it must be upgraded, but first: {error}",
                hint=error.hint,
            ) from error


def _inspect(path: Path, backups: Backups, newest: int) -> bool:
    """Refuse what is not ours, without changing a byte of it.

    Only the header is read, and not by SQLite: while a journal waits to be folded in, the
    rest of the file may be half new and look damaged.

    Returns:
        Whether the last program that had it open was killed.
    """
    if not path.exists():
        return False
    if not path.is_file():  # opening a pipe would wait for ever
        raise LibraryOpenError(
            path, "it is no file but a device or a pipe", hint="Name a file for the catalogue."
        )
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        if backups.all():  # a first start leaves no backups
            raise _damaged(path, backups, "the file is empty")
        return False
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise _damaged(path, backups, "it does not begin like a catalogue")
    page_bytes, schema, owner = _HEADER.unpack(header)
    if owner != APPLICATION_ID and (owner or path.stat().st_size > page_bytes):
        raise LibraryOpenError(
            path,
            "it belongs to another program",
            hint="Name another file for the catalogue; this one was not changed.",
        )
    _refuse_newer(path, schema, newest)
    journal = path.with_name(path.name + "-wal")
    return journal.exists() and journal.stat().st_size > 0


def _require_writable(path: Path) -> None:
    """SQLite itself would speak of a disk error."""
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise LibraryOpenError(
                path, _READ_ONLY, hint="Allow writing to it, or name another catalogue."
            )


def _refuse_newer(path: Path, schema: int, newest: int) -> None:
    if schema > newest:
        raise LibraryOpenError(
            path,
            f"it was made by a newer Shortlist (schema {schema}, this one knows {newest})",
            hint="Use the newer Shortlist; the catalogue was not changed.",
        )


def _connect(path: Path) -> sqlite3.Connection:
    # No transactions of the driver's own: SQLAlchemy's begin event decides.
    return sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)


def _sqlalchemy(raw: sqlite3.Connection) -> tuple[Engine, Connection]:
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine, engine.connect()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _damaged(path: Path, backups: Backups, finding: str) -> LibraryOpenError:
    return LibraryOpenError(
        path, f"it is damaged ({finding}); the file was kept", hint=restore_hint(backups)
    )


def restore_hint(backups: Backups) -> str:
    """What to do about a damaged catalogue."""
    made = backups.all()
    if not made:
        return "There is no backup of it. Move it away to start with an empty catalogue."
    return f"Move it away and put the last backup in its place: {printable(made[-1])}"


@contextmanager
def _explained(path: Path, backups: Backups) -> Iterator[None]:
    """Errors of SQLite and of the disk become a sentence about the catalogue."""
    try:
        yield
    except OSError as error:
        raise LibraryOpenError(
            path, f"its disk cannot be used ({error.strerror})", hint=DISK_HINT
        ) from error
    except (DBAPIError, sqlite3.Error) as error:
        why = reason(error)
        if why is None:
            raise
        damaged = why in DAMAGE
        raise LibraryOpenError(
            path,
            f"{why}; the file was kept" if damaged else why,
            hint=restore_hint(backups) if damaged else "" if why in IN_USE else DISK_HINT,
        ) from error
