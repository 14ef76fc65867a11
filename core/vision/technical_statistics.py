"""What the technical heads look at: cheap statistics of a picture on several scales.

Every number is taken on tiles, so that the sharpest and the calmest part of the frame can be
told from the rest. Edges are compared between scales and between directions, because that
ratio tells what the lens and the shutter did, while the edges alone tell what stood before it.
"""

from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]
Luminance = npt.NDArray[np.int16]  # (H, W), Rec. 601 luma, 0..255

VERSION = "1"  # changes whenever equal pixels would give other statistics

LONG_EDGE_PX = 640  # the rendition that everything is measured on; larger ones are shrunk

_TILE_PX = 32
_SHORTEST_PX = 4 * _TILE_PX  # smaller pictures are continued by mirroring
_LEVELS = 3  # full size, half, quarter
_TEXTURE = 1.0  # mean step between neighbours, 8-bit units, under which a tile is flat
_FLOOR = 0.05  # keeps the logarithm of a mean step finite

_ANGLES = np.array([0, 90, 45, 135])  # degrees, of the steps that `_steps` takes
_AROUND = np.exp(2j * np.deg2rad(_ANGLES))  # a line has no front: angles count twice

_BLOCK = 8  # of JPEG
_INDEX = np.arange(_BLOCK)
_DCT = np.where(_INDEX[:, None] == 0, np.sqrt(1 / _BLOCK), np.sqrt(2 / _BLOCK)) * np.cos(
    np.pi * (2 * _INDEX + 1) * _INDEX[:, None] / (2 * _BLOCK)
)
_BANDS = np.digitize(_INDEX[:, None] + _INDEX, (1, 2, 3, 4, 6, 8, 11)).ravel()  # 0 is the mean
_BAND_COUNT = 7
_BAND_MEANS = np.stack(
    [(band == _BANDS) / (band == _BANDS).sum() for band in range(1, _BAND_COUNT + 1)], axis=1
)

_PERCENTILES = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.995)

_STRENGTH_SHARES = (0.02, 0.1, 0.5, 0.9, 0.98)
_RATIO_SHARES = (0.1, 0.5, 0.75, 0.9, 0.97)
_GRAIN_SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.9)
_ENDS = ("dark.min", "dark.max", "bright.min", "bright.max", "dark.12", "bright.240")
_DIRECTION_COUNT = 31
_EVERY_BAND = tuple(range(1, _BAND_COUNT + 1))

NAMES = (  # of the statistics, in their order
    "size",
    *(f"level.{share}" for share in _PERCENTILES),
    *_ENDS,
    "filled",
    *(f"{end}.root" for end in _ENDS),
    "centre",
    *(f"detail.{depth}.{share}" for depth in range(_LEVELS) for share in _STRENGTH_SHARES),
    *(f"ratio.{depth}.{share}" for depth in range(_LEVELS - 1) for share in _RATIO_SHARES),
    "textured",
    *(f"direction.{number}" for number in range(_DIRECTION_COUNT)),
    *(
        name
        for depth in range(2)
        for name in (*(f"grain.{depth}.{share}" for share in _GRAIN_SHARES), f"calm.{depth}")
    ),
    *(f"band.{band}" for band in _EVERY_BAND),
    *(f"seam.band.{band}" for band in _EVERY_BAND),
    *(f"quiet.{band}" for band in _EVERY_BAND),
    *(f"seam.quiet.{band}" for band in _EVERY_BAND),
    *(f"seam.{number}" for number in range(4)),
)


def measure(picture: Image.Image) -> npt.NDArray[np.float32]:
    """All statistics of an upright sRGB picture, the same number for every size.

    Returns:
        Shape (S,), finite, of order one, in the order of NAMES.
    """
    picture = _rendition(picture)
    levels = _pyramid(picture.convert("L"))
    tiles = [_steps(level, _TILE_PX >> depth) for depth, level in enumerate(levels)]
    statistics = np.concatenate(
        [
            [np.log2(max(picture.size) / LONG_EDGE_PX)],
            _tones(picture),
            _detail(tiles),
            _directions(tiles),
            _grain(levels),
            _blocks(levels[0]),
        ]
    )
    return statistics.astype(np.float32)


def _rendition(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    scale = LONG_EDGE_PX / max(picture.size)
    if scale >= 1:
        return picture
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)


def _pyramid(grey: Image.Image) -> list[Luminance]:
    """The picture at full size, half and quarter; small ones are mirrored outwards first."""
    missing = [max(0, _SHORTEST_PX - side) for side in (grey.height, grey.width)]
    if any(missing):
        mirrored = np.pad(np.asarray(grey), [(0, rest) for rest in missing], mode="symmetric")
        grey = Image.fromarray(mirrored)
    return [
        np.asarray(grey.reduce(1 << depth) if depth else grey).astype(np.int16)
        for depth in range(_LEVELS)
    ]


