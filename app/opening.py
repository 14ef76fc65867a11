"""Turns what the user points at (a folder, dropped files, an argument) into a folder to open."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from core.errors import FolderReadError
from core.photo import PhotoId


@dataclass(frozen=True, slots=True)
class Opening:
    """A folder, the file in it that was meant, and folders that are left for another time."""

    folder: Path
    file: Path | None = None
    others: tuple[Path, ...] = ()
    named: Path | None = None  # how the user named the folder, where a link led to it
    photo: PhotoId | None = None  # which one to begin with


def opening_of(
    paths: Sequence[Path], is_known: Callable[[Path], bool], enter: Callable[[Path], Path]
) -> Opening:
    """What to open. Asks the disk, so it belongs on a worker.

    A folder whose drive is away opens too, if `is_known` says that its photos are in the
    catalogue. `enter` tells the one place of a folder that links may lead to.

    Raises:
        FolderReadError: there is nothing at the first path.
    """
    first, *rest = (path.absolute() for path in paths)
    others = tuple(path for path in rest if path.is_dir())
    try:
        mode = first.stat().st_mode
    except OSError as error:
        place = enter(first)
        if is_known(place):
            return Opening(place, None, others, _if_other(first, place))
        reason = (
            "there is no such folder" if isinstance(error, FileNotFoundError) else error.strerror
        )
        raise FolderReadError(first, reason or "it cannot be reached") from error
    if stat.S_ISDIR(mode):
        place = enter(first)
        return Opening(place, None, others, _if_other(first, place))
    place = enter(first.parent)
    return Opening(place, place / first.name, others, _if_other(first.parent, place))


def _if_other(named: Path, place: Path) -> Path | None:
    return None if named == place else named


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders of a drop."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
