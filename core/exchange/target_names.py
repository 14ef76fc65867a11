"""Finds a free name for every copy, before the first one is made.

A name counts as taken when any file system would take it for one that exists or is planned
already: capitals and the two ways to write an accent make no difference. The whole stem is
taken, not only the file name, so that a photo never lands beside the sidecar of another;
only files that shared a stem in the folder they come from may share one again.
"""

import contextlib
import os
import re
import stat
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from core.exchange.names import MAX_NAME_BYTES, folded, shortened

_NUMBER = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one file goes."""

    target: Path  # free
    twins: tuple[Path, ...]  # files of that name, numbered or not, and of the same size


class TargetNames:
    """The names of one export's target folders, on disk and planned."""

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}

    def open(self, root: Path, folder: Path) -> None:
        """Read what is in `folder`, which is `root` or below it, and claim its own name.

        Folders that another file system would take for this one are read as well.

        Raises:
            OSError: it exists and cannot be listed.
        """
        self._folder(root).read(root)
        for part in folder.relative_to(root).parts:
            parent, root = self._folder(root), root / part
            parent.names.add(folded(part))
            for spelling in (root, *parent.inner[folded(part)]):
                self._folder(root).read(spelling)

    def place(
        self, folder: Path, stem: str, files: Sequence[tuple[str, int]], origin: Path | None = None
    ) -> list[Place]:
        """Claim the first free stem among `stem`, `stem (2)`, `stem (3)`…

        Args:
            folder: one that was opened.
            stem: the wished name without extension; cut when it is too long.
            files: suffix and size in bytes of the files that share the stem; the suffixes
                differ by more than capitals.
            origin: folder and stem that the files come from.
        """
        names = self._folder(folder)
        suffixes = [suffix for suffix, _ in files]
        free = names.claim(stem, suffixes, origin)
        return [
            Place(folder / f"{free}{suffix}", names.twins(stem, suffix, size))
            for suffix, size in files
        ]

    def _folder(self, folder: Path) -> "_Folder":
        return self._folders.setdefault(folded(str(folder)), _Folder())


@dataclass(slots=True)
class _Folder:
    names: set[str] = field(default_factory=set)  # all folded
    inner: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))  # by name
    _owners: dict[str, Path | None] = field(default_factory=dict)  # by stem; None: on disk
    _read: set[Path] = field(default_factory=set)
    _on_disk: dict[tuple[str, str], list[Path]] = field(default_factory=lambda: defaultdict(list))
    _by_size: dict[tuple[str, str], dict[int, list[Path]]] = field(default_factory=dict)
    _next_number: dict[str, int] = field(default_factory=dict)
    _given: dict[tuple[str, Path | None], str] = field(default_factory=dict)

    def read(self, folder: Path) -> None:
        if folder in self._read:
            return
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self.names.add(folded(entry.name))
                    if entry.is_dir():
                        self.inner[folded(entry.name)].append(folder / entry.name)
                    else:
                        self._remember(folder / entry.name)
        except FileNotFoundError:
            pass  # the export will make it
        self._read.add(folder)

    def claim(self, stem: str, suffixes: Sequence[str], origin: Path | None) -> str:
        wished = folded(stem)
        free = self._given.get((wished, origin), "")
        if _numbered(free, 1, suffixes) != free:  # the suffixes before were shorter
            free = ""
        number = self._next_number.get(wished, 1)
        while not self._is_free(free, suffixes, origin):
            free = _numbered(stem, number, suffixes)
            number += 1
        self._next_number[wished] = number
        self._given[wished, origin] = free
        self._owners[folded(free)] = origin
        self.names.update(folded(free + suffix) for suffix in suffixes)
        return free

    def twins(self, stem: str, suffix: str, size_bytes: int) -> tuple[Path, ...]:
        key = (folded(_numbered(stem, 1, [suffix])), folded(suffix))
        if key not in self._on_disk:
            return ()
        if key not in self._by_size:
            self._by_size[key] = _grouped_by_size(self._on_disk[key])
        return tuple(self._by_size[key].get(size_bytes, ()))

    def _remember(self, path: Path) -> None:
        for stem, suffix in _splits(folded(path.name)):
            self._owners[stem] = None
            for base in {stem, _NUMBER.sub("", stem)}:
                self._on_disk[base, suffix].append(path)

    def _is_free(self, stem: str, suffixes: Sequence[str], origin: Path | None) -> bool:
        key = folded(stem)
        if not stem or (key in self._owners and (origin is None or self._owners[key] != origin)):
            return False
        return not any(folded(stem + suffix) in self.names for suffix in suffixes)


def _splits(name: str) -> list[tuple[str, str]]:
    """Ways to part a name into stem and suffix: `IMG.CR2.xmp` belongs to `IMG.CR2`, or `IMG`."""
    path = PurePath(name)
    splits = [(path.stem, path.suffix)]
    if path.suffix == ".xmp" and (inner := PurePath(path.stem)).suffix:
        splits.append((inner.stem, inner.suffix + path.suffix))
    return splits


def _numbered(stem: str, number: int, suffixes: Sequence[str]) -> str:
    tag = "" if number == 1 else f" ({number})"
    room = MAX_NAME_BYTES - len(tag) - max(len(os.fsencode(suffix)) for suffix in suffixes)
    return shortened(stem, room) + tag


def _grouped_by_size(paths: Sequence[Path]) -> dict[int, list[Path]]:
    sizes: dict[int, list[Path]] = defaultdict(list)
    for path in paths:
        with contextlib.suppress(OSError):  # what cannot be looked at is no twin
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                sizes[found.st_size].append(path)
    return sizes
