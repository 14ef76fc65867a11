"""What SQLite reports, as a photographer would say it."""

import sqlite3

from sqlalchemy.exc import DBAPIError

_PRIMARY = 0xFF  # the upper bits of a result code say where, the lowest byte says what

_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "its disk reports an error or is full",
    sqlite3.SQLITE_IOERR_FSYNC: "its disk failed while saving",
    sqlite3.SQLITE_READONLY: "it or its disk is read-only",
    sqlite3.SQLITE_CANTOPEN: "a file cannot be created in its folder",
    sqlite3.SQLITE_PERM: "its folder may not be written",
    sqlite3.SQLITE_BUSY: "another program is using it",
    sqlite3.SQLITE_LOCKED: "another program is using it",
    sqlite3.SQLITE_PROTOCOL: "another program is using it",
    sqlite3.SQLITE_NOTADB: "it is not a Shortlist catalogue, or it is damaged",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_TOOBIG: "a value is too large for it",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
}
# After a refused fsync the change may still reach the disk; only the disk knows.
UNCERTAIN = frozenset({_REASONS[sqlite3.SQLITE_IOERR_FSYNC]})
IN_USE = frozenset({_REASONS[sqlite3.SQLITE_BUSY]})
DAMAGE = frozenset({_REASONS[sqlite3.SQLITE_NOTADB], _REASONS[sqlite3.SQLITE_CORRUPT]})
DISK_HINT = "Free some space on its disk, or check the disk, and try again."


def reason(error: BaseException | None) -> str | None:
    """Why the disk or the file failed; None for an error that is a mistake of the program."""
    if isinstance(error, DBAPIError):
        error = error.orig
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)  # absent on what the driver itself raises
    return None if code is None else _REASONS.get(code, _REASONS.get(code & _PRIMARY))
