"""Opens the catalogue and hands out transactions."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, RootTransaction
from sqlalchemy.exc import DBAPIError

from core.errors import LibraryOpenError, LibraryWriteError, printable
from core.library.backup import Backups
from core.library.catalog_file import CatalogFile, restore_hint
from core.library.distribution_store import DistributionStore
from core.library.group_store import GroupStore
from core.library.history_store import HistoryStore
from core.library.link_store import LinkStore
from core.library.lock import LibraryLock
from core.library.migrations import MIGRATIONS, Migration
from core.library.photo_store import PhotoStore
from core.library.profile_store import ProfileStore
from core.library.score_store import ScoreStore
from core.library.shoot_store import ShootStore
from core.library.sqlite_errors import DAMAGE, DISK_HINT, UNCERTAIN, reason
from core.library.taste_store import TasteStore

_ONE_DAY = timedelta(days=1)


class Transaction:
    """The stores, sharing one transaction. Values they return stay valid after it."""

    def __init__(self, connection: Connection) -> None:
        self.photos = PhotoStore(connection)
        self.scores = ScoreStore(connection)
        self.history = HistoryStore(connection)
        self.profiles = ProfileStore(connection)
        self.tastes = TasteStore(connection)
        self.links = LinkStore(connection)
        self.groups = GroupStore(connection)
        self.shoots = ShootStore(connection)
        self.distributions = DistributionStore(connection)


class Library:
    """One catalogue file, held by this process alone and usable from any of its threads.

    There is one connection, so transactions of several threads follow one another: keep
    them short, and never wait for another thread inside one.
    """

    def __init__(
        self,
        path: Path,
        backups: Path | None = None,
        *,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Open or create the catalogue; its backups go to a folder beside it by default.

        Raises:
            LibraryOpenError: it is in use, damaged, newer, something else, or its disk is
                full or read-only. The file is left as it is.
        """
        path = path.absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryOpenError(
                path,
                f"its folder cannot be made ({error.strerror})",
                hint="Choose a folder that you may write to.",
            ) from error
        self._lock = threading.RLock()
        self._instance = LibraryLock(path)
        try:
            self._file: CatalogFile | None = CatalogFile(
                path, Backups(path, backups or path.parent / "backups"), migrations
            )
        except BaseException:
            self._instance.release()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit when the block ends, roll back when it raises.

        What was committed survives a crash and a power cut. A block inside another one of
        the same thread is part of it: either all is stored or nothing.

        Raises:
            LibraryWriteError: the disk is full, read-only or failing; nothing was stored.
                Only when the disk refuses an fsync may the change, as a whole, come back.
        """
        with self._lock:
            file = self._open_file()
            outer = file.connection.get_transaction()
            if outer is not None:
                with _part_of(outer):
                    yield Transaction(file.connection)
                return
            try:
                with file.connection.begin() as whole:
                    yield Transaction(file.connection)
                    if not whole.is_active:
                        raise RuntimeError("A part of the transaction failed and was swallowed")
            except DBAPIError as error:
                why = reason(error)
                if why is None:
                    raise
                raise _refusal(file, why) from error

    def back_up(self) -> Path:
        """Make a checked copy now and return where it is; ten are kept.

        Raises:
            LibraryWriteError: it could not be made.
        """
        with self._lock:
            file = self._open_file()
            return file.backups.make(file.raw, file.schema)

    def back_up_if_due(self, max_age: timedelta = _ONE_DAY) -> Path | None:
        """Make a copy if the last one is older than `max_age`.

        Raises:
            LibraryWriteError: it could not be made.
        """
        with self._lock:
            due = self._open_file().backups.is_due(max_age)
            return self.back_up() if due else None

    @property
    def is_open(self) -> bool:
        """Whether `close` is still to come."""
        return self._file is not None

    def close(self) -> None:
        """Wait for the running transaction and let go of the file; may be repeated."""
        with self._lock:
            file, self._file = self._file, None
            if file is not None:
                file.close()
                self._instance.release()

    def _open_file(self) -> CatalogFile:
        if self._file is None:
            raise LibraryWriteError("The catalogue has been closed.")
        return self._file


@contextmanager
def _part_of(outer: RootTransaction) -> Iterator[None]:
    """Whoever swallows a failure inside must not commit the half that worked."""
    try:
        yield
    except BaseException:
        outer.rollback()
        raise


def _refusal(file: CatalogFile, why: str) -> LibraryWriteError:
    return LibraryWriteError(
        f"The catalogue {printable(file.path.name)} could not take the change: {why}. "
        + ("Take it as not stored." if why in UNCERTAIN else "Nothing of it was stored."),
        hint=restore_hint(file.backups) if why in DAMAGE else DISK_HINT,
    )
