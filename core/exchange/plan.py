"""Decides everything about an export before its first byte is written.

Which files go along, where each goes and under which name, what is left out and why, and
whether there is room. Nothing is changed on any disk here.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.errors import ExportError, printable
from core.exchange.faults import why
from core.exchange.names import NameTemplate, folded, portable, suffix_beside
from core.exchange.target_names import TargetNames
from core.photo import FileState, Photo, PhotoId

CSV_STEM = "shortlist"


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """One file of a photo. The files of one photo follow each other."""

    photo_id: PhotoId
    source: Path
    target: Path
    size_bytes: int
    twins: tuple[Path, ...] = ()  # may hold these very bytes already; then no copy is made


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out; `reason` is a phrase."""

    path: Path
    reason: str
    already_there: bool = False  # not a failure: the target holds the same bytes


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export will do, exactly."""

    copies: tuple[PlannedCopy, ...]
    skipped: tuple[Skipped, ...]
    total_bytes: int
    free_bytes: int  # on the target's disk
    csv: Path | None
    target: Path  # resolved; need not exist yet

    @property
    def photo_ids(self) -> tuple[PhotoId, ...]:
        """The photos with a copy, in the order of the copies."""
        return tuple(dict.fromkeys(copy.photo_id for copy in self.copies))

    @property
    def problem(self) -> str:
        """A sentence why this plan cannot be carried out, else empty."""
        needed = sum(copy.size_bytes for copy in self.copies if not copy.twins)
        if needed <= self.free_bytes:
            return ""
        return (
            f"The disk of {printable(self.target)} has {in_words(self.free_bytes)} free, "
            f"but the copies need {in_words(needed)}."
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """How copies are arranged in the target folder."""

    target: Path
    base: Path | None  # the folder the photos were chosen in
    template: NameTemplate
    keep_folders: bool = False
    companions: bool = True
    csv: bool = False


def make_plan(
    photos: Sequence[Photo], layout: Layout, check: Callable[[], None] = lambda: None
) -> ExportPlan:
    """Plan the copies of the photos, in their order.

    Args:
        photos: what to copy; the template's counter follows their order.
        layout: where to and under which names.
        check: called for every photo; whatever it raises ends the planning.

    Raises:
        ExportError: the target is a file, cannot be written, or is where the photos are.
    """
    root = check_target(layout)
    return _Planner(root, layout).plan(photos, check)


def check_target(layout: Layout) -> Path:
    """The target folder with all its links worked out.

    Raises:
        ExportError: it is a file, cannot be written, or is where the photos are.
    """
    root = _real(layout.target.expanduser())
    shown = printable(root)
    if layout.base is not None and root == _real(layout.base):
        raise ExportError(
            f"The photos are in {shown} already.", hint="Choose another folder for the copies."
        )
    nearest = _nearest_existing(root)
    if not _exists(nearest):
        raise ExportError(f"{shown} cannot be reached; its drive may be away.")
    if not nearest.is_dir():
        raise ExportError(f"{printable(nearest)} is a file, not a folder to copy to.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ExportError(f"Nothing can be written to {shown}: the folder or disk is read-only.")
    return root


def in_words(size_bytes: int) -> str:
    """A size as `512 bytes`, `4.2 MB` or `1.3 GB`, in powers of 1000 as drives are sold."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    size, units = size_bytes / 1000, ["kB", "MB", "GB", "TB"]
    while size >= 999.95 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.1f} {units[0]}"


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    suffix: str
    size_bytes: int


