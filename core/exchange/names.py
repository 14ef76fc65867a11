"""How an exported file is called: the name template, and what every drive accepts as a name.

The template is not a Python format string: its fields are a fixed list, and what a camera
wrote into a file can never lead out of the target folder.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import ExportError
from core.photo import Photo

MAX_NAME_BYTES = 255

_FIELD = re.compile(r"\{([^{}]*)\}")
_COUNTER = re.compile(r"counter(?::0([1-9]))?")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')  # on Windows, exFAT and most cards
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.DOTALL)

_FIELDS: Mapping[str, Callable[[Photo], str]] = {
    "name": lambda photo: photo.path.stem,
    "date": lambda photo: _taken(photo, "%Y-%m-%d"),
    "time": lambda photo: _taken(photo, "%H-%M-%S"),
    "camera": lambda photo: photo.metadata.camera or "unknown camera",
    "stars": lambda photo: str(photo.stars),
    "score": lambda photo: "unscored" if photo.score is None else f"{photo.score.value:02.0f}",
    "folder": lambda photo: photo.path.parent.name,
}
FIELDS = (*_FIELDS, "counter", "counter:04")
_HINT = "Fields: " + " ".join(f"{{{field}}}" for field in FIELDS)


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """A checked template, such as `{date}_{counter:04}_{name}`. The extension always stays."""

    text: str

    def __post_init__(self) -> None:
        """Refuse a template that cannot be meant.

        Raises:
            ExportError: it is empty, has an unknown field, a lone brace or a separator.
        """
        if not self.text.strip():
            raise ExportError("The name template is empty.", hint=_HINT)
        if "/" in self.text or "\\" in self.text:
            raise ExportError(
                "The name template makes file names, not folders: it cannot hold / or \\.",
                hint="Keep the folders of the originals instead.",
            )
        for field in _FIELD.findall(self.text):
            if field not in _FIELDS and not _COUNTER.fullmatch(field):
                raise ExportError(
                    f"The name template has an unknown field {{{field}}}.", hint=_HINT
                )
        if re.search(r"[{}]", _FIELD.sub("", self.text)):
            raise ExportError("The name template has a brace without its partner.", hint=_HINT)

    def stem(self, photo: Photo, counter: int) -> str:
        """The name of the photo's copy without extension.

        Args:
            photo: whose facts fill the fields; what is not known is named so.
            counter: 1 for the first photo of the export.
        """
        return portable(_FIELD.sub(lambda match: _fill(match[1], photo, counter), self.text))


def portable(name: str) -> str:
    """The name with everything replaced that some drive, or Windows, would not take."""
    clean = _FORBIDDEN.sub("_", name).rstrip(". ").lstrip()
    if not clean:
        return "_"
    if _DEVICE.fullmatch(clean) or clean.startswith("."):
        clean = f"_{clean}"
    return shortened(clean, MAX_NAME_BYTES).rstrip(". ")


def shortened(name: str, room: int) -> str:
    """As much of the beginning of a name as fits into so many bytes, whole letters only."""
    while name and len(os.fsencode(name)) > room:
        name = name[:-1]
    return name


def folded(name: str) -> str:
    """Equal for names that some file system takes for the same one.

    Capitals do not count on Windows and macOS, and there and on many network drives
    composed and decomposed accents are one.
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _fill(field: str, photo: Photo, counter: int) -> str:
    if match := _COUNTER.fullmatch(field):
        return f"{counter:0{int(match[1] or 1)}}"
    return _FIELDS[field](photo)


def _taken(photo: Photo, pattern: str) -> str:
    taken_at = photo.metadata.taken_at
    return "undated" if taken_at is None else taken_at.strftime(pattern)


def suffix_beside(stem: str, companion: Path) -> str:
    """What follows the stem in a companion's name: `.jpg`, or `.CR2.xmp` of `IMG_1.CR2.xmp`."""
    name = companion.name
    if folded(name[: len(stem)]) == folded(stem):
        return name[len(stem) :]
    return companion.suffix
