"""Fills one order inside a decode worker; the only place where decoders are loaded."""

import errno
import traceback
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from PIL import ImageFile

from core.errors import PhotoReadError
from core.ingest.decode import decode, preview_jpeg
from core.ingest.messages import Answer, Failure, Focused, Order, PixelsFollow, Wanted
from core.ingest.original_file import plain_reason
from core.ingest.raw_file import UnknownRawError
from core.ingest.source import Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ImageFile.MAXBLOCK = 1024**2  # read at once; at Pillow's 64 KB each refill copies what is left
warnings.simplefilter("ignore")  # a decoder's remarks; what matters comes as an exception
_ALSO_NEEDED = {
    Wanted.METADATA: "core.ingest.metadata",
    Wanted.PIXELS: "numpy",
    Wanted.CROP: "core.ingest.crop",
    Wanted.FOCUS: "core.ingest.focus_point",
}
_CUT_SHORT = ("truncated", "not enough", "end of file", "unexpected eof", "premature")


def prepare(wanted: Wanted) -> None:
    """Load what only this kind of order needs; without all that a worker starts in half the time.

    It has to happen before a file is opened, whose memory is limited.
    """
    if wanted in _ALSO_NEEDED:
        import_module(_ALSO_NEEDED[wanted])


def answer(order: Order, source: Source) -> "tuple[Answer, npt.NDArray[np.uint8] | None]":
    """The answer for one source, and the pixels when it announces them. Never raises."""
    try:
        return _filled(order, source)
    except PhotoReadError as error:
        return Failure(error.reason, passing=error.passing, part=error.part), None
    except MemoryError:
        return Failure("", out_of_memory=True), None
    except Exception as error:
        return _failure(error), None


def _filled(order: Order, source: Source) -> "tuple[Answer, npt.NDArray[np.uint8] | None]":
    try:
        match order.wanted:
            case Wanted.METADATA:
                from core.ingest.metadata import read_metadata

                return read_metadata(source.path, source.kind), None
            case Wanted.PREVIEW:
                return preview_jpeg(source), None
            case Wanted.PIXELS:
                pixels = decode(source, order.long_edge_px)
                return PixelsFollow((pixels.shape[0], pixels.shape[1], 3)), pixels
            case Wanted.CROP:
                from core.ingest.crop import crop

                assert order.region is not None, "a crop is of some region"
                part = crop(source, order.region)
                return PixelsFollow((part.shape[0], part.shape[1], 3)), part
            case Wanted.FOCUS:
                from core.ingest.focus_point import focus_point

                return Focused(focus_point(source)), None
    except UnknownRawError:
        if source.twin is None:
            raise
        return _filled(order, source.twin)  # what a new camera wrote beside it serves as well


def _failure(error: Exception) -> Failure:
    details = traceback.format_exc()
    # Only a damaged file sends its reader to places that are not valid.
    if isinstance(error, OSError) and error.errno not in (None, 0, errno.EINVAL):
        return Failure(plain_reason(error), details, passing=True)
    text = str(error).lower()
    if isinstance(error, EOFError) or any(sign in text for sign in _CUT_SHORT):
        return Failure("the file is cut short", details)
    return Failure("the file is damaged", details)
