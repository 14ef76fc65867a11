"""Asks the engine for pictures, forgets what is no longer wanted, and keeps what arrives.

The engine answers on its own threads. There the answer becomes a QImage (a QPixmap belongs to
the GUI thread), and a queued signal takes it across.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from app.loupe.picture_cache import PREVIEW_PX, PictureCache, PictureKey
from core.errors import CoreError, PhotoReadError
from core.photo import Photo
from core.services.previews import Previews, Priority, Region

logger = logging.getLogger(__name__)

Rendition = bytes | npt.NDArray[np.uint8]  # a JPEG, or pixels (H, W, 3) sRGB


@dataclass(frozen=True, slots=True)
class Wanted:
    """One rendition that should soon be at hand."""

    photo: Photo
    long_edge_px: int | None  # None is every pixel; PREVIEW_PX the preview on disk
    priority: Priority
    region: Region | None = None  # only this part, at 1:1

    @property
    def key(self) -> PictureKey:
        return PictureKey.of(self.photo, self.long_edge_px, self.region)


@dataclass(frozen=True, slots=True)
class _Request:
    priority: Priority
    answer: Future[bytes] | Future[npt.NDArray[np.uint8]]


class PictureLoader(QObject):
    """Keeps the wanted pictures coming. Both signals are emitted on the GUI thread.

    Each view says what it wants; what two of them want is decoded once.
    """

    arrived = Signal(object)  # PictureKey; the picture is in the cache
    failed = Signal(object, str)  # PictureKey and why, a short phrase
    _decoded = Signal(object, object)  # PictureKey and QImage or phrase, from any thread

    def __init__(self, previews: Previews, cache: PictureCache, parent: QObject) -> None:
        super().__init__(parent)
        self._previews = previews
        self._cache = cache
        self._wanted: dict[object, tuple[Wanted, ...]] = {}  # by who wants it
        self._requests: dict[PictureKey, _Request] = {}
        self._refused: set[PictureKey] = set()
        self._decoded.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def want(self, who: object, wanted: Sequence[Wanted]) -> None:
        """Replace the list of what `who` wants, most urgent first.

        What is queued and no longer wanted is cancelled. A picture that could not be read is
        tried again only when it is wanted NOW, not for every prefetch that passes it.
        """
        self._wanted[who] = tuple(wanted)
        by_key: dict[PictureKey, Wanted] = {}
        for one in (one for list_ in self._wanted.values() for one in list_):
            other = by_key.get(one.key)
            if other is None or one.priority < other.priority:
                by_key[one.key] = one
        for key in list(self._requests):
            self._give_up_unless_wanted(key, by_key.get(key))
        self._refused -= {one.key for one in wanted if one.priority is Priority.NOW}
        for key, one in by_key.items():
            if key not in self._cache and key not in self._requests and key not in self._refused:
                self._start(key, one)

    def has_refused(self, key: PictureKey) -> bool:
        """Whether the last try to make this picture failed."""
        return key in self._refused

    def _give_up_unless_wanted(self, key: PictureKey, one: Wanted | None) -> None:
        request = self._requests[key]
        overdue = one is None or one.priority < request.priority
        if overdue and request.answer.cancel():
            del self._requests[key]

    def _start(self, key: PictureKey, one: Wanted) -> None:
        answer: Future[bytes] | Future[npt.NDArray[np.uint8]]
        if one.long_edge_px == PREVIEW_PX:
            answer = self._previews.thumbnail(one.photo, one.priority)
        elif one.region is not None:
            answer = self._previews.crop(one.photo, one.region, one.priority)
        else:
            answer = self._previews.pixels(one.photo, one.long_edge_px, one.priority)
        self._requests[key] = _Request(one.priority, answer)
        answer.add_done_callback(partial(self._take_over, key))

    def _take_over(self, key: PictureKey, answer: Future[Rendition]) -> None:
        """Runs on a thread of the engine: convert there, so that the GUI never waits for it."""
        if answer.cancelled():
            return
        error = answer.exception()
        if isinstance(error, CancelledError):  # the program ends
            return
        outcome = _to_picture(answer.result()) if error is None else _phrase(error)
        if key.region is not None and isinstance(outcome, QImage) and not _is_all(outcome, key):
            outcome = "its size is not what the catalogue says"
        try:
            self._decoded.emit(key, outcome)
        except RuntimeError:
            logger.debug("A picture arrived after the loupe was closed")

    @Slot(object, object)
    def _deliver(self, key: PictureKey, outcome: QImage | str) -> None:
        self._requests.pop(key, None)
        if isinstance(outcome, str):
            self._refused.add(key)
            self.failed.emit(key, outcome)
            return
        self._cache.put(key, outcome)
        self.arrived.emit(key)


def _is_all(part: QImage, key: PictureKey) -> bool:
    return key.area is not None and part.size() == key.area.size()


def _to_picture(rendition: Rendition) -> QImage | str:
    """A picture in the screen's own pixel format, which is painted without a conversion."""
    if isinstance(rendition, bytes):
        picture = QImage.fromData(rendition)
        if picture.isNull():
            return "its stored preview is damaged"
    else:
        pixels = np.ascontiguousarray(rendition)
        height, width, _ = pixels.shape
        picture = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # Another format means a copy: the picture must not outlive the array it was laid over.
    return picture.convertToFormat(QImage.Format.Format_RGB32)


def _phrase(error: BaseException) -> str:
    if isinstance(error, PhotoReadError):
        return error.reason
    if not isinstance(error, CoreError):
        logger.error("A picture could not be loaded", exc_info=error)
    return str(error)
