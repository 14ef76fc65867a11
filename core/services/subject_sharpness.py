"""Measures how sharp the subject is at 1:1, comparably within each group of photos.

The subject is chosen in one frame of the group, where its camera focused or where it stands out,
and found again in the others on their previews; only that part of each file is then looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import PhotoReadError
from core.library.group_store import SubjectSharpness
from core.library.library import Library
from core.photo import Changes, FileKind, FileState, Photo, PhotoId
from core.progress import Task
from core.services.previews import Previews, Priority, Region
from core.vision import sharpness as measure
from core.vision.sharpness import sharpness
from core.vision.subject import Place, around, found_again, subject_of

SHARPNESS_VERSION = f"sharpness {measure.VERSION}"

_STAGE = "sharpness"
_AT_ONCE = 16  # files on their way, which bounds the memory
_RAW_AT_ONCE = 2  # whole pictures
_LARGEST_PX = 1024  # side of the part that is looked at; more says no more

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SharpnessReport:
    """What measuring did."""

    measured: int
    not_found: int  # photos in which the subject was not found again, or cannot be told
    failed: tuple[PhotoReadError, ...]
    away: int  # photos that are offline or unreadable


@dataclass(slots=True)
class _Tally:
    measured: int = 0
    not_found: int = 0
    away: int = 0
    done: int = 0


class Measuring:
    """One pass over some groups."""

    def __init__(
        self, library: Library, previews: Previews, publish: Callable[[Changes], None]
    ) -> None:
        self._library = library
        self._previews = previews
        self._publish = publish
        self._failed: list[PhotoReadError] = []
        self._tally = _Tally()

    def measure(
        self,
        groups: Sequence[Sequence[PhotoId]],
        known: Mapping[PhotoId, SubjectSharpness],
        task: Task,
    ) -> SharpnessReport:
        """Measure what was not compared with the rest of its group before.

        Raises:
            LibraryWriteError: results cannot be stored.
            Cancelled: what was measured until then is stored.
        """
        waiting = [ids for ids in groups if not _is_compared(ids, known)]
        total = sum(map(len, waiting))
        for ids in waiting:
            self._one_group(ids, known, task, total)
        task.report(_STAGE, total, total)
        tally = self._tally
        return SharpnessReport(tally.measured, tally.not_found, tuple(self._failed), tally.away)

    def _one_group(
        self,
        ids: Sequence[PhotoId],
        known: Mapping[PhotoId, SubjectSharpness],
        task: Task,
        total: int,
    ) -> None:
        with self._library.transaction() as tx:
            found = tx.photos.get(list(ids))
        photos = [found[id_] for id_ in ids if id_ in found]
        here = [photo for photo in photos if photo.state is FileState.ONLINE]
        self._tally.away += len(photos) - len(here)
        self._tally.done += len(ids) - len(here)
        if len(here) < 2:
            return
        anchor = _anchor(here, known)
        picture = self._preview(anchor)
        if picture is None:
            self._tally.done += len(here)
            return
        place = self._subject(anchor, picture, known)
        left = iter(
            photo for photo in here if photo.id not in known or known[photo.id].anchor != anchor.id
        )
        at_once = _RAW_AT_ONCE if anchor.kind is FileKind.RAW else _AT_ONCE
        while batch := list(islice(left, at_once)):
            self._batch(batch, anchor, picture, place)
            self._tally.done += len(batch)
            task.report(_STAGE, min(self._tally.done, total), total)

    def _batch(self, photos: Sequence[Photo], anchor: Photo, picture: Pixels, place: Place) -> None:
        thumbnails = [self._previews.thumbnail(photo, Priority.BACKGROUND) for photo in photos]
        parts: list[tuple[Photo, Place, Future[Pixels] | None]] = []
        for photo, thumbnail in zip(photos, thumbnails, strict=True):
            preview = self._opened(thumbnail)
            if preview is None:
                continue
            same = photo.id == anchor.id
            there = place if same else found_again(place, picture, preview)
            part = None if there is None else self._part(there, photo)
            parts.append((photo, there or place, part))
        measured: dict[PhotoId, SubjectSharpness] = {}
        for photo, there, part in parts:
            try:
                value = None if part is None else sharpness(_cut(part.result(), there, photo))
            except (PhotoReadError, CancelledError) as error:
                self._note(error)
                continue
            box = (there.left, there.top, there.width, there.height)
            measured[photo.id] = SubjectSharpness(anchor.id, value, box, SHARPNESS_VERSION)
            self._tally.measured += value is not None
            self._tally.not_found += value is None
        with self._library.transaction() as tx:
            tx.groups.save_sharpness(measured)
        self._publish(Changes(grouped=frozenset(measured)))

    def _subject(
        self, anchor: Photo, picture: Pixels, known: Mapping[PhotoId, SubjectSharpness]
    ) -> Place:
        """Where it was looked for before, else where the camera focused, else what stands out."""
        if anchor.id in known and known[anchor.id].anchor == anchor.id:
            return Place(*known[anchor.id].region)
        try:
            focus = self._previews.focus_point(anchor, Priority.BACKGROUND).result()
        except (PhotoReadError, CancelledError) as error:
            self._note(error)
            focus = None
        return subject_of(picture) if focus is None else around(focus.x, focus.y, picture)

    def _part(self, place: Place, photo: Photo) -> Future[Pixels] | None:
        """The pixels around a place; None where the size of the photo is not known."""
        if photo.kind is FileKind.RAW:  # what can be shown of it may be smaller than its sensor
            return self._previews.pixels(photo, None, Priority.BACKGROUND)
        region = _region(place, photo)
        if region is None:
            return None
        return self._previews.crop(photo, region, Priority.BACKGROUND)

    def _preview(self, photo: Photo) -> Pixels | None:
        return self._opened(self._previews.thumbnail(photo, Priority.BACKGROUND))

    def _opened(self, thumbnail: Future[bytes]) -> Pixels | None:
        try:
            jpeg = thumbnail.result()
        except (PhotoReadError, CancelledError) as error:
            self._note(error)
            return None
        return np.asarray(Image.open(BytesIO(jpeg), formats=["JPEG"]).convert("RGB"))

    def _note(self, error: Exception) -> None:
        if isinstance(error, PhotoReadError):
            self._failed.append(error)


def _is_compared(ids: Sequence[PhotoId], known: Mapping[PhotoId, SubjectSharpness]) -> bool:
    anchors = {known[id_].anchor if id_ in known else None for id_ in ids}
    return len(anchors) == 1 and None not in anchors


def _anchor(photos: Sequence[Photo], known: Mapping[PhotoId, SubjectSharpness]) -> Photo:
    """The photo in which the subject is chosen: that of an earlier time, else the sharpest."""
    earlier = [known[photo.id].anchor for photo in photos if photo.id in known]
    if earlier:
        usual = max(set(earlier), key=earlier.count)
        again = [photo for photo in photos if photo.id == usual]
        if again:
            return again[0]
    return max(photos, key=_preview_sharpness)


def _preview_sharpness(photo: Photo) -> float:
    return photo.score.technical.get("sharpness", 0.0) if photo.score else 0.0


def _cut(pixels: Pixels, place: Place, photo: Photo) -> Pixels:
    """The part of a picture, if it is not the part already."""
    if photo.kind is not FileKind.RAW:
        return pixels
    height, width = pixels.shape[:2]
    left, top, across, down = _box(place, width, height)
    return pixels[top : top + down, left : left + across]


def _region(place: Place, photo: Photo) -> Region | None:
    """The part of the photo at full size; None where its size is not known."""
    width, height = photo.metadata.width_px, photo.metadata.height_px
    if not width or not height:
        return None
    return Region(*_box(place, width, height))


def _box(place: Place, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels, around the same middle if it must be smaller."""
    across = min(_LARGEST_PX, round(place.width * width))
    down = min(_LARGEST_PX, round(place.height * height))
    left = round((place.left + place.width / 2) * width - across / 2)
    top = round((place.top + place.height / 2) * height - down / 2)
    return max(0, left), max(0, top), across, down
