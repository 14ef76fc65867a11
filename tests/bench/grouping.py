"""Grouping: how well groups of every kind are found, how fast, and whether the best is told.

The thresholds were chosen on made shoots of seed 1; those measured here are others.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from core.grouping.best_frame import ranking
from core.grouping.camera_clocks import estimated_offsets
from core.grouping.captures import Captures
from core.grouping.grouper import Grouper
from core.grouping.thresholds import Thresholds
from core.library.library import Library
from core.paths import app_paths
from core.photo import FileKind, Filter, FoundPhoto, Metadata, Score, ScoredPhoto
from core.services.engine import open_engine
from core.services.group import Grouped
from core.vision import appearance
from core.vision.manifest import load_manifest
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.sharpness import sharpness
from core.vision.student import Student
from core.vision.subject import Place, found_again, subject_of
from core.vision.technical import TechnicalHeads
from tests.bench.figures import Figure, median
from tests.bench.graded_bursts import BLURS_PX, GradedBurst, graded_bursts
from tests.bench.inputs import Inputs
from tests.made_shoots import captures_of, drawn, made_shoot, pairwise_f1, synthetic_shoot

_SEEDS = (21, 22, 23)
_BURSTS, _BURSTS_SEED = 60, 5
_MANY, _MORE = 10_000, 50_000
_BATCH = 8
_SETTINGS = (Thresholds(2, 0.8), Thresholds(5, 0.9), Thresholds(1, 0.95), Thresholds(30, 0.7))


def found_groups(inputs: Inputs) -> list[Figure]:
    """Pairwise F1 of each kind of group in made shoots, as the shipped model sees them."""
    student = Student(shipped_model(), TechnicalHeads(shipped_technical_heads()))
    labels, truths, kinds = [], [], []
    for seed in _SEEDS:
        shots = made_shoot(seed)
        columns = captures_of(shots, *_seen(student, [drawn(shot.view) for shot in shots]))
        offsets = estimated_offsets(columns)
        grouper = Grouper(columns, {camera: told.seconds for camera, told in offsets.items()})
        start = sum(map(len, labels))  # so that no two shoots share a number
        labels.append(grouper.group(Thresholds()).labels + start)
        truths.append(np.array([shot.group for shot in shots]) + 10_000 * seed)
        kinds.append(np.array([shot.kind for shot in shots]))
    found, truth, kind = (np.concatenate(each) for each in (labels, truths, kinds))
    note = f"{len(found):,} pictures of {len(_SEEDS)} made shoots"
    figures = []
    for name in (None, *np.unique(kind)):
        asked = None if name is None else kind == name
        f1, precision, recall = pairwise_f1(found, truth, asked)
        how = f"{note}; precision {precision:.3f}, recall {recall:.3f}"
        figures.append(Figure(f"groups, {name or 'all'}", f1, 0.95, "F1", at_least=True, note=how))
    return figures


def speed(inputs: Inputs) -> list[Figure]:
    """From the catalogue to groups, and again at other thresholds."""
    return [*_speed(inputs, _MANY, 2.0, 0.2), *_speed(inputs, _MORE, 12.0, 1.0)]


def best_of_burst(inputs: Inputs) -> list[Figure]:
    """How often the sharpest frame of a burst comes first, all scores being equal."""
    bursts = graded_bursts(_BURSTS, _BURSTS_SEED)
    first = [_suggested(burst) == burst.sharpest for burst in bursts]
    behind = first[::3]
    note = (
        f"{_BURSTS} made bursts of {len(BLURS_PX)} frames, blurred by 0 to {BLURS_PX[-1]} px; "
        f"{100 * np.mean(behind):.0f} % where two are focused behind the subject"
    )
    share = 100 * float(np.mean(first))
    return [Figure("best of burst", share, 95, "%", at_least=True, note=note)]


def _seen(student: Student, pictures: list[Image.Image]) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings (N, D) and lightness (N,) of pictures."""
    size = student.manifest.size_px
    inputs = [np.asarray(picture.resize((size, size))) for picture in pictures]
    embeddings = [
        student.features(np.stack(inputs[start : start + _BATCH]))[0]
        for start in range(0, len(inputs), _BATCH)
    ]
    light = np.array([appearance.measure(each)[0] for each in inputs])
    return np.concatenate(embeddings), light


