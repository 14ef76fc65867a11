"""The photographs the benchmarks read: made here, with the entropy of real ones, and kept.

A frame is noise whose spectrum falls as 1/f, like that of natural scenes, with a little
sensor noise on top: at 24 megapixels and quality 92 a file is about 10 MB, as from a camera.
Folders of many photos are hard links to a few frames, so they cost no space.
"""

import os
import shutil
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

FRAME_PX = (6000, 4000)
PREVIEW_PX = (1620, 1080)  # what cameras embed beside a 24-megapixel picture
SMALL_PX = (960, 640)
FRAMES = 24
QUALITY = 92

_SCENES = 4  # frames of one scene differ by a shift, which is cheap to make
_MP_ENTRY_TAG = struct.pack("<HH", 0xB002, 7)
_MP_ENTRY_BYTES = 16
_FULL_HD_THUMBNAIL = 0x00010002
_FIRST_SHOT = datetime(2026, 5, 1, 9, 0, 0)


class Inputs:
    """Photographs below one folder; each set is made when first asked for."""

    def __init__(self, work: Path) -> None:
        self._work = work

    def frames(self) -> Path:
        """24-megapixel JPEGs without an embedded preview."""
        return self._made("frames", partial(_write_frames, size=FRAME_PX, save=_save_plain))

    def frames_with_preview(self) -> Path:
        """24-megapixel JPEGs with an MPF preview, as most cameras write them."""
        return self._made("frames-mpf", partial(_write_frames, size=FRAME_PX, save=_save_mpf))

    def small_frames(self) -> Path:
        """Small JPEGs, for folders in which only the number of photos matters."""
        return self._made("small", partial(_write_frames, size=SMALL_PX, save=_save_plain))

    def folder_of(self, count: int, frames: Path) -> Path:
        """A folder of `count` photos that are links to the frames."""
        name = f"{frames.name}-{count}"
        return self._made(name, partial(_link_many, frames=frames, count=count))

    def scratch(self, name: str) -> Path:
        """An empty folder, for what one run writes."""
        folder = self._work / "scratch" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        folder = self._work / name
        if not folder.exists():
            unfinished = self._work / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            make(unfinished)
            unfinished.replace(folder)
        return folder


def _write_frames(
    folder: Path, *, size: tuple[int, int], save: Callable[[Image.Image, Path, bytes], None]
) -> None:
    random = np.random.default_rng(7)
    for scene in range(_SCENES):
        pixels = _natural_scene(size, random)
        for frame in range(FRAMES // _SCENES):
            number = scene * (FRAMES // _SCENES) + frame
            shifted = np.roll(pixels, 8 * frame + 1, axis=1)
            image = Image.fromarray(shifted[::-1] if frame % 2 else shifted)
            save(image, folder / f"IMG_{number:04}.jpg", _exif(number))


def _natural_scene(size: tuple[int, int], random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """An sRGB picture (H, W, 3) whose spectrum falls as that of photographs does."""
    width, height = size
    light = 118 + 52 * _falling_noise(height, width, 1.2, random)
    light += 3 * random.standard_normal((height, width), dtype=np.float32)
    warm, cool = (
        np.asarray(
            Image.fromarray(_falling_noise(height // 8, width // 8, 1.4, random)).resize(size)
        )
        for _ in range(2)
    )
    picture = np.stack([light + 18 * warm, light, light + 18 * cool], axis=-1)
    return picture.clip(0, 255).astype(np.uint8)


def _falling_noise(
    height: int, width: int, power: float, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Noise (H, W) of zero mean and unit deviation with amplitude 1 / frequency ** power."""
    rows = np.fft.fftfreq(height)[:, None].astype(np.float32) * height
    columns = np.fft.rfftfreq(width)[None, :].astype(np.float32) * width
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    shape = frequency.shape
    phases = random.standard_normal(shape, np.float32) + 1j * random.standard_normal(
        shape, np.float32
    )
    noise = np.fft.irfft2(phases / frequency**power, s=(height, width))
    return (noise / noise.std()).astype(np.float32)


def _exif(number: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Benchmark"
    exif[ExifTags.Base.Model] = "B-24"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    taken = _FIRST_SHOT + timedelta(seconds=2 * number)
    details[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    details[ExifTags.Base.ISOSpeedRatings] = 400
    details[ExifTags.Base.FNumber] = 4.0
    details[ExifTags.Base.ExposureTime] = 0.004
    return exif.tobytes()


def _save_plain(image: Image.Image, path: Path, exif: bytes) -> None:
    image.save(path, "JPEG", quality=QUALITY, exif=exif)


def _save_mpf(image: Image.Image, path: Path, exif: bytes) -> None:
    """Write picture and preview as one file, the preview marked as such."""
    preview = image.resize(PREVIEW_PX, Image.Resampling.BOX)
    image.save(path, "MPO", save_all=True, append_images=[preview], quality=QUALITY, exif=exif)
    data = bytearray(path.read_bytes())
    start = data.index(b"MPF\0") + 4  # offsets count from here
    tag = data.index(_MP_ENTRY_TAG, start)
    (entries,) = struct.unpack_from("<I", data, tag + 8)
    second = start + entries + _MP_ENTRY_BYTES
    struct.pack_into("<I", data, second, _FULL_HD_THUMBNAIL)  # Pillow says "undefined"
    path.write_bytes(data)


def _link_many(folder: Path, *, frames: Path, count: int) -> None:
    originals = sorted(frames.iterdir())
    for number in range(count):
        original, link = originals[number % len(originals)], folder / f"IMG_{number:05}.jpg"
        try:
            os.link(original, link)
        except OSError:  # the file system has no links, or no more of this file
            shutil.copyfile(original, link)
