"""Makes photographs for tests: natural to look at, seeded, with what a camera would write.

    write_jpeg(path, seed=7, taken_at=..., orientation=6)     one photo of a camera
    write_picture(path, ...)                                  PNG, TIFF, WebP, HEIC, AVIF by suffix
    write_shoot(folder, 20)                                   a series, one second apart
    with_preview(jpeg, preview)                               a JPEG with an MPF preview behind it

RAW files come from tests.make_raw, files that no camera would write from tests.make_hostile.
"""

import io
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw
from PIL.TiffImagePlugin import IFDRational

FIRST_SHOT = datetime(2024, 5, 17, 14, 3, 21)
CAMERA = ("Canon", "Canon EOS R5")
LENS = "RF24-70mm F2.8 L IS USM"

LARGE_THUMBNAIL = 0x010002  # MPF's "Full HD equivalent" preview
GAIN_MAP = 0x000000  # what phones store their HDR gain map as

_COARSEST = 3  # cells across the picture in the lowest octave of the clouds
_GRAIN = 5  # sensor noise, standard deviation in levels

_MAKE, _MODEL, _ORIENTATION, _DATE_TIME = 0x010F, 0x0110, 0x0112, 0x0132
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825

# How the sensor lay for each EXIF orientation: turns an upright picture into the stored one.
_AS_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def natural_image(width: int = 600, height: int = 400, seed: int = 0) -> Image.Image:
    """Clouds of 1/f noise over a sky-to-ground gradient, a few shapes, a little grain."""
    rng = np.random.default_rng(seed)
    picture = _gradient(rng).resize((width, height), Image.Resampling.BILINEAR)
    cells, strength = _COARSEST, 0.42
    while cells < width and strength > 0.02:
        picture = Image.blend(picture, _clouds(rng, cells, width, height), strength)
        cells, strength = cells * 4, strength * 0.6
    _draw_shapes(picture, rng)
    return _with_grain(picture, rng)


def stored(picture: Image.Image, orientation: int) -> Image.Image:
    """The pixels a camera stores when this EXIF orientation is to turn them upright again."""
    method = _AS_STORED.get(orientation)
    return picture if method is None else picture.transpose(method)


def make_exif(
    *,
    taken_at: datetime | None = None,
    utc_offset: str = "",
    camera: tuple[str, str] = CAMERA,
    lens: str = LENS,
    exposure_s: float = 1 / 250,
    aperture: float = 4.0,
    iso: int = 400,
    focal_length_mm: float = 50.0,
    orientation: int = 1,
    gps: tuple[float, float] | None = None,
) -> Image.Exif:
    """EXIF data as a camera writes it; `gps` is latitude and longitude in degrees."""
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL] = camera
    exif[_ORIENTATION] = orientation
    shot: dict[int, Any] = {
        0x829A: _rational(exposure_s),
        0x829D: _rational(aperture),
        0x8827: iso,
        0x920A: _rational(focal_length_mm),
        0xA434: lens,
    }
    if taken_at is not None:
        text = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        exif[_DATE_TIME] = text
        shot |= {0x9003: text, 0x9004: text, 0x9291: f"{taken_at.microsecond // 1000:03}"}
    if utc_offset:
        shot[0x9011] = utc_offset
    exif.get_ifd(_EXIF_IFD).update(shot)
    if gps is not None:
        exif.get_ifd(_GPS_IFD).update(_gps_tags(*gps))
    return exif


def make_jpeg(
    *,
    seed: int = 0,
    size: tuple[int, int] = (600, 400),
    quality: int = 88,
    preview_size: tuple[int, int] | None = None,
    icc_profile: bytes | None = None,
    **exif: Any,
) -> bytes:
    """A camera's JPEG; `size` is the upright one, `exif` goes to `make_exif`."""
    picture = natural_image(*size, seed)
    sensor = stored(picture, exif.get("orientation", 1))
    jpeg = _encoded(
        sensor, "JPEG", quality=quality, exif=make_exif(**exif), icc_profile=icc_profile
    )
    if preview_size is None:
        return jpeg
    small = stored(picture.resize(preview_size), exif.get("orientation", 1))
    return with_preview(jpeg, _encoded(small, "JPEG", quality=85))


def write_jpeg(path: Path, **options: Any) -> Path:
    """Write `make_jpeg(**options)` to `path`."""
    path.write_bytes(make_jpeg(**options))
    return path


def write_picture(
    path: Path,
    *,
    seed: int = 0,
    size: tuple[int, int] = (600, 400),
    mode: str = "RGB",
    **exif: Any,
) -> Path:
    """Write a picture in the format that the suffix of `path` names, HEIC and AVIF included."""
    picture = stored(natural_image(*size, seed), exif.get("orientation", 1)).convert(mode)
    format_ = _format_of(path)
    if format_ == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    path.write_bytes(_encoded(picture, format_, exif=make_exif(**exif).tobytes()))
    return path