def _steps(level: Luminance, tile_px: int) -> Floats:
    """Mean step between neighbours in four directions, (4, R, C) by tile.

    At full size every other row tells as much of a tile as all of them.
    """
    stride = 2 if tile_px == _TILE_PX else 1
    rows, columns = ((side - 1) // tile_px * tile_px for side in level.shape)
    here = level[0:rows:stride, :columns]
    right = level[0:rows:stride, 1 : columns + 1]
    below = level[1 : rows + 1 : stride, :columns]
    across = level[1 : rows + 1 : stride, 1 : columns + 1]
    height = tile_px // stride
    pairs = ((here, right), (here, below), (below, right), (here, across))
    return np.stack([_tile_means(_distance(one, other), height, tile_px) for one, other in pairs])


def _distance(one: Luminance, other: Luminance) -> Luminance:
    step: Luminance = one - other
    np.abs(step, out=step)
    return step


def _tile_means(values: Luminance, height: int, width: int) -> Floats:
    """Means over tiles that divide the array exactly; `height` times a value fits 16 bits."""
    rows, columns = values.shape
    strips = values.reshape(rows // height, height, columns).sum(axis=1, dtype=np.int16)
    sums = strips.reshape(rows // height, columns // width, width).sum(axis=2, dtype=np.int32)
    return cast("Floats", sums / (height * width))


def _detail(tiles: list[Floats]) -> Floats:
    """How strong edges are on each scale, and how strong against the next coarser scale."""
    strengths = [_log(tile.mean(axis=0)).ravel() for tile in tiles]
    found = [_ranked(strength, _STRENGTH_SHARES) for strength in strengths]
    textured = _textured(tiles)
    for finer, coarser in pairwise(strengths):
        ratio = (finer - coarser)[textured]
        found.append(_ranked(ratio, _RATIO_SHARES))
    return np.concatenate([*found, [textured.mean()]])


def _textured(tiles: list[Floats]) -> npt.NDArray[np.bool_]:
    """The tiles that say something of sharpness; all where none does."""
    strength = tiles[1].mean(axis=0).ravel()
    textured = strength > _TEXTURE
    return textured if textured.any() else np.ones_like(textured)


def _directions(tiles: list[Floats]) -> Floats:
    """How uneven edges are around the compass, in a form that a turned picture shares.

    Camera shake takes the fine scale away along one line and leaves it across. So each
    direction's fine edges are compared with its own coarse ones, in all and in the sharpest
    tiles.
    """
    textured = _textured(tiles)
    logs = [_log(tile).reshape(4, -1)[:, textured] for tile in tiles]
    whole = [_log(tile.reshape(4, -1)[:, textured].mean(axis=1)) for tile in tiles]
    found: list[float] = []
    waves: list[complex] = []
    place = int(0.9 * (logs[0].shape[1] - 1))
    for depth in range(_LEVELS - 1):
        best = np.sort(logs[depth] - logs[depth + 1], axis=1)[:, place]
        for profile in (whole[depth] - whole[depth + 1], best):
            wave = complex(_straightened(profile) @ _AROUND)
            waves.append(wave)
            found += [abs(wave), *np.sort(_straightened(profile))]
    edges = [complex(_straightened(profile) @ _AROUND) for profile in whole]
    found += [abs(edge) for edge in edges]
    # Whether the scales lose their detail along the same line, and across the edges that stay.
    for one, other in ((waves[0], waves[2]), (waves[1], waves[3]), (waves[0], waves[1])):
        found.append(_agreement(one, other))
    found += [_agreement(waves[0], edges[2]), _agreement(waves[2], edges[2])]
    coherence = np.abs((logs[0] - logs[0].mean(axis=0)).T @ _AROUND)
    found += [float(value) for value in _ranked(coherence, (0.1, 0.5, 0.9))]
    return np.array(found)


def _straightened(profile: Floats) -> Floats:
    """Without what all directions share, and without what both diagonals share.

    A diagonal neighbour is farther away, which is geometry and not the picture's.
    """
    pairs = profile.reshape(2, 2)
    return cast("Floats", (pairs - pairs.mean(axis=1, keepdims=True)).ravel())


def _agreement(one: complex, other: complex) -> float:
    """The geometric mean of two waves, positive where they point the same way."""
    product = (one * other.conjugate()).real
    return float(np.sign(product) * np.sqrt(abs(product)))


def _grain(levels: list[Luminance]) -> Floats:
    """The finest texture in the calmest tiles, which noise alone can make.

    Source: Immerkaer 1996, "Fast noise variance estimation", per tile.
    """
    found: list[Floats] = []
    for depth, level in enumerate(levels[:2]):
        tile_px = _TILE_PX >> (depth + 1)
        rows, columns = ((side - 2) // tile_px * tile_px for side in level.shape)
        picture = level[: rows + 2, : columns + 2]
        if depth == 0:  # every other row
            middle = picture[1 : rows + 1 : 2]
            vertical = _bend(picture[:rows:2], middle, picture[2 : rows + 2 : 2])
        else:
            middle = picture[1:-1]
            vertical = _bend(picture[:-2], middle, picture[2:])
        ripple = _bend(vertical[:, :-2], vertical[:, 1:-1], vertical[:, 2:])
        np.abs(ripple, out=ripple)
        height = tile_px // 2 if depth == 0 else tile_px
        grain = _tile_means(ripple, height, tile_px).ravel()
        light = _tile_means(middle[:, 1:-1], height, tile_px).ravel()
        unclipped = (light > 6) & (light < 249)
        grain = grain[unclipped] if unclipped.any() else grain
        found.append(_ranked(_log(grain), _GRAIN_SHARES))
        found.append(np.array([(grain < 0.25).mean()]))
    return np.concatenate(found)


def _bend(before: Luminance, middle: Luminance, after: Luminance) -> Luminance:
    """How far the middle lies off the line between its neighbours, doubled."""
    bend = before + after
    bend -= middle
    bend -= middle
    return bend


def _tones(picture: Image.Image) -> Floats:
    """Where the tones lie, and how many of them are at an end of the scale, by channel.

    Every other pixel of every other row is enough; averaging would blur the ends.
    """
    half = (max(1, picture.width // 2), max(1, picture.height // 2))
    counts = picture.resize(half, Image.Resampling.NEAREST).histogram()
    shares = np.array(counts, dtype=np.float64).reshape(3, 256) / (half[0] * half[1])
    darkest, brightest = shares[:, :3].sum(axis=1), shares[:, 253:].sum(axis=1)
    mean = shares.mean(axis=0)
    below = np.cumsum(mean)
    levels = np.searchsorted(below, np.array(_PERCENTILES) - 1e-9) / 255
    ends = np.array(
        [
            *(f(end) for end in (darkest, brightest) for f in (np.min, np.max)),
            mean[:12].sum(),
            mean[240:].sum(),
            (mean[4:252] > 1e-4).mean(),  # gaps: tones pulled apart after the exposure
        ]
    )
    centre = below.searchsorted(0.5) / 255
    return np.concatenate([levels, ends, np.sqrt(ends[:6]), [np.log2(centre + 1 / 64)]])


def _blocks(level: Luminance) -> Floats:
    """What JPEG's blocks keep of each band of frequencies, on their grid and off it."""
    found = [_bands(level), _bands(level[4:, 4:])]
    (on_grid, quiet_on), (off_grid, quiet_off) = found
    return np.concatenate(
        [on_grid, on_grid - off_grid, quiet_on, quiet_on - quiet_off, _seams(level)]
    )


def _bands(level: Luminance) -> tuple[Floats, Floats]:
    """Log mean amplitude of each band, and the share of its amplitudes that are near none."""
    rows, columns = (side // _BLOCK * _BLOCK for side in level.shape)
    blocks = level[:rows, :columns].reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK)
    chosen = blocks[::2, :, ::2].transpose(0, 2, 1, 3)
    pixels = np.empty(chosen.shape, dtype=np.float32)
    pixels[...] = chosen  # in one go: `astype` would keep the scattered order, to be copied again
    amplitude = pixels.reshape(-1, _BLOCK * _BLOCK) @ _KERNEL
    np.abs(amplitude, out=amplitude)
    quiet = (amplitude < 1.0).view(np.uint8).sum(axis=0, dtype=np.int32) / len(amplitude)
    return _log(amplitude.mean(axis=0) @ _BAND_MEANS), quiet @ _BAND_MEANS


_KERNEL = np.kron(_DCT, _DCT).T.astype(np.float32)  # (64, 64): pixels of a block to amplitudes


def _seams(level: Luminance) -> Floats:
    """How far steps at multiples of eight pixels stand out, on the grid and on any grid."""
    found: list[float] = []
    lines, columns = level[::4], np.ascontiguousarray(level[:, ::4])
    across = _distance(lines[:, 1:], lines[:, :-1])
    down = _distance(columns[1:], columns[:-1])
    for sums, count in (
        (across.sum(axis=0, dtype=np.int32), len(across)),
        (down.sum(axis=1, dtype=np.int32), down.shape[1]),
    ):
        profile = sums[: len(sums) // _BLOCK * _BLOCK] / count
        phases = _log(profile.reshape(-1, _BLOCK).mean(axis=0))
        others = np.median(phases)
        found += [float(phases[_BLOCK - 1] - others), float(phases.max() - others)]
    return np.array(found)


def _ranked(values: Floats, shares: tuple[float, ...]) -> Floats:
    """Quantiles, each as the value in that place; several times as fast as interpolating."""
    places = (np.array(shares) * (values.size - 1)).round().astype(np.intp)
    ordered: Floats = np.sort(values, axis=None)[places]
    return ordered


def _log(values: Floats) -> Floats:
    return cast("Floats", np.log(values + _FLOOR))
