"""Lists the photos of a folder without opening a single file."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FolderReadError
from core.ingest.formats import EXTENSIONS, kind_of
from core.ingest.real_place import real_folder
from core.photo import FileKind, FoundPhoto
from core.progress import Task

_SYSTEM_FOLDERS = {"@eadir", "$recycle.bin", "__macosx", "#recycle", "system volume information"}
_PROGRAM_FOLDERS = (".lrdata", ".lrlibrary", ".photoslibrary", ".cocatalog", ".cosessiondb")
_JOINS_A_RAW = {FileKind.JPEG, FileKind.HEIF}  # written by the camera in the same instant
_SIDECAR = ".xmp"
_VOICE_NOTE = ".wav"
_CANCEL_EVERY = 512  # names between two looks at whether the task was cancelled
_KIND_ORDER = {FileKind.RAW: 0, FileKind.JPEG: 1, FileKind.HEIF: 2}


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """Something that looks like a photo or a folder of photos and cannot be used."""

    path: Path
    reason: str
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class LinkedFolder:
    """A folder elsewhere that a link joins to the one that is scanned."""

    link: Path
    target: Path  # its photos are yielded below this path


@dataclass(slots=True)
class _Listing:
    """What one folder holds, by name."""

    pictures: list[os.DirEntry[str]] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    linked_folders: list[str] = field(default_factory=list)


Found = FoundPhoto | LinkedFolder | ScanProblem


def scan(folder: Path, *, recursive: bool, task: Task | None = None) -> Iterator[Found]:
    """Yield the photos of `folder`, sorted by name inside each folder, folders in order.

    A RAW file takes the JPEG and HEIF of its stem as companions; XMP sidecars and voice notes
    (WAV) go with the photo of their stem. Hidden files and the folders that other programs
    keep for themselves are passed over. Links to folders are followed after all real folders,
    and no folder is visited twice, so a loop of links ends. What they lead to is yielded where
    it really is, and a link to a photo that comes by itself is passed over.

    Args:
        folder: where to look; paths are yielded below exactly this path.
        recursive: also look into sub-folders.
        task: reports stage "scan" with the number of photos found so far.

    Raises:
        FolderReadError: `folder` itself cannot be listed; a sub-folder is a ScanProblem.
        Cancelled: the task was asked to stop.
    """
    return _Scan(folder, recursive, task).run()


class _Scan:
    def __init__(self, root: Path, recursive: bool, task: Task | None) -> None:
        self._root = root
        self._real_root = real_folder(root)
        self._recursive = recursive
        self._task = task
        self._found = 0
        self._visited: set[tuple[int, int]] = set()
        self._linked_photos: set[Path] = set()

    def run(self) -> Iterator[Found]:
        root = self._root
        try:
            self._visited.add(_identity(root))
            listing = self._list(root)
        except OSError as error:
            raise FolderReadError(root, _reason(error)) from error
        pending = [root]
        links: list[Path] = []
        while pending or links:
            link = None if pending else links.pop(0)
            folder = pending.pop() if link is None else real_folder(link)
            if folder is not root:
                try:
                    if not self._is_new(folder):
                        continue
                    listing = self._list(folder)
                except OSError as error:
                    yield ScanProblem(folder, _reason(error), is_folder=True)
                    continue
            if link is not None and not folder.is_relative_to(self._real_root):
                yield LinkedFolder(link, folder)
            yield from self._photos(folder, listing)
            if self._recursive:
                pending += [folder / name for name in reversed(listing.folders)]
                links += [folder / name for name in listing.linked_folders]

    def _is_new(self, folder: Path) -> bool:
        identity = _identity(folder)
        if identity in self._visited:
            return False
        self._visited.add(identity)
        return True

    def _list(self, folder: Path) -> _Listing:
        listing = _Listing()
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number % _CANCEL_EVERY == 0:
                    self._report()
                _sort_in(entry, listing)
        listing.pictures.sort(key=lambda entry: _by_name(entry.name))
        listing.folders.sort(key=_by_name)
        listing.linked_folders.sort(key=_by_name)
        return listing

    def _photos(self, folder: Path, listing: _Listing) -> Iterator[FoundPhoto | ScanProblem]:
        absorbed, companions = _pair(listing)
        for entry in listing.pictures:
            if entry.name in absorbed:
                continue
            if entry.is_symlink() and self._comes_by_itself(folder / entry.name):
                continue
            extras = tuple(folder / name for name in sorted(companions.get(entry.name, ())))
            item = _look_at(folder, entry, extras)
            if isinstance(item, FoundPhoto):
                self._found += 1
                self._report()
            yield item

    def _comes_by_itself(self, link: Path) -> bool:
        """Whether the photo that a link leads to is found without it, or by an earlier one."""
        photo = real_folder(link)
        if photo == link or kind_of(photo) is None or not photo.exists():
            return False
        seen = photo in self._linked_photos
        self._linked_photos.add(photo)
        if not photo.is_relative_to(self._real_root):
            return seen
        *folders, _ = photo.relative_to(self._real_root).parts
        visited = self._recursive or not folders
        return seen or (
            visited and not any(_is_passed_over(name) for name in (*folders, photo.name))
        )

    def _report(self) -> None:
        if self._task is not None:
            self._task.report("scan", self._found)


def _identity(folder: Path) -> tuple[int, int]:
    info = folder.stat()
    return info.st_dev, info.st_ino


def _by_name(name: str) -> tuple[str, str]:
    return name.casefold(), name


def _sort_in(entry: os.DirEntry[str], listing: _Listing) -> None:
    """Put one directory entry where it belongs, by its name and type only."""
    name = entry.name
    if name.startswith("."):
        return
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122  a Path for each costs a third more
    if _is_folder(entry):
        if not _is_passed_over(name):
            (listing.linked_folders if entry.is_symlink() else listing.folders).append(name)
    elif suffix in EXTENSIONS:
        listing.pictures.append(entry)
    elif suffix in (_SIDECAR, _VOICE_NOTE):
        listing.extras.append(name)


def _is_passed_over(name: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    return name.startswith(".") or name.lower() in _SYSTEM_FOLDERS or suffix in _PROGRAM_FOLDERS


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _pair(listing: _Listing) -> tuple[set[str], dict[str, list[str]]]:
    """Join the files of one shot: names that are no item of their own, companions by owner."""
    by_stem: dict[str, list[str]] = {}
    for entry in listing.pictures:
        by_stem.setdefault(_stem(entry.name), []).append(entry.name)
    owners: dict[str, str] = {}
    absorbed: set[str] = set()
    companions: dict[str, list[str]] = {}
    for stem, names in by_stem.items():
        owner = owners[stem] = min(names, key=_rank) if len(names) > 1 else names[0]
        if len(names) == 1 or _kind(owner) is not FileKind.RAW:
            continue
        joined = [name for name in names if _kind(name) in _JOINS_A_RAW]
        absorbed.update(joined)
        companions[owner] = joined
    for extra, picture in _owned_extras(listing, owners):
        owner = owners[_stem(picture)] if picture in absorbed else picture
        companions.setdefault(owner, []).append(extra)
    return absorbed, companions


def _owned_extras(listing: _Listing, owners: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not listing.extras:
        return
    whole_names = {entry.name.casefold(): entry.name for entry in listing.pictures}
    for extra in listing.extras:
        stem = _stem(extra)  # of IMG_1.CR2.xmp it is img_1.cr2, of IMG_1.xmp it is img_1
        owner = whole_names.get(stem) or owners.get(stem)
        if owner is not None:
            yield extra, owner


def _stem(name: str) -> str:
    return os.path.splitext(name)[0].casefold()  # noqa: PTH122


def _kind(name: str) -> FileKind:
    return EXTENSIONS[os.path.splitext(name)[1].lower()]  # noqa: PTH122


def _rank(name: str) -> tuple[int, str]:
    return _KIND_ORDER.get(_kind(name), len(_KIND_ORDER)), name


def _look_at(
    folder: Path, entry: os.DirEntry[str], companions: Sequence[Path]
) -> FoundPhoto | ScanProblem:
    path = folder / entry.name
    try:
        info = entry.stat()
    except FileNotFoundError:
        reason = "the link leads nowhere" if entry.is_symlink() else "it is not there any more"
        return ScanProblem(path, reason)
    except OSError as error:
        return ScanProblem(path, _reason(error))
    if not stat.S_ISREG(info.st_mode):
        return ScanProblem(path, "it is not a regular file but a pipe, a socket or a device")
    return FoundPhoto(path, _kind(entry.name), info.st_size, info.st_mtime_ns, tuple(companions))


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "access is denied"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, NotADirectoryError):
        return "it is not a folder"
    if error.errno == errno.ELOOP:
        return "the link leads to itself"
    return (error.strerror or type(error).__name__).lower()