def _suggested(burst: GradedBurst) -> int:
    anchor = burst.frames[0]
    place = subject_of(anchor)
    measured = []
    for frame in burst.frames:
        there = found_again(place, anchor, frame)
        value = None if there is None else sharpness(_part(frame, there))
        measured.append(np.nan if value is None else value)
    equal = np.full(len(measured), 50.0)
    # Ties within the error of measuring are broken by the score, which is equal here: they fall
    # to the first frame, and count as wrong unless that is the sharpest.
    return int(ranking(np.array(measured), equal, equal).order[0])


def _part(frame: np.ndarray, place: Place) -> np.ndarray:
    height, width = frame.shape[:2]
    top, left = round(place.top * height), round(place.left * width)
    return frame[top : top + round(place.height * height), left : left + round(place.width * width)]


def _speed(inputs: Inputs, count: int, aim_s: float, again_s: float) -> list[Figure]:
    home = inputs.scratch(f"grouping-{count}")
    captures, truth = synthetic_shoot(count, 31, dim=load_manifest(shipped_model()).embedding_dim)
    paths = app_paths(home)
    paths.data.mkdir(parents=True, exist_ok=True)
    library = Library(paths.catalog, paths.backups)
    try:
        folder = home / "shoot"
        _fill(library, captures, folder)
    finally:
        library.close()
    engine = open_engine(paths)
    try:
        scope = Filter(folder.parent)
        first, first_cpu, found = _timed(lambda: engine.groups.groups(scope))
        again = [_timed(lambda s=s: engine.groups.groups(scope, s)) for s in _SETTINGS]
    finally:
        engine.close()
    note = f"read, compared and grouped, {first_cpu:.2f} s CPU: {len(found.stacks):,} groups"
    if count <= _MANY:
        label = np.array([found.place_of[id_] for id_ in sorted(found.place_of)])
        note += f", F1 {pairwise_f1(label, truth)[0]:.3f}"
    return [
        Figure(f"grouping {count:,} photos", first, aim_s, "s", note=note),
        Figure(
            f"moving a slider, {count:,} photos",
            median(wall for wall, _, _ in again),
            again_s,
            "s",
            note=f"suggestions included, {median(cpu for _, cpu, _ in again):.3f} s CPU",
        ),
    ]


def _timed(work: Callable[[], Grouped]) -> tuple[float, float, Grouped]:
    """Seconds on the clock and of processor time, and what was made of them."""
    began, cpu_began = time.perf_counter(), time.process_time()
    done = work()
    return time.perf_counter() - began, time.process_time() - cpu_began, done


def _fill(library: Library, captures: Captures, folder: Path) -> None:
    model = load_manifest(shipped_model()).model
    random = np.random.default_rng(3)
    shares = np.full(7, 1 / 7).astype("<f2").tobytes()
    found = [
        FoundPhoto(folder / f"card {captures.folder[n]}" / f"IMG_{n:06}.JPG", FileKind.JPEG, 1, 1)
        for n in range(len(captures))
    ]
    with library.transaction() as tx:
        ids = tx.photos.add(found)
        tx.photos.describe(
            {
                id_: Metadata(
                    datetime.fromtimestamp(captures.taken_us[n] / 1e6, UTC).replace(tzinfo=None),
                    camera="Benchmark B-24",
                    exposure_s=float(captures.exposure_s[n]),
                    aperture=4.0,
                    iso=400,
                )
                for n, id_ in enumerate(ids)
            }
        )
        tx.scores.save(
            [
                ScoredPhoto(
                    id_,
                    Score(value, value, 5.0, {"sharpness": value}, model),
                    captures.embeddings[n].astype("<f2").tobytes(),
                    shares,
                )
                for n, (id_, value) in enumerate(
                    zip(ids, random.uniform(0, 100, len(ids)).tolist(), strict=True)
                )
            ]
        )
