"""What can still be seen of a JPEG that was cut short, as by a card that was pulled too early.

Runs in a decode worker only.
"""

from typing import BinaryIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

_END_OF_IMAGE = b"\xff\xd9"
_NOTHING = (127, 128)  # what libjpeg puts where it has no data; 127 once CMYK is turned round
_ENDS_PX = 16  # of each row: decoded last, so grey unless the row was decoded to its end
_ALMOST_PERCENT = 99  # what is cut short is never said to be whole


class CutShortError(Exception):
    """Only part of a picture could be read.

    `picture` is upright, sRGB and as large as was asked for, grey where nothing is left.
    """

    def __init__(self, picture: Image.Image, reason: str) -> None:
        super().__init__(reason)
        self.picture = picture
        self.reason = reason


class PartialJpeg(JpegImageFile):
    """A JPEG whose end, where it is missing, is made up, so that its decoder gets there.

    Pillow does the same for all pictures of a process at once, by LOAD_TRUNCATED_IMAGES; then
    nothing would tell a whole picture from a part.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        super().__init__(file)
        self._ended = False

    def load_read(self, read_bytes: int) -> bytes:
        data = super().load_read(read_bytes)
        if data or self._ended:
            return data
        self._ended = True
        return _END_OF_IMAGE


def is_cut_short(picture: Image.Image, error: OSError) -> bool:
    """Whether it is a JPEG of which its file holds only the beginning."""
    return isinstance(picture, JpegImageFile) and "truncated" in str(error)


def with_what_is_left(part: PartialJpeg, shown: Image.Image) -> Image.Image:
    """`shown`, which was made of a decoded part, if nothing but the end mark is missing.

    Raises:
        CutShortError: pixels are missing too.
        OSError: not even the first rows can be seen.
    """
    import numpy as np  # not at the top: few workers ever get here

    pixels = np.asarray(part)
    rows = pixels[:, -_ENDS_PX:].reshape(part.height, -1)
    seen = np.flatnonzero((rows.min(axis=1) < _NOTHING[0]) | (rows.max(axis=1) > _NOTHING[1]))
    if seen.size == 0:
        raise OSError("truncated before the first row")
    if part.info.get("progressive"):  # its file holds the whole picture coarsely, then details
        raise CutShortError(shown, "the file is cut short; the picture lacks detail")
    last = pixels[-1, -1]
    if last.min() < _NOTHING[0] or last.max() > _NOTHING[1]:
        return shown
    percent = max(1, min(round(100 * (int(seen[-1]) + 1) / part.height), _ALMOST_PERCENT))
    raise CutShortError(shown, f"the file is cut short; {percent} % of the picture can be seen")
