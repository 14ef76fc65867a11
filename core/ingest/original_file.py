"""Opens the user's files: read only, regular files only, and never waiting for a pipe."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from core.errors import PhotoReadError

_CALM = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PLAIN_WORDS = {
    errno.ENOENT: "it is not there any more",
    errno.EACCES: "access is denied",
    errno.EPERM: "access is denied",
    errno.ENOTCONN: "its drive is not connected",
    errno.ENODEV: "its drive is not connected",
    errno.EIO: "its drive reports a read error",
    errno.ELOOP: "the link leads to itself",
    errno.ENAMETOOLONG: "its name is too long",
}


def open_original(path: Path) -> BinaryIO:
    """Open a photo for reading.

    Raises:
        PhotoReadError: it is away, not allowed, empty, or not a regular file.
    """
    try:
        # Opening a pipe would wait for its writer; a pipe named x.jpg must not hang anyone.
        descriptor = os.open(path, os.O_RDONLY | _CALM)
    except OSError as error:
        raise PhotoReadError(path, plain_reason(error), passing=True) from error
    info = os.fstat(descriptor)
    if not stat.S_ISREG(info.st_mode) or info.st_size == 0:
        os.close(descriptor)
        regular = stat.S_ISREG(info.st_mode)
        raise PhotoReadError(path, "the file is empty" if regular else "it is not a file")
    return os.fdopen(descriptor, "rb")


def plain_reason(error: OSError) -> str:
    """What the operating system said, in a photographer's words."""
    known = _PLAIN_WORDS.get(error.errno or 0)
    return known or (error.strerror or "it cannot be opened").lower()
