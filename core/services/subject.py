"""Where to look first in a photo at 1:1: what the camera focused on, else the finest detail."""

import io
from concurrent.futures import CancelledError
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from PIL import Image

from core.errors import PhotoReadError
from core.photo import FileState, Photo
from core.services.previews import FocusPoint, Previews, Priority
from core.vision.busiest_place import busiest_place

_MIDDLE = 0.5


class Origin(Enum):
    """Who says so."""

    CAMERA = auto()
    DETAIL = auto()
    NOBODY = auto()  # then it is the middle of the frame


@dataclass(frozen=True, slots=True)
class Subject:
    """A place in the upright photo, in shares of its width and height."""

    x: float
    y: float
    origin: Origin
    focus: FocusPoint | None = None  # the area, where the camera noted it


def find_subject(previews: Previews, photo: Photo, priority: Priority) -> Subject:
    """Where to look. Waits for the decoder, so it belongs on a worker; never fails."""
    focus = _focus_point(previews, photo, priority)
    if focus is not None:
        return Subject(focus.x, focus.y, Origin.CAMERA, focus)
    place = _busiest(previews, photo, priority)
    if place is not None:
        return Subject(*place, Origin.DETAIL)
    return Subject(_MIDDLE, _MIDDLE, Origin.NOBODY)


def _focus_point(previews: Previews, photo: Photo, priority: Priority) -> FocusPoint | None:
    if photo.state is not FileState.ONLINE:
        return None
    try:
        return previews.focus_point(photo, priority).result()
    except (PhotoReadError, CancelledError):  # it cannot be read, or the program ends
        return None


def _busiest(previews: Previews, photo: Photo, priority: Priority) -> tuple[float, float] | None:
    if photo.state is FileState.UNREADABLE:
        return None
    try:
        jpeg = previews.thumbnail(photo, priority).result()
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as preview:
            return busiest_place(np.asarray(preview.convert("RGB")))
    except (PhotoReadError, CancelledError, OSError):  # as above, or its preview is damaged
        return None
