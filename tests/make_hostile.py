"""Makes files that no camera would write: empty, cut short, lying, in disguise, no files at all.

Each function writes one and returns its path; HOSTILE lists those that are plain files.
"""

import io
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.make_photos import make_jpeg, natural_image

_NOT_UTF8 = b"caf\xe9"  # Latin-1, as an old camera card or archive has it


def write_empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def write_truncated(path: Path, share: float = 0.5) -> Path:
    """The first part of a good JPEG, as after a copy that was interrupted."""
    jpeg = make_jpeg()
    path.write_bytes(jpeg[: int(len(jpeg) * share)])
    return path


def write_text(path: Path) -> Path:
    path.write_text("This is no picture.\n" * 50)
    return path


def write_lying_jpeg(path: Path, claimed: tuple[int, int] = (13000, 13000)) -> Path:
    """Less than a kilobyte that claims to be a huge picture."""
    small = io.BytesIO()
    natural_image(8, 8).save(small, "JPEG", quality=30)
    jpeg = bytearray(small.getvalue())
    frame_at = jpeg.index(b"\xff\xc0")
    jpeg[frame_at + 5 : frame_at + 9] = struct.pack(">HH", claimed[1], claimed[0])
    path.write_bytes(jpeg)
    return path


def write_huge_png(path: Path, claimed: tuple[int, int] = (60000, 60000)) -> Path:
    """A PNG whose header asks for more pixels than any camera has."""
    header = b"IHDR" + struct.pack(">LLBBBBB", *claimed, 8, 2, 0, 0, 0)
    chunk = struct.pack(">L", 13) + header + struct.pack(">L", zlib.crc32(header))
    pixels = struct.pack(">L", 1000) + b"IDAT" + zlib.compress(b"\0" * 1000)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + pixels)
    return path


def write_endless_png(path: Path, chunks: int = 1_000_000) -> Path:
    """A PNG of 12 MB whose million empty chunks keep a decoder busy for seconds."""
    header = b"IHDR" + struct.pack(">LLBBBBB", 8, 8, 8, 2, 0, 0, 0)
    start = struct.pack(">L", 13) + header + struct.pack(">L", zlib.crc32(header))
    empty = struct.pack(">L", 0) + b"teSt" + struct.pack(">L", zlib.crc32(b"teSt"))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + start + empty * chunks)
    return path


def write_png_in_disguise(path: Path) -> Path:
    """A good PNG whatever the name says: it is to be shown."""
    natural_image().save(path, "PNG")
    return path


def write_garbage(path: Path) -> Path:
    """Begins like a JPEG and goes on like nothing."""
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8)
    return path


def make_pipe(path: Path) -> Path:
    """A FIFO: opening it carelessly waits forever."""
    os.mkfifo(path)
    return path


def make_loop(folder: Path) -> Path:
    """A link inside `folder` that leads back to it."""
    link = folder / "again"
    link.symlink_to(folder, target_is_directory=True)
    return link


def not_utf8(folder: Path, suffix: str = ".jpg") -> Path:
    """A path whose name is not valid UTF-8; write something to it."""
    return folder / os.fsdecode(_NOT_UTF8 + suffix.encode())


HOSTILE: Mapping[str, Callable[[Path], Path]] = MappingProxyType(
    {
        "empty.jpg": write_empty,
        "truncated.jpg": write_truncated,
        "text.jpg": write_text,
        "lying.jpg": write_lying_jpeg,
        "huge.png": write_huge_png,
        "garbage.jpg": write_garbage,
        "text.cr2": write_text,
        "text.heic": write_text,
    }
)
