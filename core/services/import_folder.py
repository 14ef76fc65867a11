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
from core.ingest.scan import ScanProblem, scan
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
    missing: set[Path] = field(init=False)
    problems: list[ScanProblem] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __post_init__(self) -> None:
        self.missing = set(self.known)


class Importer:
    """Scans folders and reads what the camera wrote. Originals are only read."""

    def __init__(
        self, library: Library, pool: DecodePool, publish: Callable[[Changes], None]
    ) -> None:
        self._library = library
        self._pool = pool
        self._publish = publish

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
        folder = folder.absolute()
        with self._library.transaction() as tx:
            rows = tx.photos.known(folder, recursive=recursive)
        comparison = _Comparison(rows.by_path())
        try:
            self._compare(folder, recursive, comparison, task)
        except FolderReadError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                self._mark_missing(comparison)
            raise
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
