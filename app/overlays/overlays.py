"""Which overlays are on, and what was measured for them, off the GUI thread."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QImage

from app.jobs import JobRunner, Lane
from app.loupe.picture_cache import Picture, PictureKey
from app.overlays.marks import Marks, Mask
from app.overlays.measure import clipping, peaking
from app.panels.histogram import Histogram, histogram_of
from core.services.subject import Subject

_KEPT_BYTES = 96_000_000
_HISTOGRAM_BYTES = 8_192
_GRID_PX = 256  # a part of a whole picture at 1:1 is measured to the next of these


class Overlay(StrEnum):
    """The names are also those of their actions."""

    HISTOGRAM = "histogram"
    CLIPPING = "clipping"
    PEAKING = "focus_peaking"
    AF_POINT = "af_point"
    THIRDS = "thirds"


_MASKS = {Overlay.CLIPPING: clipping, Overlay.PEAKING: peaking}

Answer = QImage | Histogram


@dataclass(frozen=True, slots=True)
class _Question:
    overlay: Overlay
    key: PictureKey
    part: tuple[int, int, int, int] | None  # of the picture, in its pixels


@dataclass(frozen=True, slots=True)
class Looked:
    """What a canvas shows of a photo."""

    whole: Picture  # a rendition of all of it
    detail: Picture | None  # a part at 1:1, drawn above it
    natural: QSize | None  # the size of the photo at 1:1
    seen: QRect | None  # what is seen of it at 1:1; None if it is fitted
    subject: Subject | None  # None while it is being found


class Overlays(QObject):
    """The switches, and the answers that were computed for what is on screen."""

    changed = Signal()  # another one is on, or something has been measured

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._on: frozenset[Overlay] = frozenset()
        self._answers: OrderedDict[_Question, Answer] = OrderedDict()
        self._bytes = 0
        self._asked: dict[object, dict[_Question, Callable[[], Answer]]] = {}  # by who asks
        self._running: _Question | None = None
        self._failed: set[_Question] = set()  # told once; asking again would tell it again

    @property
    def on(self) -> frozenset[Overlay]:
        """The overlays that are shown."""
        return self._on

    def switch(self, overlay: Overlay, on: bool) -> None:
        """Show or hide one."""
        self.show_only(self._on | {overlay} if on else self._on - {overlay})

    def show_only(self, overlays: Iterable[Overlay]) -> None:
        """Show exactly these."""
        wanted = frozenset(overlays)
        if wanted != self._on:
            self._on = wanted
            self.changed.emit()

    def marks(self, who: object, looked: Looked | None) -> Marks:
        """What `who` has to draw now; `changed` follows when more of it is known."""
        self._asked[who] = {}
        if looked is None or not self._on:
            return Marks()
        masks = [self._mask(who, overlay, looked) for overlay in _MASKS if overlay in self._on]
        histogram = self._histogram(who, looked) if Overlay.HISTOGRAM in self._on else None
        focus, note = None, ""
        if Overlay.AF_POINT in self._on and looked.subject is not None:
            focus = looked.subject.focus
            note = "" if focus is not None else self.tr("No AF point noted")
        self._go_on()
        return Marks(
            masks=tuple(mask for mask in masks if mask is not None),
            thirds=Overlay.THIRDS in self._on,
            focus=focus,
            note=note,
            histogram=histogram,
        )

    def _mask(self, who: object, overlay: Overlay, looked: Looked) -> Mask | None:
        picture, part = looked.whole, None
        if looked.seen is not None and looked.detail is not None:
            picture = looked.detail
        elif looked.seen is not None and looked.whole.key.long_edge_px is None:
            part = _snapped(looked.seen, looked.whole.image.size())
        question = _Question(overlay, picture.key, None if part is None else _sides(part))
        answer = self._answer(who, question, partial(_MASKS[overlay], picture.image, part))
        if not isinstance(answer, QImage):
            return None
        area = picture.key.area if part is None else part
        return Mask(answer, _share(area, looked.natural))

    def _histogram(self, who: object, looked: Looked) -> Histogram | None:
        question = _Question(Overlay.HISTOGRAM, looked.whole.key, None)
        answer = self._answer(who, question, partial(histogram_of, looked.whole.image))
        return answer if isinstance(answer, Histogram) else None

    def _answer(
        self, who: object, question: _Question, measure: Callable[[], Answer]
    ) -> Answer | None:
        answer = self._answers.get(question)
        if answer is not None:
            self._answers.move_to_end(question)
        elif question not in self._failed:
            self._asked[who][question] = measure
        return answer

    def _go_on(self) -> None:
        """One at a time: who flips through photos asks for more than he will see."""
        if self._running is not None:
            return
        waiting = [(q, measure) for asked in self._asked.values() for q, measure in asked.items()]
        if not waiting:
            return
        question, measure = waiting[0]
        for asked in self._asked.values():
            asked.pop(question, None)
        self._running = question
        job = self._jobs.submit(Lane.LOOK, "measure a picture", lambda _: measure())
        job.succeeded.connect(partial(self._keep, question))
        job.failed.connect(lambda _: self._failed.add(question))
        job.finished.connect(self._next)

    def _keep(self, question: _Question, answer: Answer) -> None:
        self._answers[question] = answer
        self._bytes += _bytes_of(answer)
        while self._bytes > _KEPT_BYTES and len(self._answers) > 1:
            _, gone = self._answers.popitem(last=False)
            self._bytes -= _bytes_of(gone)

    def _next(self) -> None:
        self._running = None
        self.changed.emit()
        self._go_on()


def _bytes_of(answer: Answer) -> int:
    return answer.sizeInBytes() if isinstance(answer, QImage) else _HISTOGRAM_BYTES


def _sides(part: QRect) -> tuple[int, int, int, int]:
    return part.x(), part.y(), part.width(), part.height()


def _snapped(seen: QRect, size: QSize) -> QRect:
    left, top = seen.left() // _GRID_PX * _GRID_PX, seen.top() // _GRID_PX * _GRID_PX
    right = -(-(seen.left() + seen.width()) // _GRID_PX) * _GRID_PX
    bottom = -(-(seen.top() + seen.height()) // _GRID_PX) * _GRID_PX
    all_ = QRect(0, 0, size.width(), size.height())
    return QRect(left, top, right - left, bottom - top).intersected(all_)


def _share(area: QRect | None, natural: QSize | None) -> QRectF:
    if area is None or natural is None or natural.isEmpty():
        return QRectF(0, 0, 1, 1)
    width, height = natural.width(), natural.height()
    return QRectF(area.x() / width, area.y() / height, area.width() / width, area.height() / height)
