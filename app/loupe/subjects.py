"""Remembers where to look first in the photos that are looked at, and finds it out ahead."""

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner, Lane
from core.photo import Photo, PhotoId
from core.services.previews import Previews, Priority
from core.services.subject import Subject, find_subject

_KEPT = 2_000

_Key = tuple[PhotoId, int]  # a changed file has another time


class Subjects(QObject):
    """Asks the engine once for each photo, one photo after the other."""

    found = Signal(object)  # PhotoId

    def __init__(self, previews: Previews, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._previews = previews
        self._jobs = jobs
        self._known: OrderedDict[_Key, Subject] = OrderedDict()
        self._waiting: dict[object, tuple[Photo, ...]] = {}  # by who wants it
        self._running: _Key | None = None

    def of(self, photo: Photo) -> Subject | None:
        """Where to look, or None while that is not known."""
        return self._known.get(_key(photo))

    def want(self, who: object, photos: Sequence[Photo]) -> None:
        """Replace the list of photos `who` wants to know it of, most urgent first."""
        self._waiting[who] = tuple(photos)
        self._go_on()

    def _go_on(self) -> None:
        if self._running is not None:
            return
        waiting = (photo for photos in self._waiting.values() for photo in photos)
        photo = next((one for one in waiting if _key(one) not in self._known), None)
        if photo is None:
            return
        self._running = _key(photo)
        job = self._jobs.submit(
            Lane.LOOK,
            "find the subject",
            lambda _: find_subject(self._previews, photo, Priority.VISIBLE),
        )
        job.succeeded.connect(lambda subject: self._take(photo, subject))
        job.finished.connect(self._next)

    def _take(self, photo: Photo, subject: Subject) -> None:
        self._known[_key(photo)] = subject
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.found.emit(photo.id)

    def _next(self) -> None:
        self._running = None
        self._go_on()


def _key(photo: Photo) -> _Key:
    return photo.id, photo.mtime_ns
