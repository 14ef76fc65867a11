"""Makes shoots whose groups are known: pictures, times, cameras and exposures, all from a seed.

    shots = made_shoot(seed=3)               some hundred shots of every kind on one time line
    captures, truth = synthetic_shoot(10_000, seed=3)   columns without pictures, for scale

What a shot shows is drawn when it is asked for, so that its embedding can come from the model
that ships.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from core.grouping.captures import Captures
from tests.make_photos import natural_image

CANVAS = (1300, 420)
VIEW = (480, 360)
MAIN, SECOND, COARSE = 0, 1, 2  # cameras; the last has no fractions of a second
SECOND_IS_LATE_S = 11_817.4  # its clock is that much ahead: another zone, and badly set

_START_S = 1_780_000_000.0  # May 2026


@dataclass(frozen=True, slots=True)
class View:
    """What of a scene is in the frame, and how it came out."""

    scene: int  # the seed of its canvas
    left: float  # px on the canvas
    top: float
    zoom: float = 1.0
    ev: float = 0.0
    warmth: float = 0.0
    noise: int = 0  # a seed


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo with the group it belongs to."""

    kind: str
    group: int
    taken_s: float | None  # on the camera's clock
    camera: int
    exposure_s: float
    view: View
    number: int = 0  # in the file name


def made_shoot(seed: int, events: int = 72) -> list[Shot]:
    """A shoot of every kind of group, in the order of the file numbers."""
    return _Director(seed).shoot(events)


