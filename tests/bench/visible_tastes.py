"""Photographers who look at one visible thing: how soon Personalize finds out."""

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

from core.learning.data.shards import open_frames
from core.learning.data.training_folder import read_index
from core.progress import Task
from core.services.catalogued import facts_of
from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.prior import load_prior
from core.vision.manifest import load_manifest
from core.vision.model_store import shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads

_SHOOTS, _PER_SHOOT, _RATED = 40, 8, 100
_IN_BURST = 4
_PICKED = 26  # bursts
_CHANGE_OF_MIND = 0.15  # deviation, of the range of a taste
_TOLD_APART = 0.25  # of the range of a taste; nearer ones are no pair

Edit = Callable[[Image.Image, float], Image.Image]


def _faded(picture: Image.Image, amount: float) -> Image.Image:
    return Image.blend(picture, ImageOps.grayscale(picture).convert("RGB"), amount)


def _darkened(picture: Image.Image, amount: float) -> Image.Image:
    return picture.point(lambda value: round(value * (1 - 0.75 * amount)))


def _warmed(picture: Image.Image, amount: float) -> Image.Image:
    red, green, blue = picture.split()
    shift = 0.35 * (2 * amount - 1)
    return Image.merge(
        "RGB",
        (
            red.point(lambda value: min(255, round(value * (1 + shift)))),
            green,
            blue.point(lambda value: min(255, round(value * (1 - shift)))),
        ),
    )


def _tightened(picture: Image.Image, amount: float) -> Image.Image:
    share = 1 - 0.6 * amount
    width, height = picture.width * share, picture.height * share
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.resize(picture.size, Image.Resampling.BICUBIC, box=box)


def _mirrored(picture: Image.Image, amount: float) -> Image.Image:
    return Image.blend(picture, ImageOps.mirror(picture), amount / 2)


def _focused(picture: Image.Image, amount: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(3 * (1 - amount)))


TASTES: Mapping[str, Edit] = {
    "monochrome": _faded,
    "low key": _darkened,
    "warm light": _warmed,
    "tight framing": _tightened,
    "symmetry": _mirrored,
    "the sharpest of a burst": _focused,
}


@dataclass(frozen=True, slots=True)
class _Shown:
    frames: Frames
    amount: npt.NDArray[np.float64]  # (N,) of what this photographer likes, 0..1
    shoots: npt.NDArray[np.int64]
    bursts: npt.NDArray[np.int64]


def visible_tastes(data: Path, model: Path) -> Mapping[str, Mapping[str, float]]:
    """Percent of pairs in the photographer's order, on shoots without marks, by taste."""
    prior = load_prior(model, load_manifest(model).feature_version)
    found = {}
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as scratch:
        pictures = _pictures(data, Path(scratch))
        for name, edit in TASTES.items():
            shown = _shown(pictures, edit, model, in_bursts="burst" in name)
            rated = np.arange(len(shown.amount)) < _RATED
            rated &= shown.shoots < shown.shoots[_RATED]  # whole shoots
            own, others = np.flatnonzero(rated), np.flatnonzero(~rated)
            evidence = Evidence(
                shown.frames,
                (1 + np.round(4 * shown.amount)).astype(np.int8),
                np.zeros(len(shown.amount), np.int8),
                shown.shoots,
                shown.bursts,
            ).rows(own)
            taste = fit_taste(evidence, prior, shown.frames).taste
            units = shown.bursts if "burst" in name else shown.shoots
            wanted = shown.frames.rows(others)
            found[name] = {
                "generic": _in_order(wanted.generic, shown.amount[others], units[others]),
                "personal": _in_order(taste.ratings(wanted), shown.amount[others], units[others]),
                "ratings": len(own),
            }
    return found


