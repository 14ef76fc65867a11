"""Brings a folder into the catalogue, and up to date when it is opened again."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FolderReadError, PhotoReadError
from core.ingest.decode_pool import DecodePool, Priority
from core.ingest.real_place import real_folder
from core.ingest.scan import LinkedFolder, ScanProblem, scan
from core.library.library import Library
from core.library.photo_store import Known
from core.photo import Changes, FileState, FoundPhoto, Metadata, Photo, PhotoId
from core.progress import Task
from core.services.previews import source_of

logger = logging.getLogger(__name__)

_FIRST_BATCH = 60  # about one screen of thumbnails
_BATCH = 1000
_BATCH_S = 0.25  # a slow drive shows what it has found so far
_METADATA_BATCH = 64
_METADATA_AHEAD = 4  # batches that the decode workers may hold at once


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What opening a folder found, in photos."""

    added: int
    changed: int
    offline: int
    unchanged: int
    problems: tuple[ScanProblem, ...]


@dataclass(slots=True)
class _Comparison:
    """The folder as it is against the catalogue as it was."""

    known: dict[Path, Known]
    links: dict[Path, Path]  # those known from the last look that were not found yet
    missing: set[Path] = field(init=False)
    problems: list[ScanProblem] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __post_init__(self) -> None:
        self.missing = set(self.known)

    def leave_alone(self, folder: Path) -> None:
        """Say nothing of photos below `folder` that were not found."""
        self.missing = {path for path in self.missing if not path.is_relative_to(folder)}


