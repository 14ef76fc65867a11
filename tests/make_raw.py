"""Makes RAW files for tests: a small uncompressed DNG with the camera's preview inside.

Source: Adobe DNG specification 1.4; a DNG is a TIFF file with a mosaic of sensor values.
"""

import io
import struct
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from tests.make_photos import CAMERA, FIRST_SHOT, natural_image, stored

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SRATIONAL = 1, 2, 3, 4, 5, 10
_PACKED = {_BYTE: "B", _SHORT: "H", _LONG: "L", _RATIONAL: "L", _SRATIONAL: "l"}
_WHITE = 4095  # 12 bits

Entry = tuple[int, int, list[int] | bytes]  # tag, type, values


def write_dng(
    path: Path,
    *,
    seed: int = 0,
    size: tuple[int, int] = (1200, 800),
    preview_size: tuple[int, int] | None = (1200, 800),
    orientation: int = 1,
    taken_at: datetime = FIRST_SHOT,
) -> Path:
    """Write a RAW file that LibRaw opens; sizes are upright, both even.

    `preview_size` None leaves the preview out, so that the sensor data must be demosaiced.
    """
    picture = natural_image(*size, seed)
    sensor = _mosaic(stored(picture, orientation))
    preview = b""
    if preview_size is not None:
        preview = _jpeg(stored(picture.resize(preview_size), orientation))
        preview_size = stored(Image.new("1", preview_size), orientation).size
    path.write_bytes(_dng(sensor, preview, preview_size, orientation, taken_at))
    return path


def _dng(
    sensor: np.ndarray,
    preview: bytes,
    preview_size: tuple[int, int] | None,
    orientation: int,
    taken_at: datetime,
) -> bytes:
    """The main directory describes the shot and its sensor data, the one below it the preview."""
    data = b"II*\0" + struct.pack("<L", 0)
    sensor_at, data = len(data), data + sensor.tobytes()
    preview_at, data = len(data), data + preview + b"\0" * (len(preview) % 2)
    exif_at, data = _append(data, _shot_entries(taken_at))
    main = _sensor_entries(sensor, sensor_at, orientation)
    main.append((0x8769, _LONG, [exif_at]))
    if preview_size is not None:
        entries = _preview_entries(preview_at, len(preview), preview_size)
        below, data = _append(data, entries)
        main.append((0x014A, _LONG, [below]))
    main_at, data = _append(data, main)
    return data[:4] + struct.pack("<L", main_at) + data[8:]


def _sensor_entries(sensor: np.ndarray, sensor_at: int, orientation: int) -> list[Entry]:
    height, width = sensor.shape
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    return [
        (0x00FE, _LONG, [0]),
        (0x0100, _LONG, [width]),
        (0x0101, _LONG, [height]),
        (0x0102, _SHORT, [16]),
        (0x0103, _SHORT, [1]),
        (0x0106, _SHORT, [32803]),  # a mosaic
        (0x010F, _ASCII, CAMERA[0].encode() + b"\0"),
        (0x0110, _ASCII, CAMERA[1].encode() + b"\0"),
        (0x0111, _LONG, [sensor_at]),
        (0x0112, _SHORT, [orientation]),
        (0x0115, _SHORT, [1]),
        (0x0116, _LONG, [height]),
        (0x0117, _LONG, [sensor.nbytes]),
        (0x828D, _SHORT, [2, 2]),
        (0x828E, _BYTE, [0, 1, 1, 2]),  # red, green, green, blue
        (0xC612, _BYTE, [1, 4, 0, 0]),
        (0xC614, _ASCII, CAMERA[1].encode() + b"\0"),
        (0xC61D, _LONG, [_WHITE]),
        (0xC621, _SRATIONAL, identity),
        (0xC628, _RATIONAL, [1, 1, 1, 1, 1, 1]),
        (0xC65A, _SHORT, [21]),
    ]


def _preview_entries(at: int, size_bytes: int, size: tuple[int, int]) -> list[Entry]:
    return [
        (0x00FE, _LONG, [1]),  # a reduced rendition
        (0x0100, _LONG, [size[0]]),
        (0x0101, _LONG, [size[1]]),
        (0x0102, _SHORT, [8, 8, 8]),
        (0x0103, _SHORT, [7]),
        (0x0106, _SHORT, [6]),
        (0x0111, _LONG, [at]),
        (0x0115, _SHORT, [3]),
        (0x0116, _LONG, [size[1]]),
        (0x0117, _LONG, [size_bytes]),
    ]


def _shot_entries(taken_at: datetime) -> list[Entry]:
    return [
        (0x829A, _RATIONAL, [1, 250]),
        (0x829D, _RATIONAL, [4, 1]),
        (0x8827, _SHORT, [400]),
        (0x9003, _ASCII, taken_at.strftime("%Y:%m:%d %H:%M:%S").encode() + b"\0"),
        (0x920A, _RATIONAL, [50, 1]),
    ]


def _append(data: bytes, entries: list[Entry]) -> tuple[int, bytes]:
    """Add a TIFF directory and its values behind `data`: its offset, and the longer data."""
    rows: list[bytes] = []
    for tag, type_, values in sorted(entries, key=lambda entry: entry[0]):
        raw = values if isinstance(values, bytes) else _pack(type_, values)
        count = len(raw) if isinstance(values, bytes) else len(values)
        if type_ in (_RATIONAL, _SRATIONAL):
            count //= 2
        if len(raw) > 4:
            place, data = struct.pack("<L", len(data)), data + raw + b"\0" * (len(raw) % 2)
        else:
            place = raw.ljust(4, b"\0")
        rows.append(struct.pack("<HHL", tag, type_, count) + place)
    directory = struct.pack("<H", len(rows)) + b"".join(rows) + struct.pack("<L", 0)
    return len(data), data + directory


def _pack(type_: int, values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}{_PACKED[type_]}", *values)


def _mosaic(picture: Image.Image) -> np.ndarray:
    """One colour a pixel, as a sensor under a Bayer filter sees it, (H, W) uint16, linear."""
    linear = (np.asarray(picture) / 255.0) ** 2.2 * _WHITE
    mosaic = linear[:, :, 1].copy()
    mosaic[0::2, 0::2] = linear[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = linear[1::2, 1::2, 2]
    return mosaic.astype("<u2")


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=85)
    return target.getvalue()
