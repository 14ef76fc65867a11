"""Spoils a photograph by a known degree, as lens, shutter, sensor and encoder would.

Degrees run from 0, untouched, to 1, beyond repair, and their strengths are relative to the
size of the picture, so that one degree looks alike on a phone's picture and on a 45-megapixel
frame. Light is blurred, brightened and made noisy as light, before the tone curve.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

Frame = NDArray[np.uint8]  # (H, W, 3) sRGB
Light = NDArray[np.float32]  # (H, W, 3) linear, 1 is white
Plane = NDArray[np.float32]  # of frequencies, cycles a pixel
Transfer = Callable[[Plane, Plane], Plane]


class Kind(StrEnum):
    """What can go wrong, in the order in which light meets it."""

    DEFOCUS = "defocus"
    MOTION = "motion"
    UNDEREXPOSURE = "underexposure"
    OVEREXPOSURE = "overexposure"
    NOISE = "noise"
    COMPRESSION = "compression"


VERSION = "1"  # changes whenever one degree would look otherwise
LADDER = (0.2, 0.4, 0.6, 0.8, 1.0)  # the degrees that are measured with

_LONG_EDGE_CELLS = 640  # photons are counted on cells of this part of the long edge
_READ_NOISE = 3.0  # electrons for each cell
_PAD_SIGMAS = 1.25  # of a blur's reach: what is mirrored around the picture first


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A spoilt photograph as a file holds it."""

    frame: Frame
    jpeg_quality: int | None  # to be written at; None: without loss


def defocus_radius(degree: float) -> float:
    """Radius of the circle of confusion as a share of the long edge: 0.16 % to 1 %."""
    return float(0.001 * 10**degree)


def motion_length(degree: float) -> float:
    """Way of a point over the picture as a share of the long edge: 0.4 % to 2.5 %."""
    return float(0.0025 * 10**degree)


def white_electrons(degree: float) -> float:
    """Electrons that white frees in a cell of 1/640 of the long edge: 5,000 to 50."""
    return float(10 ** (4.2 - 2.5 * degree))


def stops(degree: float) -> float:
    """Stops of exposure off: 0.7 to 3.5."""
    return 3.5 * degree


def jpeg_quality(degree: float) -> int:
    """Quality on the scale of libjpeg: 80 down to 8, quantisation steps growing evenly."""
    scale = float(20 * 31**degree)
    return round(5000 / scale if scale > 100 else 100 - scale / 2)


def spoil(frame: Frame, degrees: Mapping[Kind, float], seed: int) -> Spoilt:
    """Spoil a photograph by any mixture of degradations.

    Args:
        frame: at the size the camera gave it.
        degrees: above 0 and at most 1 for each kind that is wanted.
        seed: decides the direction of a motion blur, the same at every degree, and the noise,
            another one at every degree.
    """
    angle = np.random.default_rng(seed).uniform(0, np.pi)
    light = to_light(frame)
    long_edge = max(frame.shape[:2])
    if Kind.DEFOCUS in degrees:
        light = _defocused(light, defocus_radius(degrees[Kind.DEFOCUS]) * long_edge)
    if Kind.MOTION in degrees:
        light = _moved(light, motion_length(degrees[Kind.MOTION]) * long_edge, angle)
    if Kind.UNDEREXPOSURE in degrees:
        light = light * np.float32(2 ** -stops(degrees[Kind.UNDEREXPOSURE]))
    if Kind.OVEREXPOSURE in degrees:
        light = light * np.float32(2 ** stops(degrees[Kind.OVEREXPOSURE]))
    if Kind.NOISE in degrees:
        generator = np.random.default_rng((seed, round(degrees[Kind.NOISE] * 1e6)))
        light = _noisy(light, white_electrons(degrees[Kind.NOISE]), long_edge, generator)
    quality = jpeg_quality(degrees[Kind.COMPRESSION]) if Kind.COMPRESSION in degrees else None
    optical = set(degrees) - {Kind.COMPRESSION}
    return Spoilt(to_frame(light) if optical else frame, quality)


