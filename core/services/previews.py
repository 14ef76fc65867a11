"""Pictures to look at and to score: from the disk cache, else from the decode pool, once.

The preview is the one small rendition that everything shares: the grid draws it and the
student scores it, so a file is decoded once however often it is asked for.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from core.errors import LibraryWriteError, PhotoReadError
from core.ingest.decode_pool import DecodePool, Priority
from core.ingest.preview_cache import PreviewCache
from core.ingest.region import FocusPoint, Region
from core.ingest.source import Source
from core.library.library import Library
from core.photo import Changes, FileState, Photo

__all__ = ["FocusPoint", "Previews", "Priority", "Region", "source_of"]

logger = logging.getLogger(__name__)

_CACHE_READERS = 2


@dataclass(slots=True)
class _Decoding:
    """One file on its way through the pool, and everybody who waits for it."""

    work: Future[bytes]
    priority: Priority
    waiting: list["_Wanted"] = field(default_factory=list)


class _Wanted(Future[bytes]):
    """What somebody waits for."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole  # part of the picture will not do


class Previews:
    """Serves renditions of photos. Every method may be called from any thread."""

    def __init__(
        self,
        pool: DecodePool,
        cache: PreviewCache,
        library: Library,
        publish: Callable[[Changes], None],
    ) -> None:
        self._pool = pool
        self._cache = cache
        self._library = library
        self._publish = publish
        self._readers = ThreadPoolExecutor(_CACHE_READERS, "previews")
        self._lock = threading.RLock()
        self._decoding: dict[str, _Decoding] = {}

    def thumbnail(self, photo: Photo, priority: Priority, *, whole: bool = False) -> Future[bytes]:
        """The preview of `photo` as JPEG: upright, sRGB, long edge at most 640 px.

        Of a file that is cut short it shows what is left, unless only the `whole` picture will
        do. The future can be cancelled while it waits. It fails with PhotoReadError. By then
        the catalogue says that the photo is damaged, unreadable or offline.
        """
        wanted = _Wanted(whole=whole)
        self._readers.submit(self._serve, photo, priority, wanted)
        return wanted

    def pixels(
        self, photo: Photo, long_edge_px: int | None, priority: Priority
    ) -> Future[npt.NDArray[np.uint8]]:
        """The picture itself, (H, W, 3) sRGB 0..255, upright; None asks for every pixel."""
        return self._pool.pixels(source_of(photo), long_edge_px, priority)

    def crop(
        self, photo: Photo, region: Region, priority: Priority
    ) -> Future[npt.NDArray[np.uint8]]:
        """A part of the picture at 1:1, (H, W, 3) sRGB 0..255, upright.

        Of a JPEG this is sooner there than the whole, the higher up the sooner.
        """
        return self._pool.crop(source_of(photo), region, priority)

    def focus_point(self, photo: Photo, priority: Priority) -> Future[FocusPoint | None]:
        """Where the camera focused; None where the file does not say."""
        return self._pool.focus_point(source_of(photo), priority)

    def close(self) -> None:
        """Stop serving; futures that still wait are cancelled."""
        self._readers.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            waiting = [future for entry in self._decoding.values() for future in entry.waiting]
        for future in waiting:
            future.cancel()

    def _serve(self, photo: Photo, priority: Priority, wanted: _Wanted) -> None:
        if wanted.cancelled():
            return
        key = PreviewCache.key(photo.path, photo.size_bytes, photo.mtime_ns)
        jpeg = self._cache.get(key)
        if jpeg is not None:
            _resolve(wanted, jpeg)
            return
        with self._lock:
            self._join(key, photo, priority, wanted)
        wanted.add_done_callback(partial(self._left, key))

    def _join(self, key: str, photo: Photo, priority: Priority, wanted: _Wanted) -> None:
        """Wait for the decode of this file, started now unless one as urgent is under way."""
        entry = self._decoding.get(key)
        if entry is None:
            entry = self._decoding[key] = _Decoding(self._start(photo, priority), priority)
        elif priority < entry.priority and not (entry.work.running() or entry.work.done()):
            queued = entry.work
            entry.work, entry.priority = self._start(photo, priority), priority
            queued.cancel()
        entry.waiting.append(wanted)
        entry.work.add_done_callback(partial(self._decoded, key, photo, entry.work))

    def _start(self, photo: Photo, priority: Priority) -> Future[bytes]:
        return self._pool.preview(source_of(photo), priority)

    def _decoded(self, key: str, photo: Photo, work: Future[bytes], _done: Future[bytes]) -> None:
        with self._lock:
            entry = self._decoding.get(key)
            if entry is None or entry.work is not work:
                return  # answered already, or asked again with more urgency
            del self._decoding[key]
        if work.cancelled():
            for wanted in entry.waiting:
                wanted.cancel()
            return
        error = work.exception()
        if error is None:
            self._cache.put(key, work.result())
            for wanted in entry.waiting:
                _resolve(wanted, work.result())
            return
        part = b""
        if isinstance(error, PhotoReadError):
            self._remember_problem(photo, error)
            part = error.part  # not kept on disk, where it would pass for the picture
        for wanted in entry.waiting:
            if part and not wanted.whole:
                _resolve(wanted, part)
            else:
                _fail(wanted, error)

    def _left(self, key: str, wanted: Future[bytes]) -> None:
        """Give up a queued decode that nobody waits for any more."""
        if not wanted.cancelled():
            return
        with self._lock:
            entry = self._decoding.get(key)
            if entry is None:
                return
            entry.waiting = [other for other in entry.waiting if other is not wanted]
            if not entry.waiting:
                entry.work.cancel()

    def _remember_problem(self, photo: Photo, error: PhotoReadError) -> None:
        state = FileState.DAMAGED if error.part else FileState.UNREADABLE
        state = FileState.OFFLINE if error.passing else state
        try:
            with self._library.transaction() as tx:
                changes = tx.photos.set_state([photo.id], state, error.reason)
        except LibraryWriteError:
            logger.exception("The state of a photo could not be stored")
            return
        self._publish(changes)


def source_of(photo: Photo) -> Source:
    """What the decoder must know of a photo."""
    return Source(photo.path, photo.kind, photo.companions)


def _resolve(future: Future[bytes], jpeg: bytes) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(jpeg)


def _fail(future: Future[bytes], error: BaseException) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)
