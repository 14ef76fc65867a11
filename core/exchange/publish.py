"""Gives a finished file its final name without ever replacing another file.

`os.rename` and `os.replace` overwrite silently on POSIX, so neither is used for this.
"""

import ctypes
import errno
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path

from core.exchange.part_file import discard

if sys.platform == "darwin":
    import fcntl

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1  # Linux
_RENAME_EXCL = 4  # macOS
_NO_SUCH_CALL = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = _NO_SUCH_CALL | {errno.EPERM, errno.EACCES, errno.EMLINK, errno.EXDEV}

_Rename = Callable[[bytes, bytes], int]


def publish(finished: Path, target: Path) -> None:
    """Move `finished` to `target` in the same folder, if that name is free.

    Network and camera file systems know no hard links; for these the kernel's own exclusive
    rename is used, and where that is missing too, the name is reserved first. The new name
    is durable only after `sync_folder`.

    Raises:
        FileExistsError: there is something at `target`; it was not touched.
        OSError: the file system refused.
    """
    if sys.platform == "win32":
        finished.rename(target)  # Windows refuses to replace
        return
    try:
        os.link(finished, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _publish_without_links(finished, target)
    else:
        discard(finished)


def sync_file(handle: int) -> None:
    """Make the content of an open file survive a power cut."""
    if sys.platform == "darwin":
        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # fsync there stops at the drive's own cache
    else:
        os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system offers it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:  # some network file systems cannot
            raise
    finally:
        os.close(handle)


def _publish_without_links(finished: Path, target: Path) -> None:
    rename = _exclusive_rename()
    if rename is not None:
        if rename(os.fsencode(finished), os.fsencode(target)) == 0:
            return
        error = ctypes.get_errno()
        if error not in _NO_SUCH_CALL:
            raise OSError(error, os.strerror(error), str(target))
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        finished.replace(target)
    except OSError:
        discard(target)  # the empty file that held the name
        raise


@functools.cache
def _exclusive_rename() -> _Rename | None:
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        renamex_np = getattr(library, "renamex_np", None)
        return renamex_np and (lambda old, new: renamex_np(old, new, _RENAME_EXCL))
    renameat2 = getattr(library, "renameat2", None)
    return renameat2 and (
        lambda old, new: renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_NOREPLACE)
    )
