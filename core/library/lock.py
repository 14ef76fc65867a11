"""One program at a time on a catalogue, by a lock of the operating system.

The lock ends with the process, however it ends; the file itself stays and means nothing.
"""

import logging
import os
import sys
from pathlib import Path

from core.errors import LibraryOpenError

logger = logging.getLogger(__name__)

_LONGEST_ID = 20  # digits of a process
_LOCKED_BYTE = 1 << 20  # Windows also forbids reading what is locked; the process id is not there

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LibraryLock:
    """Held from creation until `release`."""

    def __init__(self, catalog: Path) -> None:
        """Take the lock of a catalogue.

        Raises:
            LibraryOpenError: another program holds it, or the folder cannot be written.
        """
        path = catalog.with_name(f"{catalog.name}.lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            reason = f"its folder cannot be written ({error.strerror})"
            raise LibraryOpenError(
                catalog, reason, hint="Choose a folder that you may write to."
            ) from error
        try:
            _take(self._descriptor)
        except OSError as error:
            holder = _holder(self._descriptor)
            os.close(self._descriptor)
            raise _refusal(catalog, error, holder) from error
        self._sign()

    def release(self) -> None:
        """Let others in."""
        os.close(self._descriptor)

    def _sign(self) -> None:
        try:
            written = _written(self._descriptor)
            if written and not written.isdigit():
                return  # somebody else's file, by chance of this name
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, str(os.getpid()).encode())
        except OSError as error:  # a full disk: the lock holds, only the message loses a number
            logger.warning("The lock file could not be signed: %s", error)


def _written(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, _LONGEST_ID).decode("ascii", "replace")


def _holder(descriptor: int) -> str:
    written = _written(descriptor)
    return f" (process {written})" if written.isdigit() else ""


def _refusal(catalog: Path, error: OSError, holder: str) -> LibraryOpenError:
    if isinstance(error, BlockingIOError | PermissionError):
        return LibraryOpenError(
            catalog,
            f"it is open in another Shortlist window or command{holder}",
            hint="Close the other one, or name another catalogue.",
        )
    return LibraryOpenError(
        catalog,
        f"its drive does not support file locks ({error.strerror})",
        hint="Keep the catalogue on a drive of this computer.",
    )