def picked_tastes(data: Path, model: Path) -> Mapping[str, Mapping[str, float]]:
    """The same pairs within bursts for those who pick one frame of each and mark nothing else."""
    prior = load_prior(model, load_manifest(model).feature_version)
    found = {}
    with tempfile.TemporaryDirectory(prefix="shortlist-bench-") as scratch:
        pictures = _pictures(data, Path(scratch))
        for name, edit in TASTES.items():
            shown = _shown(pictures, edit, model, in_bursts=True)
            evidence, others = _picked(shown)
            wanted = shown.frames.rows(others)
            ratings = {
                "generic": wanted.generic,
                "picks alone": fit_taste(evidence.marked, prior, shown.frames).taste.ratings(
                    wanted
                ),
                "and passed over": fit_taste(evidence, prior, shown.frames).taste.ratings(wanted),
            }
            found[name] = {
                how: _in_order(rating, shown.amount[others], shown.bursts[others])
                for how, rating in ratings.items()
            } | {"picks": len(evidence.marked)}
    return found


def _picked(shown: _Shown) -> tuple[Evidence, npt.NDArray[np.intp]]:
    """What the picks of the first shoots tell, and the photos of all the others."""
    doubt = np.random.default_rng(0).normal(0, _CHANGE_OF_MIND, len(shown.amount))
    own = shown.shoots < shown.shoots[_PICKED * _IN_BURST]
    picks = np.zeros(len(own), np.int8)
    for burst in np.unique(shown.bursts[own]):
        here = np.flatnonzero(shown.bursts == burst)
        picks[here[(shown.amount + doubt)[here].argmax()]] = 1
    evidence = Evidence(shown.frames, np.zeros_like(picks), picks, shown.shoots, shown.bursts).rows(
        np.flatnonzero(own)
    )
    return evidence, np.flatnonzero(~own)


def _pictures(data: Path, scratch: Path) -> list[list[Image.Image]]:
    """Shoots of unrelated photographs."""
    rows = [row for row in read_index(data) if row.clip_row >= 0]
    classes: dict[str, list[str]] = {}
    shard_of = {}
    for row in rows:
        classes.setdefault(str(Path(row.file).parent), []).append(row.file)
        shard_of[row.file] = row.shard
    chosen = [files[:_PER_SHOOT] for files in classes.values() if len(files) >= _PER_SHOOT]
    chosen = chosen[:_SHOOTS]
    shards: dict[str, list[str]] = {}
    for file in (file for files in chosen for file in files):
        shards.setdefault(shard_of[file], []).append(file)
    frames = open_frames(data, shards, scratch, Task())
    return [[Image.fromarray(frames.frame(file)) for file in files] for files in chosen]


def _shown(
    pictures: list[list[Image.Image]], edit: Edit, model: Path, *, in_bursts: bool
) -> _Shown:
    generator = np.random.default_rng(0)
    student = Student(model, TechnicalHeads(shipped_technical_heads()))
    seen, amounts, shoots, bursts = [], list[float](), list[int](), list[int]()
    for shoot, own in enumerate(pictures):
        for number, picture in enumerate(own):
            # A burst shows one thing several times; otherwise every photo shows another.
            source = own[number // _IN_BURST] if in_bursts else picture
            amount = float(generator.random())
            seen += student.judge([_encoded(edit(source, amount))])
            amounts.append(amount)
            shoots.append(shoot)
            bursts.append(len(amounts) // _IN_BURST if in_bursts else len(amounts))
    facts = b"".join(facts_of(one.score, one.appearance) for one in seen)
    shares = np.stack([one.distribution for one in seen]).astype(np.float64)
    frames = Frames(
        np.stack([one.embedding for one in seen]),
        np.frombuffer(facts, "<f2").reshape(-1, len(FACTS)).astype(np.float32),
        shares @ student.manifest.bins,
    )
    return _Shown(frames, np.array(amounts), np.array(shoots), np.array(bursts))


def _in_order(
    rating: npt.NDArray[np.float64],
    amount: npt.NDArray[np.float64],
    units: npt.NDArray[np.int64],
) -> float:
    """Percent of the pairs of a unit that can be told apart and are in the right order."""
    right = total = 0
    for unit in np.unique(units):
        here = np.flatnonzero(units == unit)
        more = amount[here][:, None] - amount[here] > _TOLD_APART
        right += int((more & (rating[here][:, None] > rating[here])).sum())
        total += int(more.sum())
    return round(100 * right / max(total, 1), 1)


def _encoded(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=92)
    return target.getvalue()
