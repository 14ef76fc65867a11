"""Brings any decoded picture to what the rest of the program works with: upright 8-bit sRGB."""

import io
from functools import lru_cache

from PIL import Image, ImageCms

ORIENTATION_TAG = 0x0112
_INTEROP_IFD = 0xA005
_INTEROP_INDEX = 1
_PAPER = (255, 255, 255)  # what shows through transparent pixels
_SPACE_OF_MODE = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY", "LAB": "Lab "}

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(picture: Image.Image) -> int:
    """The EXIF orientation, 1..8, that is still to be applied; 1 when it is missing or absurd."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except Exception:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def says_adobe_rgb(picture: Image.Image) -> bool:
    """Whether EXIF names Adobe RGB, the DCF option file, as many cameras do instead of an ICC."""
    if picture.mode != "RGB":
        return False
    try:
        return picture.getexif().get_ifd(_INTEROP_IFD).get(_INTEROP_INDEX) == "R03"
    except Exception:
        return False


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Apply an EXIF orientation, 1..8."""
    method = _TRANSPOSE.get(orientation)
    return picture if method is None else picture.transpose(method)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to mode RGB in the sRGB colour space.

    Args:
        picture: of any mode Pillow can decode; transparency is laid on white.
        profile: the ICC profile of its pixels; None or a damaged one counts as sRGB.
    """
    plain = _eight_bit(picture)
    transform = _transform(profile, plain.mode) if profile else None
    if transform is not None:
        converted = ImageCms.applyTransform(plain, transform)
        assert converted is not None, "only an in-place transform returns None"
        return converted
    return plain if plain.mode == "RGB" else plain.convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    """One of the modes RGB, L, CMYK, LAB, without transparency."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _scaled_grey(picture)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (*_PAPER, 255))
        return Image.alpha_composite(paper, layer).convert("RGB")
    if picture.mode in _SPACE_OF_MODE:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _scaled_grey(picture: Image.Image) -> Image.Image:
    """Grey of more than 8 bits; whole numbers are taken as 16-bit, floats as 0..1 or as is."""
    import numpy as np  # not at the top: few workers ever get here

    values = np.asarray(picture, dtype=np.float32)
    if picture.mode == "F":
        peak = float(np.nanmax(values, initial=1.0))
        values = np.nan_to_num(values) * (255.0 / peak)
    elif picture.mode != "I" or values.max(initial=0.0) > 255.0:
        values = values / 257.0
    return Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8))


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From `profile` to sRGB; None when there is nothing to do or it does not fit the pixels."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != _SPACE_OF_MODE[mode]:
            return None
        if mode == "RGB" and "srgb" in (source.profile.profile_description or "").lower():
            return None
        return ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
