"""Errors the engine raises on purpose.

CoreError                shown to the user as a sentence, never as a traceback
├── PhotoReadError       one file; the batch goes on without it
├── FolderReadError      a folder cannot be listed
├── LibraryOpenError     the catalogue cannot be opened, locked or migrated
├── LibraryWriteError    the catalogue could not take a change (full or read-only disk)
├── ModelMismatchError   weights do not fit the code, their manifest or the stored features
├── SettingsError        a settings file or value cannot be used
├── ExportError          an export cannot be planned or carried on
├── ProfileError         a personal profile cannot be kept, used, read or written
├── NotEnoughRatingsError  there is nothing to learn a taste from yet
└── TrainingError        a training run cannot start or go on: data, configuration, checkpoint

Cancelled is not a CoreError: the user asked for it, nothing went wrong.
Anything else that escapes is a bug and reaches the crash dialog with its traceback.
"""

import os
from pathlib import Path


class CoreError(Exception):
    """Something the user can understand and often act upon."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class PhotoReadError(CoreError):
    """A photo cannot be read; `reason` is a short phrase without the name.

    `passing` says that the file itself may be fine: it is away, closed to this user, or no
    decoder could be started. Another try makes sense. `part` is a small rendition, as JPEG, of
    what can be seen all the same, if anything.
    """

    def __init__(
        self, path: Path, reason: str, *, passing: bool = False, part: bytes = b""
    ) -> None:
        super().__init__(f"{printable(path.name)} could not be read: {reason}")
        self.path = path
        self.reason = reason
        self.passing = passing
        self.part = part


class FolderReadError(CoreError):
    """A folder cannot be listed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The folder {printable(path)} cannot be opened: {reason}")
        self.path = path
        self.reason = reason


class LibraryOpenError(CoreError):
    """The catalogue cannot be opened."""

    def __init__(self, path: Path, reason: str, *, hint: str = "") -> None:
        super().__init__(
            f"The catalogue {printable(path.name)} cannot be opened: {reason}",
            hint=hint or "Close other programs that use it, or restore the last backup.",
        )
        self.path = path
        self.reason = reason


class LibraryWriteError(CoreError):
    """A change did not reach the catalogue; nothing of it was stored."""


class ModelMismatchError(CoreError):
    """A model file is missing, altered, or made for another version of the code."""


class SettingsError(CoreError):
    """A setting has a value that cannot be used."""


class ExportError(CoreError):
    """An export cannot be planned or carried on."""


class ProfileError(CoreError):
    """A personal profile cannot be kept, used, read or written."""


class NotEnoughRatingsError(CoreError):
    """There are too few marks, or too equal ones, to learn a taste from."""


class TrainingError(CoreError):
    """A training run cannot start or go on."""


class Cancelled(Exception):  # noqa: N818  a request, not an error
    """Raised inside a task at the next report after the user cancelled it."""


def printable(path: str | os.PathLike[str]) -> str:
    """A path as text that can always be shown and logged.

    File names that are not valid UTF-8 reach Python as lone surrogates, which neither a
    terminal, a log file nor SQLite accepts; each is shown as U+FFFD.
    """
    return os.fsencode(path).decode("utf-8", "replace")
