"""What went wrong while writing outside the app's own folders, in a photographer's words.

CopyError            one file; the rest of an export goes on
└── DiskFullError    no room: going on would only fail again
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import ExportError

_REASONS = {
    errno.ENOENT: "it is no longer there",
    errno.ENOTDIR: "a file is in the way of its folder",
    errno.EISDIR: "a folder of that name is in the way",
    errno.EACCES: "access to it is not permitted",
    errno.EPERM: "access to it is not permitted",
    errno.EROFS: "it lies on a read-only disk",
    errno.EIO: "the drive reported a read or write error",
    errno.ENXIO: "the drive is away",
    errno.ENODEV: "the drive is away",
    errno.ENOTCONN: "the drive is away",
    errno.ESTALE: "the drive is away",
    errno.ETIMEDOUT: "the drive does not answer",
    errno.EFBIG: "the file is too large for that drive",
    errno.ENAMETOOLONG: "the name is too long for that drive",
    errno.EINVAL: "that drive does not accept the name",
    errno.EILSEQ: "that drive does not accept the name",
    errno.ELOOP: "its links lead in a circle",
    errno.EMFILE: "too many files are open",
    errno.EEXIST: "a file of that name has appeared meanwhile and was not overwritten",
}
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class CopyError(ExportError):
    """A file was not copied; nothing is left under its final name. `reason` is a phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DiskFullError(CopyError):
    """The target's disk, or the user's share of it, has no room left."""


def why(error: OSError) -> str:
    """The error as a short phrase about a file or folder."""
    if error.errno in _FULL:
        return "the disk is full"
    return _REASONS.get(error.errno or 0) or f"the system said: {error.strerror or error}"


@contextmanager
def blamed_on(what: str) -> Iterator[None]:
    """Turn an OSError of the block into a CopyError that says which side failed.

    Raises:
        DiskFullError: there is no room.
        CopyError: any other OSError.
    """
    try:
        yield
    except OSError as error:
        kind = DiskFullError if error.errno in _FULL else CopyError
        raise kind(why(error) if kind is DiskFullError else f"{what}: {why(error)}") from error