def encoded(spoilt: Spoilt) -> bytes:
    """The file: JPEG where a quality is set, else TIFF without loss, which is written fastest."""
    target = io.BytesIO()
    if spoilt.jpeg_quality is None:
        Image.fromarray(spoilt.frame).save(target, "TIFF")
    else:
        Image.fromarray(spoilt.frame).save(target, "JPEG", quality=spoilt.jpeg_quality)
    return target.getvalue()


def to_light(frame: Frame) -> Light:
    """Linear light of an sRGB picture. Source: IEC 61966-2-1."""
    values = np.arange(256) / 255
    table = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return table.astype(np.float32)[frame]


def to_frame(light: Light) -> Frame:
    """The sRGB picture of linear light; what is brighter than white is clipped."""
    clipped = np.clip(light, 0, 1)
    curve = np.where(
        clipped <= 0.0031308, clipped * 12.92, 1.055 * np.cbrt(clipped) ** 1.25 - 0.055
    )
    return (curve * 255 + 0.5).astype(np.uint8)


def _defocused(light: Light, radius_px: float) -> Light:
    """Every point becomes an even disc: its transfer function is 2 J1(x) / x."""

    def transfer(rows: Plane, columns: Plane) -> Plane:
        x = 2 * np.pi * radius_px * np.hypot(rows, columns)
        bessel = torch.special.bessel_j1(torch.from_numpy(x)).numpy()
        return np.where(x < 1e-3, 1.0, 2 * bessel / np.maximum(x, 1e-3)).astype(np.float32)

    return _filtered(light, transfer, radius_px)


def _moved(light: Light, length_px: float, angle: float) -> Light:
    """Every point becomes an even line: its transfer function is sin(x) / x along it."""

    def transfer(rows: Plane, columns: Plane) -> Plane:
        along = columns * np.cos(angle) + rows * np.sin(angle)
        return cast("Plane", np.sinc(length_px * along).astype(np.float32))

    return _filtered(light, transfer, length_px / 2)


def _filtered(light: Light, transfer: Transfer, reach_px: float) -> Light:
    """Multiply the spectrum; the picture goes on as its mirror image beyond its edges."""
    height, width, _ = light.shape
    pad = min(int(reach_px * _PAD_SIGMAS) + 2, height, width)
    padded = np.pad(light, ((pad, pad), (pad, pad), (0, 0)), mode="symmetric")
    rows = np.fft.fftfreq(padded.shape[0])[:, None].astype(np.float32)
    columns = np.fft.rfftfreq(padded.shape[1])[None, :].astype(np.float32)
    weights = torch.from_numpy(transfer(rows, columns))
    planes = torch.from_numpy(np.ascontiguousarray(padded.transpose(2, 0, 1)))
    spectrum = torch.fft.rfft2(planes) * weights
    blurred = torch.fft.irfft2(spectrum, s=padded.shape[:2]).numpy().transpose(1, 2, 0)
    cropped: Light = np.maximum(blurred[pad : pad + height, pad : pad + width], 0)
    return cropped


def _noisy(light: Light, electrons: float, long_edge: int, generator: np.random.Generator) -> Light:
    """Shot noise, whose variance is the light's own, and read noise, which is always there.

    Source: Foi et al. 2008, "Practical Poissonian-Gaussian noise modeling", eq. 5.
    """
    cells = (_LONG_EDGE_CELLS / long_edge) ** 2  # of one pixel
    full_well, read = electrons * cells, _READ_NOISE * np.sqrt(cells)
    deviation = np.sqrt(np.maximum(light, 0) * full_well + read**2) / full_well
    noise = generator.standard_normal(light.shape, np.float32)
    return cast("Light", (light + noise * deviation).astype(np.float32))
