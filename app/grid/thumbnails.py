"""Brings thumbnails from the engine to the screen: what is visible first, nothing twice.

Preview bytes come from the engine as a future; a worker thread decodes them to a QImage of
the size the cells need; only the GUI thread makes a QPixmap of it. What has been scrolled
away before its turn is withdrawn.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap

from app.grid.pixmap_cache import PixmapCache
from app.jobs import JobRunner, Lane
from core.errors import PhotoReadError
from core.photo import FileState, Photo, PhotoId
from core.services.previews import Previews, Priority

logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024 * 1024
_IN_FLIGHT = 12  # enough to keep every decode worker busy, few enough to withdraw quickly

_Key = tuple[PhotoId, int, int]  # a changed file has another time or size


@dataclass(slots=True)
class _Request:
    """A thumbnail on its way."""

    photo: Photo
    box_px: int
    future: Future[bytes] | None = None
    withdrawn: bool = False


class Thumbnails(QObject):
    """The thumbnails in memory, and those that are on their way."""

    arrived = Signal(object)  # PhotoId; there is a pixmap now
    failed = Signal(object)  # PhotoId; there will be none
    _fetched = Signal(object)  # _Request, from a thread of the decode pool

    def __init__(
        self,
        previews: Previews,
        jobs: JobRunner,
        parent: QObject | None = None,
        *,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        super().__init__(parent)
        self._previews = previews
        self._jobs = jobs
        self._cache = PixmapCache(max_bytes)
        self._sizes: dict[_Key, int] = {}  # the box a cached pixmap was made for
        self._failures: set[_Key] = set()
        self._waiting: list[Photo] = []
        self._box_px = 0
        self._in_flight: dict[PhotoId, _Request] = {}
        self._fetched.connect(self._decode, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, photo: Photo) -> QPixmap | None:
        """The thumbnail if it is in memory, perhaps still in the size of earlier cells."""
        return self._cache.get(_key(photo))

    def has_failed(self, photo: Photo) -> bool:
        """Whether this very file was tried and cannot be shown."""
        return _key(photo) in self._failures

    def want(self, photos: Sequence[Photo], box_px: int) -> None:
        """Fetch these, in this order, for cells of `box_px` device pixels; withdraw all others."""
        self._box_px = box_px
        wanted = {photo.id for photo in photos}
        for id_, request in list(self._in_flight.items()):
            if id_ not in wanted or request.box_px != box_px:
                self._withdraw(request)
        self._waiting = [photo for photo in photos if self._is_missing(photo)]
        self._feed()

    @property
    def busy(self) -> bool:
        """Whether something that is wanted has not come yet."""
        return bool(self._waiting or self._in_flight)

    def close(self) -> None:
        """Withdraw everything."""
        self._waiting = []
        for request in list(self._in_flight.values()):
            self._withdraw(request)

    def _is_missing(self, photo: Photo) -> bool:
        key = _key(photo)
        if photo.id in self._in_flight or key in self._failures:
            return False
        gone = photo.state in {FileState.OFFLINE, FileState.UNREADABLE}
        if gone and self._sizes.get(key, 0) > 0:
            return False  # a smaller picture of what is gone is better than none
        return self._cache.get(key) is None or self._sizes.get(key, 0) != self._box_px

    def _feed(self) -> None:
        while self._waiting and len(self._in_flight) < _IN_FLIGHT:
            photo = self._waiting.pop(0)
            if self._is_missing(photo):
                self._start(_Request(photo, self._box_px))

    def _start(self, request: _Request) -> None:
        self._in_flight[request.photo.id] = request
        request.future = self._previews.thumbnail(request.photo, Priority.VISIBLE)
        request.future.add_done_callback(lambda _: self._fetched.emit(request))

    @Slot(object)
    def _decode(self, request: _Request) -> None:
        if request.withdrawn or request.future is None:
            return
        try:
            jpeg = request.future.result()
        except CancelledError:
            self._drop(request)
        except PhotoReadError as error:
            self._give_up(request, error)
        else:
            job = self._jobs.submit(
                Lane.PREVIEW, "decode thumbnail", lambda _: decoded(jpeg, request.box_px)
            )
            job.succeeded.connect(lambda image: self._take(request, image))

    def _take(self, request: _Request, image: QImage) -> None:
        if image.isNull():
            self._give_up(request, ValueError("the stored preview is damaged"))
            return
        key = _key(request.photo)
        if not request.withdrawn or self._cache.get(key) is None:  # a wrong size beats none
            self._cache.put(key, QPixmap.fromImage(image))
            self._sizes[key] = request.box_px
        self._drop(request)
        self.arrived.emit(request.photo.id)

    def _give_up(self, request: _Request, error: Exception) -> None:
        logger.debug("No thumbnail: %s", error)
        self._failures.add(_key(request.photo))
        self._drop(request)
        self.failed.emit(request.photo.id)

    def _withdraw(self, request: _Request) -> None:
        request.withdrawn = True
        self._in_flight.pop(request.photo.id, None)
        if request.future is not None:
            request.future.cancel()

    def _drop(self, request: _Request) -> None:
        if self._in_flight.get(request.photo.id) is request:
            del self._in_flight[request.photo.id]
        self._feed()


def decoded(jpeg: bytes, box_px: int) -> QImage:
    """The preview scaled to fit a square of `box_px`, never enlarged; null if it is no picture."""
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setQuality(90)  # the smooth scaling of Qt's JPEG reader
    size = reader.size()
    if size.width() > box_px or size.height() > box_px:
        box = QSize(box_px, box_px)
        fitted = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    return reader.read().convertToFormat(QImage.Format.Format_RGB32)


def _key(photo: Photo) -> _Key:
    return photo.id, photo.mtime_ns, photo.size_bytes