class Importer:
    """Scans folders and reads what the camera wrote. Originals are only read."""

    def __init__(
        self, library: Library, pool: DecodePool, publish: Callable[[Changes], None]
    ) -> None:
        self._library = library
        self._pool = pool
        self._publish = publish

    def enter(self, folder: Path) -> Path:
        """The one place under which a folder's photos are kept, whatever link leads to it.

        Photos that were brought in by the link get that place, with their marks and scores.
        The folder need not be there.

        Raises:
            LibraryWriteError: the catalogue cannot be written.
        """
        named, place = folder.absolute(), real_folder(folder)
        if named != place:
            self._adopt(named, place)
        return place

    def import_folder(self, folder: Path, *, recursive: bool, task: Task) -> ImportReport:
        """Add new photos, notice changed ones, mark those not found as offline.

        Nothing is ever removed from the catalogue: a drive that is away looks like an empty
        folder, and a folder that is away makes all its photos offline. Photos that are out of
        reach are problems of each report, until they are read. Changes are published while the
        scan runs. Stages: "scan", "read details".

        Raises:
            FolderReadError: the folder itself cannot be listed.
            LibraryWriteError: the catalogue cannot be written.
            Cancelled: what was found until then is in the catalogue.
        """
        folder = self.enter(folder)
        with self._library.transaction() as tx:
            rows = tx.photos.known(folder, recursive=recursive)
            links = tx.links.of(folder) if recursive else {}
        comparison = _Comparison(rows.by_path(), links)
        try:
            self._compare(folder, recursive, comparison, task)
        except FolderReadError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                for target in links.values():  # what is joined by a link need not be gone too
                    comparison.leave_alone(target)
                self._mark_missing(comparison)
            raise
        self._drop_links(folder, comparison)
        self._mark_missing(comparison)
        comparison.problems += self._read_details(folder, recursive, task)
        return ImportReport(
            added=comparison.added,
            changed=comparison.changed,
            offline=len(comparison.missing),
            unchanged=comparison.unchanged,
            problems=tuple(comparison.problems),
        )

    def _compare(self, folder: Path, recursive: bool, comparison: _Comparison, task: Task) -> None:
        batch: list[FoundPhoto] = []
        seen, limit, since = 0, _FIRST_BATCH, time.monotonic()
        for item in scan(folder, recursive=recursive, task=task):
            if isinstance(item, ScanProblem):
                comparison.problems.append(item)
                continue
            if isinstance(item, LinkedFolder):
                self._join(folder, item, comparison)
                continue
            seen += 1
            task.report("scan", seen)
            comparison.missing.discard(item.path)
            if _is_unchanged(item, comparison.known.get(item.path)):
                comparison.unchanged += 1
                continue
            batch.append(item)
            if len(batch) >= limit or time.monotonic() - since > _BATCH_S:
                self._store(batch, comparison)
                batch, limit, since = [], _BATCH, time.monotonic()
        self._store(batch, comparison)
        task.report("scan", seen, seen)

    def _adopt(self, link: Path, place: Path) -> frozenset[PhotoId]:
        """Returns the photos that were moved."""
        with self._library.transaction() as tx:
            changes = tx.links.move_photos(link, place)
        if changes != Changes():
            self._publish(changes)
        return changes.described

    def _join(self, folder: Path, found: LinkedFolder, comparison: _Comparison) -> None:
        """Count the photos of a linked folder among those of `folder`, from now on."""
        moved = self._adopt(found.link, found.target)
        if moved:
            known_by_link = comparison.known
            comparison.missing = {
                path for path in comparison.missing if known_by_link[path].id not in moved
            }
        if comparison.links.pop(found.link, None) == found.target:
            return
        with self._library.transaction() as tx:
            tx.links.add(folder, {found.link: found.target})
            rows = tx.photos.known(found.target, recursive=True)
        known = {
            path: each for path, each in rows.by_path().items() if path not in comparison.known
        }
        comparison.known |= known
        comparison.missing |= known.keys()
        self._publish(Changes(membership=True))

    def _drop_links(self, folder: Path, comparison: _Comparison) -> None:
        """Forget links that are there no more; one whose target is away is kept."""
        gone = {
            link: target
            for link, target in comparison.links.items()
            if not link.is_symlink() or real_folder(link) != target
        }
        for target in gone.values():
            comparison.leave_alone(target)
        if gone:
            with self._library.transaction() as tx:
                tx.links.remove(folder, gone)
            self._publish(Changes(membership=True))

    def _store(self, batch: Sequence[FoundPhoto], comparison: _Comparison) -> None:
        if not batch:
            return
        known = comparison.known
        new = [found for found in batch if found.path not in known]
        altered = {known[found.path].id: found for found in batch if found.path in known}
        with self._library.transaction() as tx:
            tx.photos.add(new)
            changes = tx.photos.refresh(altered)
        comparison.added += len(new)
        comparison.changed += len(altered)
        self._publish(changes | Changes(membership=bool(new)))

    def _mark_missing(self, comparison: _Comparison) -> None:
        gone = [
            entry.id
            for path in comparison.missing
            if (entry := comparison.known[path]).state is not FileState.OFFLINE
        ]
        if not gone:
            return
        with self._library.transaction() as tx:
            changes = tx.photos.set_state(gone, FileState.OFFLINE, "not found")
        self._publish(changes)

    def _read_details(self, folder: Path, recursive: bool, task: Task) -> list[ScanProblem]:
        """Returns what is out of reach now."""
        with self._library.transaction() as tx:
            ids = tx.photos.undescribed(folder, recursive=recursive)
        chunks = deque(ids[n : n + _METADATA_BATCH] for n in range(0, len(ids), _METADATA_BATCH))
        asked: deque[tuple[list[Photo], Future[list[Metadata | PhotoReadError]]]] = deque()
        done = 0
        problems: list[ScanProblem] = []
        try:
            while chunks or asked:
                task.report("read details", done, len(ids))
                while chunks and len(asked) < _METADATA_AHEAD:
                    photos = self._photos(chunks.popleft())
                    asked.append((photos, self._ask(photos)))
                photos, answers = asked.popleft()
                problems += self._describe(photos, answers.result())
                done += len(photos)
        finally:
            for _, answers in asked:
                answers.cancel()
        task.report("read details", done, len(ids))
        return problems

    def _photos(self, ids: Sequence[PhotoId]) -> list[Photo]:
        with self._library.transaction() as tx:
            return list(tx.photos.get(ids).values())

    def _ask(self, photos: Sequence[Photo]) -> Future[list[Metadata | PhotoReadError]]:
        return self._pool.metadata([source_of(photo) for photo in photos], Priority.VISIBLE)

    def _describe(
        self, photos: Sequence[Photo], answers: Sequence[Metadata | PhotoReadError]
    ) -> list[ScanProblem]:
        read: dict[PhotoId, Metadata] = {}
        problems: list[ScanProblem] = []
        changes = Changes()
        with self._library.transaction() as tx:
            for photo, answer in zip(photos, answers, strict=True):
                if isinstance(answer, Metadata):
                    read[photo.id] = answer
                elif answer.passing:
                    problems.append(ScanProblem(photo.path, answer.reason))
                    changes |= tx.photos.set_state([photo.id], FileState.OFFLINE, answer.reason)
                else:
                    # Described as empty, so that a file which hangs the reader does so once.
                    read[photo.id] = Metadata()
                    changes |= tx.photos.set_state([photo.id], FileState.UNREADABLE, answer.reason)
            changes |= tx.photos.describe(read)
        self._publish(changes)
        return problems


def _is_unchanged(found: FoundPhoto, known: Known | None) -> bool:
    return (
        known is not None
        and known.state is not FileState.OFFLINE
        and (found.size_bytes, found.mtime_ns) == (known.size_bytes, known.mtime_ns)
        and found.companions == known.companions
    )
