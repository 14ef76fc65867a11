"""The catalogue with many photos in it: sorting, filtering, counting, and looking for changes."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from core.library.group_store import SubjectSharpness
from core.library.library import Library
from core.paths import AppPaths, app_paths
from core.photo import (
    FileKind,
    Filter,
    FoundPhoto,
    Mark,
    Metadata,
    PartRange,
    PhotoId,
    Query,
    Score,
    ScoredPhoto,
    SortKey,
    TechnicalPart,
)
from core.progress import Task
from core.services.browse import Browse
from core.services.engine import open_engine
from tests.bench.figures import Figure, median, percentile_95
from tests.bench.inputs import Inputs

MANY = 50_000

_RESCANNED = 5_000
_REPEATS = 7
_MANY_REPEATS = 40  # for the slowest in twenty
_BURST = 5  # photos whose subjects are compared with each other
_EMBEDDING_BYTES = 2 * 512
_FIRST_SHOT = datetime(2026, 5, 1, 9, 0, 0)


def sorting(inputs: Inputs) -> list[Figure]:
    """Another order for everything; the slowest of the orders counts."""
    folder = inputs.folder_of(MANY, inputs.small_frames())
    paths = catalogue_of(folder, inputs.scratch("sorting"))
    library = Library(paths.catalog, paths.backups)
    try:
        browse = Browse(library)
        medians = {
            key: median(_seconds(lambda key=key: browse.ids(_everything(folder, key))))
            for key in SortKey
        }
    finally:
        library.close()
    slowest = max(medians, key=lambda key: medians[key])
    note = f"ids of {MANY:,} photos; by {slowest.value.replace('_', ' ')}, the slowest"
    return [Figure("sorting in the catalogue", 1000 * medians[slowest], 150, "ms", note=note)]


def facts(inputs: Inputs) -> list[Figure]:
    """Sorting and filtering by technical parts, and counting for the sliders' distributions."""
    folder = inputs.folder_of(MANY, inputs.small_frames())
    paths = catalogue_of(folder, inputs.scratch("facts"))
    library = Library(paths.catalog, paths.backups)
    ranges = (
        PartRange(TechnicalPart.SHARPNESS, least=40.0),
        PartRange(TechnicalPart.NOISE, least=20.0, most=90.0),
        PartRange(TechnicalPart.SUBJECT_SHARPNESS, least=50.0),
    )
    filtered = Query(Filter(folder=folder, parts=frozenset(ranges), min_score=20.0))
    try:
        browse = Browse(library)
        slowest = {
            part: _slow(lambda part=part: browse.ids(_everything(folder, SortKey(part.value))))
            for part in TechnicalPart
        }
        filtering = _slow(lambda: browse.ids(filtered))
        counting = _slow(lambda: browse.distributions(filtered.filter))
        found = browse.distributions(filtered.filter)
    finally:
        library.close()
    worst = max(slowest, key=lambda part: slowest[part])
    part = worst.value.replace("_", " ")
    many = f"{MANY:,} photos"
    return [
        Figure("sorting by a fact, p95", slowest[worst], 150, "ms", note=f"{many}; by {part}"),
        Figure(
            "filtering by facts, p95",
            filtering,
            150,
            "ms",
            note=f"{many}; ranges of the score and three parts, {found.passing:,} pass",
        ),
        Figure(
            "distributions, p95",
            counting,
            50,
            "ms",
            note=f"{many}; the score and {len(TechnicalPart)} parts at once, within those ranges",
        ),
    ]


def rescan(inputs: Inputs) -> list[Figure]:
    """A folder that did not change since it was last opened."""
    folder = inputs.folder_of(_RESCANNED, inputs.small_frames())
    engine = open_engine(app_paths(inputs.scratch("rescan")))
    try:
        engine.importer.import_folder(folder, recursive=True, task=Task())
        seconds = _seconds(
            lambda: engine.importer.import_folder(folder, recursive=True, task=Task())
        )
    finally:
        engine.close()
    note = f"{_RESCANNED:,} unchanged photos"
    return [Figure("looking for changes", median(seconds), 1, "s", note=note)]


def catalogue_of(folder: Path, home: Path) -> AppPaths:
    """A catalogue that holds the folder with dates, scores and a third of it rated."""
    paths = app_paths(home)
    paths.data.mkdir(parents=True, exist_ok=True)
    library = Library(paths.catalog, paths.backups)
    random = np.random.default_rng(11)
    try:
        with library.transaction() as tx:
            ids = tx.photos.add(_found(folder))
            tx.photos.describe({id_: _metadata(n) for n, id_ in enumerate(ids)})
            tx.photos.set_marks({id_: Mark(stars=int(random.integers(1, 6))) for id_ in ids[::3]})
            tx.scores.save([_scored(id_, random) for id_ in ids])
            tx.groups.save_sharpness(_subjects(ids, random))
    finally:
        library.close()
    return paths


def _found(folder: Path) -> list[FoundPhoto]:
    found = []
    for path in sorted(folder.iterdir()):
        status = path.stat()
        found.append(FoundPhoto(path, FileKind.JPEG, status.st_size, status.st_mtime_ns))
    return found


def _metadata(number: int) -> Metadata:
    return Metadata(
        taken_at=_FIRST_SHOT + timedelta(seconds=number),
        camera="Benchmark B-24",
        exposure_s=0.004,
        aperture=4.0,
        iso=400,
        width_px=960,
        height_px=640,
    )


def _scored(id_: PhotoId, random: np.random.Generator) -> ScoredPhoto:
    value = float(random.uniform(0, 100))
    measured = frozenset(TechnicalPart) - {TechnicalPart.SUBJECT_SHARPNESS}
    parts = {part.value: float(random.uniform(0, 100)) for part in sorted(measured)}
    score = Score(value, value, 5.0, parts, "benchmark-1")
    return ScoredPhoto(id_, score, random.bytes(_EMBEDDING_BYTES), random.bytes(14))


def _subjects(
    ids: Sequence[PhotoId], random: np.random.Generator
) -> dict[PhotoId, SubjectSharpness]:
    """Measured in every photo, in bursts."""
    return {
        id_: SubjectSharpness(
            anchor=ids[place - place % _BURST],
            sharpness=float(random.uniform(-10, 0)),
            region=(0.4, 0.4, 0.2, 0.2),
            version="sharpness 1",
        )
        for place, id_ in enumerate(ids)
    }


def _everything(folder: Path, key: SortKey) -> Query:
    return Query(Filter(folder=folder), key, descending=True)


def _slow(work: Callable[[], object]) -> float:
    """Milliseconds of the slowest run in twenty."""
    return 1000 * percentile_95(_seconds(work, _MANY_REPEATS))


def _seconds(work: Callable[[], object], repeats: int = _REPEATS) -> Sequence[float]:
    """How long each of several runs took."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken
