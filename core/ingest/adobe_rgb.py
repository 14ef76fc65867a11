"""The Adobe RGB (1998) colour space, for cameras that name it in EXIF but embed no profile.

Source: Adobe RGB (1998) Color Image Encoding, 2005; ICC.1:2001-04 for the file layout.
"""

import struct
from functools import cache

_GAMMA = 0x0233  # 2 + 51/256, as unsigned 8.8 fixed point
_WHITE = (0.9642, 1.0, 0.8249)  # D50, to which the primaries below are adapted
_PRIMARIES = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
_NAME = b"Compatible with Adobe RGB (1998)\0"
_HEADER_BYTES = 128


@cache
def adobe_rgb_profile() -> bytes:
    """An ICC profile, version 2, of a display with these primaries."""
    curve = b"curv" + struct.pack(">LLHH", 0, 1, _GAMMA, 0)
    tags = {
        b"desc": b"desc" + struct.pack(">LL", 0, len(_NAME)) + _NAME + bytes(78),
        b"cprt": b"text" + bytes(4) + b"No copyright\0",
        b"wtpt": _xyz(*_WHITE),
        **{name: _xyz(*colour) for name, colour in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table = struct.pack(">L", len(tags))
    data = b""
    data_at = _HEADER_BYTES + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">LL", data_at + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    return _header(data_at + len(data)) + table + data


def _header(size_bytes: int) -> bytes:
    start = struct.pack(">L4sL", size_bytes, b"\0\0\0\0", 0x02100000) + b"mntrRGB XYZ "
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    illuminant = _xyz(*_WHITE)[8:]
    return (start + date + b"acsp" + bytes(28) + illuminant).ljust(_HEADER_BYTES, b"\0")


def _xyz(x: float, y: float, z: float) -> bytes:
    fixed = (round(value * 65536) for value in (x, y, z))
    return b"XYZ \0\0\0\0" + struct.pack(">3l", *fixed)