def write_shoot(
    folder: Path,
    count: int,
    *,
    first_shot: datetime = FIRST_SHOT,
    every: timedelta = timedelta(seconds=1),
    seed: int = 0,
    **options: Any,
) -> list[Path]:
    """Write IMG_0001.JPG and so on into `folder`, which is made; each shows something else."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_jpeg(
            folder / f"IMG_{number + 1:04}.JPG",
            seed=seed + number,
            taken_at=first_shot + number * every,
            **options,
        )
        for number in range(count)
    ]


def with_preview(jpeg: bytes, preview: bytes, kind: int = LARGE_THUMBNAIL) -> bytes:
    """Append `preview` to `jpeg` and list it in a Multi-Picture index (CIPA DC-007)."""
    entries_at = 8 + 2 + 3 * 12 + 4
    segment_bytes = 4 + 4 + entries_at + 2 * 16  # marker and length, "MPF", the index
    header_at = 2 + 8  # of the index, counted from the start of the file
    main_bytes = len(jpeg) + segment_bytes
    fields = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack("<L", 2))]
    fields.append((0xB002, 7, 32, struct.pack("<L", entries_at)))
    index = b"II*\0" + struct.pack("<LH", 8, len(fields))
    index += b"".join(struct.pack("<HHL", *field[:3]) + field[3] for field in fields)
    index += struct.pack("<L", 0)
    index += struct.pack("<LLLHH", 0x20030000, main_bytes, 0, 0, 0)
    index += struct.pack("<LLLHH", kind, len(preview), main_bytes - header_at, 0, 0)
    segment = b"\xff\xe2" + struct.pack(">H", segment_bytes - 2) + b"MPF\0" + index
    return jpeg[:2] + segment + jpeg[2:] + preview


def _gradient(rng: np.random.Generator) -> Image.Image:
    top, bottom = rng.integers(90, 240, 3), rng.integers(20, 130, 3)
    tilt = rng.integers(-25, 25, 3)
    corners = [[top - tilt, top + tilt], [bottom - tilt, bottom + tilt]]
    return Image.fromarray(np.clip(corners, 0, 255).astype(np.uint8))


def _clouds(rng: np.random.Generator, cells: int, width: int, height: int) -> Image.Image:
    rows = max(2, round(cells * height / width))
    grey = rng.integers(0, 256, (rows, cells, 1))
    tint = rng.integers(-30, 31, (rows, cells, 3))
    noise = Image.fromarray(np.clip(grey + tint, 0, 255).astype(np.uint8))
    return noise.resize((width, height), Image.Resampling.BILINEAR)


def _draw_shapes(picture: Image.Image, rng: np.random.Generator) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 6))):
        centre = rng.random(2) * picture.size
        radius = rng.uniform(0.03, 0.18, 2) * min(picture.size)
        colour = tuple(int(level) for level in rng.integers(0, 256, 3))
        box = [*(centre - radius), *(centre + radius)]
        if rng.random() < 0.5:
            draw.ellipse(box, fill=colour)
        else:
            draw.rectangle(box, fill=colour)


def _with_grain(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    # One tile of noise, repeated: fresh noise for each pixel would take most of the time.
    tile = np.clip(rng.standard_normal((128, 128)) * _GRAIN + 64, 0, 128).astype(np.uint8)
    repeats = (picture.height // 128 + 1, picture.width // 128 + 1)
    grain = Image.fromarray(np.tile(tile, repeats)[: picture.height, : picture.width])
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), 1.0, -64)


def _gps_tags(latitude: float, longitude: float) -> Mapping[int, Any]:
    return {
        1: "N" if latitude >= 0 else "S",
        2: _degrees(abs(latitude)),
        3: "E" if longitude >= 0 else "W",
        4: _degrees(abs(longitude)),
    }


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    minutes, seconds = divmod(round(angle * 3600, 3), 60)
    degrees, minutes = divmod(minutes, 60)
    return _rational(degrees), _rational(minutes), _rational(seconds)


def _rational(value: float) -> IFDRational:
    # Pillow writes a plain float as a double, which no camera does.
    fraction = Fraction(value).limit_denominator(10_000)
    return IFDRational(fraction.numerator, fraction.denominator)


def _format_of(path: Path) -> str:
    formats = {".tif": "TIFF", ".heic": "HEIF", ".heif": "HEIF", ".jpg": "JPEG"}
    return formats.get(path.suffix.lower(), path.suffix[1:].upper())


def _encoded(picture: Image.Image, format_: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, format_, **options)
    return target.getvalue()
