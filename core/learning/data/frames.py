"""Decoded photographs: what training reads them through, and the flat file they are kept in.

Decoding is slow and is done once. The frames keep their shape: `frames.bin` holds the pixels one
after the other, `frames.json` says which photograph lies where, what they were made from, and the
checksum of all pixels.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError

Frame = NDArray[np.uint8]  # (H, W, 3), sRGB, upright

_CHECKED_AT_ONCE_BYTES = 1 << 24


class Frames(Protocol):
    """Any source of decoded photographs by name."""

    def frame(self, file: str) -> Frame:
        """The photograph as uint8 RGB (H, W, 3)."""
        ...

    def shape(self, file: str) -> tuple[int, int]:
        """Its height and width in pixels."""
        ...


@dataclass(frozen=True, slots=True)
class FrameStore:
    """Decoded photographs in one flat file, read at memory speed."""

    pixels: NDArray[np.uint8]
    places: Mapping[str, tuple[int, int, int]]  # offset, height, width

    def frame(self, file: str) -> Frame:
        offset, height, width = self.places[file]
        flat = self.pixels[offset : offset + height * width * 3]
        return flat.reshape(height, width, 3)

    def shape(self, file: str) -> tuple[int, int]:
        _, height, width = self.places[file]
        return height, width


def decoded_once(
    cache: Path, made_from: str, decode: Callable[[], Iterable[tuple[str, Frame]]]
) -> FrameStore:
    """The frames that `decode` yields, from `cache` where it holds them undamaged.

    Args:
        cache: a folder of its own.
        made_from: a digest that changes when the photographs or what is wanted of them do.
        decode: yields names and frames; whatever it raises leaves the cache as it was.

    Raises:
        TrainingError: there is no room for the decoded photographs.
    """
    listing = cache / "frames.json"
    places = _read_listing(listing, made_from)
    if places is None:
        try:
            places = _write(cache, made_from, decode)
        except OSError as error:
            raise TrainingError(f"The decoded photographs cannot be kept: {error}.") from error
    return FrameStore(np.memmap(cache / "frames.bin", dtype=np.uint8, mode="r"), places)


def _write(
    cache: Path, made_from: str, decode: Callable[[], Iterable[tuple[str, Frame]]]
) -> dict[str, tuple[int, int, int]]:
    cache.mkdir(parents=True, exist_ok=True)
    listing, pixels = cache / "frames.json", cache / "frames.bin"
    places: dict[str, tuple[int, int, int]] = {}
    checksum = 0
    # A draft, since another run may still read the earlier file through its memory map.
    draft = pixels.with_suffix(".tmp")
    with draft.open("wb") as out:
        for name, frame in decode():
            content = np.ascontiguousarray(frame).data
            places[name] = (out.tell(), frame.shape[0], frame.shape[1])
            checksum = zlib.crc32(content, checksum)
            out.write(content)
    listing.unlink(missing_ok=True)
    draft.replace(pixels)
    told = {"made_from": made_from, "crc32": checksum, "places": places}
    draft = listing.with_suffix(".tmp")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(listing)
    return places


def _read_listing(path: Path, made_from: str) -> dict[str, tuple[int, int, int]] | None:
    """The places of the frames, or None where they must be decoded anew."""
    try:
        listing = json.loads(path.read_text(encoding="utf-8"))
        if listing["made_from"] != made_from:
            return None
        places = {name: (int(o), int(h), int(w)) for name, (o, h, w) in listing["places"].items()}
        with path.with_name("frames.bin").open("rb") as pixels:
            return places if _checksum(pixels) == listing["crc32"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checksum(pixels: BinaryIO) -> int:
    checksum = 0
    while part := pixels.read(_CHECKED_AT_ONCE_BYTES):
        checksum = zlib.crc32(part, checksum)
    return checksum