class _Director:
    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._seed = seed
        self._now = _START_S
        self._scenes = 0
        self._groups = 0
        self._seen: list[tuple[int, View, float]] = []  # to come back to: group, view, exposure

    def shoot(self, events: int) -> list[Shot]:
        kinds = {
            "burst": self._burst,
            "single": self._single,
            "bracket": self._bracket,
            "panorama": self._panorama,
            "two cameras": self._two_cameras,
            "whole seconds": self._whole_seconds,
            "reframed": self._reframed,
            "undated": self._undated,
            "come back": self._come_back,
        }
        names = [*kinds] * (events // len(kinds))
        self._rng.shuffle(names)
        shots: list[Shot] = []
        for name in names:
            self._now += float(self._rng.choice([2.2, 4.0, 15.0, 90.0]) * self._rng.uniform(1, 1.5))
            self._groups += 1
            shots += kinds[name]()
        return [replace(shot, number=number + 1) for number, shot in enumerate(shots)]

    def _scene(self) -> View:
        self._scenes += 1
        left = self._rng.uniform(100, CANVAS[0] - VIEW[0] - 100)
        return View(self._seed * 10_000 + self._scenes, left, self._rng.uniform(20, 40))

    def _moved(self, view: View, share: float = 0.03) -> View:
        left, top = self._rng.uniform(-share, share, 2) * VIEW
        zoom = 1 + self._rng.uniform(0, share)
        noise = int(self._rng.integers(1, 2**31))
        return replace(view, left=view.left + left, top=view.top + top, zoom=zoom, noise=noise)

    def _exposure(self) -> float:
        return float(2.0 ** -self._rng.integers(5, 10))

    def _taken(self, kind: str, view: View, exposure: float, camera: int = MAIN) -> Shot:
        # Automatic exposure answers changing light now and then; the picture stays as light.
        if self._rng.random() < 0.2:
            exposure *= float(2.0 ** self._rng.choice([-1 / 3, 1 / 3]))
        return Shot(kind, self._groups, self._now, camera, exposure, view)

    def _single(self) -> list[Shot]:
        return [self._taken("single", self._scene(), self._exposure())]

    def _burst(self, kind: str = "burst", camera: int = MAIN) -> list[Shot]:
        view, exposure = self._scene(), self._exposure()
        pause = self._rng.uniform(0.08, 0.9)
        shots = []
        for _ in range(self._rng.integers(3, 11)):
            shots.append(self._taken(kind, self._moved(view), exposure, camera))
            self._now += float(pause * self._rng.uniform(0.8, 1.3))
        self._seen.append((self._groups, view, exposure))
        return shots

    def _bracket(self) -> list[Shot]:
        view, exposure = self._scene(), self._exposure()
        count = int(self._rng.choice([3, 5, 7]))
        step = float(self._rng.choice([2 / 3, 1.0, 2.0] if count == 3 else [2 / 3, 1.0]))
        steps = step * (np.arange(count) - count // 2)
        if self._rng.random() < 0.5:
            steps = steps[np.argsort(np.abs(steps), kind="stable")]
        shots = []
        for _ in range(self._rng.integers(1, 3)):  # often a second set follows at once
            for ev in steps:
                seen = replace(self._moved(view, 0.006), ev=float(ev))
                at = self._now
                shots.append(
                    Shot("bracket", self._groups, at, MAIN, exposure * float(2.0**ev), seen)
                )
                self._now += exposure * float(2.0**ev) + float(self._rng.uniform(0.15, 0.6))
            self._now += float(self._rng.uniform(0.5, 2.5))
            self._groups += 1
        return shots

    def _panorama(self) -> list[Shot]:
        count, overlap = int(self._rng.integers(4, 8)), self._rng.uniform(0.5, 0.7)
        view, exposure = replace(self._scene(), left=5.0), self._exposure()
        width = (CANVAS[0] - 10) / (1 + (count - 1) * (1 - overlap))
        zoom = VIEW[0] / min(width, VIEW[0])
        shots = []
        for place in range(count):
            left = 5 + place * (1 - overlap) * VIEW[0] / zoom
            seen = replace(self._moved(view, 0.01), left=left, zoom=zoom)
            shots.append(Shot("panorama", self._groups, self._now, MAIN, exposure, seen))
            self._now += float(self._rng.uniform(1.0, 2.5))
        return shots

    def _reframed(self) -> list[Shot]:
        """A slow series at one exposure, framed anew each time: like a sweep, but for order."""
        view, exposure = self._scene(), self._exposure()
        shots = []
        for _ in range(self._rng.integers(4, 8)):
            seen = self._moved(view, 0.08)
            shots.append(Shot("reframed", self._groups, self._now, MAIN, exposure, seen))
            self._now += float(self._rng.uniform(0.8, 2.2))
        return shots

    def _two_cameras(self) -> list[Shot]:
        view, exposure = self._scene(), self._exposure()
        other = replace(view, zoom=1.12, warmth=0.06)
        shots = []
        for _ in range(self._rng.integers(2, 6)):
            shots.append(self._taken("two cameras", self._moved(view), exposure))
            self._now += float(self._rng.uniform(0.1, 0.7))
            late = self._taken("two cameras", self._moved(other), exposure, SECOND)
            seen = replace(late.view, zoom=1.12)
            shots.append(replace(late, taken_s=self._now + SECOND_IS_LATE_S, view=seen))
            self._now += float(self._rng.uniform(0.2, 0.9))
        return shots

    def _whole_seconds(self) -> list[Shot]:
        shots = self._burst("whole seconds", COARSE)
        return [replace(shot, taken_s=float(np.floor(shot.taken_s or 0))) for shot in shots]

    def _undated(self) -> list[Shot]:
        shots = self._burst("undated")
        self._seen.pop()
        return [replace(shot, taken_s=None) for shot in shots]

    def _come_back(self) -> list[Shot]:
        if not self._seen:
            return self._single()
        group, view, exposure = self._seen.pop()
        self._now += float(self._rng.uniform(60, 1800))
        shots = []
        for _ in range(self._rng.integers(1, 4)):
            seen = replace(self._moved(view, 0.02), ev=float(self._rng.uniform(-0.1, 0.1)))
            shots.append(replace(self._taken("come back", seen, exposure), group=group))
            self._now += float(self._rng.uniform(0.3, 1.2))
        return shots


def drawn(view: View) -> Image.Image:
    """The picture of a view, VIEW pixels."""
    width, height = VIEW[0] / view.zoom, VIEW[1] / view.zoom
    left = min(max(view.left, 0), CANVAS[0] - width)
    top = min(max(view.top, 0), CANVAS[1] - height)
    box = (left, top, left + width, top + height)
    picture = _canvas(view.scene).resize(VIEW, Image.Resampling.BICUBIC, box=box)
    light = (np.asarray(picture, np.float32) / 255) ** 2.2 * 2**view.ev
    light[..., 0] *= 1 + view.warmth
    light[..., 2] *= 1 - view.warmth
    values = np.clip(light, 0, 1) ** (1 / 2.2) * 255
    values += np.random.default_rng(view.noise).normal(0, 3, (*values.shape[:2], 1))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


_drawn: dict[int, Image.Image] = {}


def _canvas(seed: int) -> Image.Image:
    if seed not in _drawn:
        _drawn.clear()  # shots of one scene follow each other
        _drawn[seed] = _scene(seed)
    return _drawn[seed]


def _scene(seed: int) -> Image.Image:
    """Clouds behind a pattern, in two colours, and objects all along; no two scenes alike."""
    rng = np.random.default_rng(seed)
    base = natural_image(*CANVAS, seed)
    y, x = np.mgrid[: CANVAS[1], : CANVAS[0]].astype(np.float32)
    pattern = _pattern(rng, x, y)[..., None]
    colours = rng.integers(0, 256, (2, 3)).astype(np.float32)
    layer = Image.fromarray((colours[0] + pattern * (colours[1] - colours[0])).astype(np.uint8))
    picture = Image.blend(base, layer, float(rng.uniform(0.4, 0.75)))
    draw = ImageDraw.Draw(picture)
    style = int(rng.integers(0, 3))
    for _ in range(rng.integers(9, 22)):
        middle = rng.random(2) * CANVAS
        radius = float(rng.uniform(0.04, 0.22) * CANVAS[1])
        sides = int(rng.integers(3, 8))
        turn = float(rng.uniform(0, 360))
        colour = tuple(int(level) for level in rng.integers(0, 256, 3))
        if style == 0:
            box = [*(middle - radius), *(middle + radius)]
            draw.ellipse(box, fill=colour, outline="black", width=3)
        else:
            draw.regular_polygon((*middle, radius), sides if style == 1 else 4, turn, colour)
    return picture


def _pattern(rng: np.random.Generator, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A pattern (H, W) of 0..1: stripes, squares, rings, dots, rays, steps or slopes."""
    turn, period = rng.uniform(0, np.pi), rng.uniform(25, 160)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    centre = rng.random(2) * CANVAS
    away, around = np.hypot(x - centre[0], y - centre[1]), np.arctan2(y - centre[1], x - centre[0])
    wave = 2 * np.pi / period
    choices = (
        lambda: np.sin(wave * u) > 0,
        lambda: (np.sin(wave * u) > 0) ^ (np.sin(wave * v) > 0),
        lambda: np.sin(wave * away) > 0,
        lambda: np.sin(wave * u) * np.sin(wave * v) > 0.4,
        lambda: np.sin(around * int(rng.integers(3, 12))) > 0,
        lambda: np.floor(u / period) % 4 / 3,
        lambda: (np.sin(wave * u / 3) + 1) / 2,
        lambda: np.abs(np.sin(wave * u)) * np.abs(np.sin(wave * v / 2)),
    )
    return choices[int(rng.integers(len(choices)))]().astype(np.float32)


def captures_of(shots: Sequence[Shot], embeddings: np.ndarray, light: np.ndarray) -> Captures:
    """The columns of shots, with what was seen in their pictures."""
    count = len(shots)
    taken = np.array([np.nan if s.taken_s is None else s.taken_s * 1e6 for s in shots]).round(-3)
    numbers = np.array([shot.number for shot in shots], dtype=np.int64)
    return Captures(
        folder=np.zeros(count, dtype=np.int64),
        camera=np.array([shot.camera for shot in shots], dtype=np.int64),
        name_rank=numbers,
        file_number=numbers,
        taken_us=taken,
        utc_offset_min=np.full(count, np.nan),
        exposure_s=np.array([shot.exposure_s for shot in shots]),
        aperture=np.full(count, 4.0),
        iso=np.full(count, 400.0),
        focal_mm=np.full(count, 50.0),
        light=light.astype(np.float64),
        embeddings=embeddings.astype(np.float32),
    )


def pairwise_f1(
    found: np.ndarray, truth: np.ndarray, of: np.ndarray | None = None
) -> tuple[float, float, float]:
    """F1, precision and recall of pairs that share a group; `of` are the photos (N,) in question.

    A wrong pair counts if either photo is in question.
    """
    asked = np.ones(len(truth), dtype=bool) if of is None else of
    counted = np.triu(asked[:, None] | asked[None, :], 1)
    said = (found[:, None] == found[None, :]) & counted
    true = (truth[:, None] == truth[None, :]) & counted
    both = int((said & true).sum())
    if not said.any() and not true.any():
        return 1.0, 1.0, 1.0
    precision, recall = both / max(1, int(said.sum())), both / max(1, int(true.sum()))
    return 2 * both / max(1, int(said.sum()) + int(true.sum())), precision, recall


def synthetic_shoot(count: int, seed: int, *, dim: int = 512) -> tuple[Captures, np.ndarray]:
    """Columns of a shoot of bursts, brackets, singles and returns, and the true groups (N,).

    Embeddings are directions with noise of the size that the shipped model shows.
    """
    rng = np.random.default_rng(seed)
    sizes = list(_sizes(rng, count))
    group = np.repeat(np.arange(len(sizes)), sizes)
    again = rng.random(len(sizes)) < 0.1
    truth = np.where(
        again & (np.arange(len(sizes)) > 3), np.arange(len(sizes)) - 3, np.arange(len(sizes))
    )
    shared = rng.standard_normal(dim)
    directions = 0.8 * shared + rng.standard_normal((len(sizes), dim))
    shown = directions[truth][group] + 0.12 * 1.28 * rng.standard_normal((count, dim))
    embeddings = (shown / np.linalg.norm(shown, axis=1, keepdims=True)).astype(np.float32)
    first = np.zeros(count, dtype=bool)
    first[np.cumsum([0, *sizes[:-1]])] = True
    gaps = np.where(first, rng.uniform(4, 60, count), rng.uniform(0.05, 0.8, count))
    drift = rng.choice([-1 / 3, 0, 1 / 3], count, p=[0.05, 0.9, 0.05])  # automatic exposure
    numbers = np.arange(count, dtype=np.int64)
    captures = Captures(
        folder=numbers // 5000,
        camera=np.zeros(count, dtype=np.int64),
        name_rank=numbers,
        file_number=numbers % 9999 + 1,
        taken_us=(_START_S + np.cumsum(gaps)) * 1e6 // 1000 * 1000,
        utc_offset_min=np.full(count, np.nan),
        exposure_s=2.0 ** (rng.integers(-10, -5, len(sizes))[group] + drift),
        aperture=np.full(count, 4.0),
        iso=np.full(count, 400.0),
        focal_mm=np.full(count, 50.0),
        light=np.full(count, 0.5),
        embeddings=embeddings,
    )
    return captures, truth[group]


def _sizes(rng: np.random.Generator, count: int) -> Iterator[int]:
    left = count
    while left:
        size = min(left, int(rng.choice([1, 1, 1, 2, 3, 5, 8, 13])))
        left -= size
        yield size