class _Planner:
    def __init__(self, root: Path, layout: Layout) -> None:
        self._root = root
        self._layout = layout
        self._names = TargetNames()
        self._resolved: dict[Path, Path] = {}
        self._skipped: list[Skipped] = []

    def plan(self, photos: Sequence[Photo], check: Callable[[], None]) -> ExportPlan:
        base = self._base(photos)
        chosen: list[_Chosen] = []
        for photo in photos:
            check()
            try:
                chosen.append(self._choose(photo, base))
            except _LeftOutError as reason:
                self._leave_out_whole(photo, str(reason))
        csv = self._place_csv()
        copies = self._place_all(chosen)
        return ExportPlan(
            copies=tuple(copies),
            skipped=tuple(self._skipped),
            total_bytes=sum(copy.size_bytes for copy in copies),
            free_bytes=shutil.disk_usage(_nearest_existing(self._root)).free,
            csv=csv,
            target=self._root,
        )

    def _base(self, photos: Sequence[Photo]) -> Path | None:
        """The folder that stays behind when folders are kept; None drops only the drive."""
        folders = {self._resolve(photo.path.parent) for photo in photos}
        if self._layout.base is not None:
            return self._resolve(self._layout.base)
        try:
            return Path(os.path.commonpath(folders)) if folders else None
        except ValueError:  # on different drives of Windows
            return None

    def _leave_out_whole(self, photo: Photo, reason: str) -> None:
        self._skipped.append(Skipped(photo.path, reason))
        belongs = f"it belongs to {printable(photo.path.name)}, which is left out"
        companions = photo.companions if self._layout.companions else ()
        self._skipped.extend(Skipped(companion, belongs) for companion in companions)

    def _choose(self, photo: Photo, base: Path | None) -> "_Chosen":
        if photo.state is FileState.UNREADABLE:
            raise _LeftOutError(photo.problem or "it cannot be read")
        folder = self._target_folder(photo, base)
        self._list(folder)
        files = [_file(photo.path, photo.path.suffix)]
        for companion in photo.companions if self._layout.companions else ():
            with self._leaving_out(companion):
                files.append(_file(companion, suffix_beside(photo.path.stem, companion)))
        return _Chosen(photo, folder, files)

    def _target_folder(self, photo: Photo, base: Path | None) -> Path:
        origin = self._resolve(photo.path.parent)
        folder = self._root
        if self._layout.keep_folders:
            inside = base is not None and origin.is_relative_to(base)
            below = origin.relative_to(base if inside and base else origin.anchor)
            folder = folder.joinpath(*(portable(part) for part in below.parts))
        exported_before = base is not None and self._root.is_relative_to(base)
        if folder == origin or (exported_before and origin.is_relative_to(self._root)):
            raise _LeftOutError("it lies in the target folder already")
        if not self._resolve(folder).is_relative_to(self._root):
            raise _LeftOutError("a link leads its folder out of the target folder")
        return folder

    def _list(self, folder: Path) -> None:
        try:
            self._names.open(self._root, folder)
        except OSError as error:
            raise _LeftOutError(f"its folder in the target: {why(error)}") from error

    def _place_csv(self) -> Path | None:
        if not self._layout.csv:
            return None
        self._list(self._root)
        return self._names.place(self._root, CSV_STEM, [(".csv", 0)])[0].target

    def _place_all(self, chosen: Sequence["_Chosen"]) -> list[PlannedCopy]:
        copies: list[PlannedCopy] = []
        for counter, (photo, folder, files) in enumerate(chosen, start=1):
            stem = self._layout.template.stem(photo, counter)
            origin = self._resolve(photo.path.parent) / folded(photo.path.stem)
            for together in _without_twin_suffixes(files):
                sizes = [(file.suffix, file.size_bytes) for file in together]
                places = self._names.place(folder, stem, sizes, origin)
                copies.extend(
                    PlannedCopy(photo.id, file.path, place.target, file.size_bytes, place.twins)
                    for file, place in zip(together, places, strict=True)
                )
        return copies

    @contextmanager
    def _leaving_out(self, path: Path) -> Iterator[None]:
        try:
            yield
        except _LeftOutError as reason:
            self._skipped.append(Skipped(path, str(reason)))

    def _resolve(self, folder: Path) -> Path:
        if folder not in self._resolved:
            self._resolved[folder] = _real(folder)
        return self._resolved[folder]


class _Chosen(NamedTuple):
    photo: Photo
    folder: Path
    files: list[_File]


class _LeftOutError(Exception):
    """A file stays behind; the message is the reason."""


def _file(path: Path, suffix: str) -> _File:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise _LeftOutError("it is not there; its drive may be away") from error
    except OSError as error:
        raise _LeftOutError(why(error)) from error
    if not stat.S_ISREG(found.st_mode):
        raise _LeftOutError("it is not a regular file")
    if found.st_size == 0:
        raise _LeftOutError("it is empty (0 bytes)")
    return _File(path, suffix, found.st_size)


def _nearest_existing(folder: Path) -> Path:
    return next((path for path in (folder, *folder.parents) if _exists(path)), folder)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except OSError:  # Path.exists lets some of these through
        return False
    return True


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve raises at links in a circle


def _without_twin_suffixes(files: Sequence[_File]) -> list[list[_File]]:
    """Part `A.JPG` and `a.jpg` of one photo: they cannot share a stem on every drive."""
    groups: list[list[_File]] = []
    for file in files:
        suffix = folded(file.suffix)
        fitting = (g for g in groups if all(folded(other.suffix) != suffix for other in g))
        group = next(fitting, None)
        if group is None:
            groups.append([file])
        else:
            group.append(file)
    return groups
