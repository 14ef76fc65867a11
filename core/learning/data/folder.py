"""A folder of photographs: without ratings for phase 1, or the pictures of a rated set.

Photographs come out as the window shows them: upright by EXIF and converted to sRGB. Large ones
are made smaller as they are decoded, since no network here sees more than a few hundred pixels.
"""

import contextlib
import hashlib
import io
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps

from core.errors import TrainingError, printable
from core.learning.data.frames import Frame, FrameStore, decoded_once
from core.progress import Task

logger = logging.getLogger(__name__)

SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .tif .tiff .webp .heic .heif .hif .avif".split()  # noqa: SIM905
)

_ORIENTATION_TAG = 0x0112
_ON_THEIR_SIDE = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_DECODED_AT_ONCE = 64  # bounds what waits in memory to be written

pillow_heif.register_heif_opener()


def list_photographs(folder: Path) -> tuple[str, ...]:
    """The photographs below a folder, hidden ones left out, in the order of their names.

    Raises:
        TrainingError: it is no folder, or holds no photograph.
    """
    if not folder.is_dir():
        raise TrainingError(f"{printable(folder)} is not a folder.")
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(
            (Path(parent) / name).relative_to(folder).as_posix()
            for name in names
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        )
    if not found:
        raise TrainingError(f"There is no photograph in {printable(folder)}.")
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class FolderFrames:
    """The photographs of a folder, decoded each time: for sets too large to keep decoded."""

    folder: Path
    short_side_px: int  # larger photographs are made this small

    def frame(self, file: str) -> Frame:
        """The photograph as uint8 RGB (H, W, 3).

        Raises:
            TrainingError: it cannot be decoded.
        """
        return decode(self.folder, file, self.short_side_px)

    def shape(self, file: str) -> tuple[int, int]:
        """Height and width of the frame, from the head of the file.

        Raises:
            TrainingError: it is no picture.
        """
        try:
            with Image.open(self.folder / file) as image:
                width, height = image.size
                if image.getexif().get(_ORIENTATION_TAG) in _ON_THEIR_SIDE:
                    width, height = height, width
        except Exception as error:  # every format has error types of its own
            raise _undecodable(file, error) from error
        width, height = _reduced(width, height, self.short_side_px)
        return height, width


def open_folder(
    folder: Path,
    files: Sequence[str],
    cache: Path,
    task: Task,
    *,
    short_side_px: int,
    skip_damaged: bool = False,
) -> FrameStore:
    """The photographs `files` of a folder, decoded into `cache` unless they are there.

    Args:
        folder: is only read.
        files: as from `list_photographs`.
        cache: a folder of its own for the decoded photographs.
        task: reports and cancels.
        short_side_px: larger photographs are made this small.
        skip_damaged: leave them out of the store, with a warning, instead of refusing.

    Raises:
        TrainingError: photographs cannot be decoded; all are looked at before it says so.
    """
    wanted = f"{short_side_px} {skip_damaged}"
    digest = _digest(folder, files, wanted)
    return decoded_once(
        cache,
        digest,
        lambda: _decode_all(folder, files, short_side_px, task, skip_damaged=skip_damaged),
    )


def decode(folder: Path, file: str, short_side_px: int) -> Frame:
    """One photograph, upright, in sRGB, its short side at most `short_side_px`.

    Raises:
        TrainingError: it cannot be decoded.
    """
    try:
        with Image.open(folder / file) as image:
            size = _reduced(*image.size, short_side_px)
            image.draft("RGB", size)  # JPEG decodes to a half, quarter or eighth right away
            upright = ImageOps.exif_transpose(image)
        size = _reduced(*upright.size, short_side_px)
        if upright.mode in {"P", "PA", "1"}:
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        small = upright.resize(size, Image.Resampling.LANCZOS) if size != upright.size else upright
        return np.asarray(_as_srgb(small))
    except Exception as error:  # every format has error types of its own
        raise _undecodable(file, error) from error


def _decode_all(
    folder: Path, files: Sequence[str], short_side_px: int, task: Task, *, skip_damaged: bool
) -> Iterator[tuple[str, Frame]]:
    def attempt(file: str) -> Frame | TrainingError:
        try:
            return decode(folder, file, short_side_px)
        except TrainingError as error:
            return error

    damaged: list[TrainingError] = []
    done = 0
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(files), _DECODED_AT_ONCE):
            chunk = files[start : start + _DECODED_AT_ONCE]
            for file, decoded in zip(chunk, pool.map(attempt, chunk), strict=True):
                task.report("decode photographs", done, len(files))
                done += 1
                if isinstance(decoded, TrainingError):
                    damaged.append(decoded)
                else:
                    yield file, decoded
    task.report("decode photographs", done, len(files))
    for error in damaged:
        logger.warning("%s", error)
    if damaged and (len(damaged) == len(files) or not skip_damaged):
        others = f" So are {len(damaged) - 1} others." if len(damaged) > 1 else ""
        raise TrainingError(f"{damaged[0]}{others}", hint="Damaged photographs can be left out.")


def _reduced(width: int, height: int, short_side_px: int) -> tuple[int, int]:
    short = min(width, height)
    if short <= short_side_px:
        return width, height
    return round(width * short_side_px / short), round(height * short_side_px / short)


def _as_srgb(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            return _converted(image, profile)  # a damaged one counts as sRGB, as in the window
    if image.mode.startswith("I"):
        grey = np.asarray(image, np.float32) / 257.0  # 16-bit grey
        return Image.fromarray(np.clip(grey + 0.5, 0, 255).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    assert converted is not None, "only an in-place conversion returns None"
    return converted


def _digest(folder: Path, files: Sequence[str], wanted: str) -> str:
    digest = hashlib.sha256(wanted.encode())
    for file in files:
        try:
            status = (folder / file).stat()
        except OSError as error:
            raise TrainingError(f"{file} is missing in {printable(folder)}.") from error
        digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def _undecodable(file: str, error: Exception) -> TrainingError:
    return TrainingError(f"{printable(file)} cannot be decoded: {error}")
