"""Whether the window answers while a model learns the photographer's taste, and is put in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from app.dialogs.personalize_dialog import PersonalizeDialog, Step
from app.main_window import MainWindow
from core.library.library import Library
from core.paths import AppPaths, app_paths
from core.photo import (
    FileKind,
    FoundPhoto,
    Mark,
    Metadata,
    PhotoId,
    Score,
    ScoredPhoto,
    SortKey,
)
from core.taste.evidence import FACTS
from core.vision.manifest import Manifest, load_manifest
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.student import measures_version
from core.vision.technical import TechnicalHeads
from tests.bench.figures import Figure
from tests.bench.heartbeat import Heartbeat
from tests.bench.inputs import Inputs
from tests.bench.staged_window import live_for, seconds_until, show_folder, staged_window

_AIM_MS = 50
_QUICK = (200, 9_800, 10)  # rated photos, others, shoots
_DEEP = (40, 60, 2)
_DEEP_PATIENCE_S = 900  # a minute where nothing else runs
_FIRST_SHOT = datetime(2026, 5, 1, 9, 0, 0)
_TASTE = FACTS.index("warmth")


def quick(inputs: Inputs) -> list[Figure]:
    """Quick learning, and the model it gives put in use; the grid is sorted by score."""
    rated, others, shoots = _QUICK
    sample = f"{rated} rated and {others:,} other photos of {shoots} shoots"
    with _rated_window(inputs, rated, others, shoots) as window:
        dialog = _dialog(window)
        learning = Heartbeat()
        dialog.learn(deep=False)
        seconds_until(lambda: dialog.step is not Step.RUNNING)
        learning.stop()
        _require_verdict(dialog)
        switched: list[object] = []
        window.personalizing.switched.connect(switched.append)
        accepting = Heartbeat()
        dialog.verdict.accepted.emit("Benchmark")
        seconds_until(lambda: bool(switched))
        live_for(1)  # until the new order is there
        accepting.stop()
    return [
        learning.figure("answering, quick learning", _AIM_MS, sample),
        accepting.figure("answering, a model put in use", _AIM_MS, f"{sample}, sorted by score"),
    ]


def deep(inputs: Inputs) -> list[Figure]:
    """Deep learning, which trains in a process of its own and asks for pictures here."""
    rated, others, shoots = _DEEP
    sample = f"{rated} rated and {others} other photos of {shoots} shoots"
    with _rated_window(inputs, rated, others, shoots) as window:
        dialog = _dialog(window)
        beat = Heartbeat()
        dialog.learn(deep=True)
        seconds_until(lambda: dialog.step is not Step.RUNNING, _DEEP_PATIENCE_S)
        beat.stop()
        _require_verdict(dialog)
        dialog.verdict.discarded.emit()
    return [beat.figure("answering, deep learning", _AIM_MS, sample)]


def _dialog(window: MainWindow) -> PersonalizeDialog:
    window.actions_["personalize"].trigger()
    live_for(1)
    [dialog] = window.findChildren(PersonalizeDialog)
    return dialog


def _require_verdict(dialog: PersonalizeDialog) -> None:
    if dialog.step is not Step.VERDICT:
        raise RuntimeError(f"nothing was learned: {dialog.problem.sentence}")


@contextmanager
def _rated_window(inputs: Inputs, rated: int, others: int, shoots: int) -> Iterator[MainWindow]:
    """The window at rest on photos that were scored, some of them rated."""
    folder = inputs.folder_of(rated + others, inputs.small_frames())
    paths = _rated_catalogue(folder, inputs.scratch("answering"), rated, shoots)
    with staged_window(paths) as window:
        window.filter_bar.sort_by(SortKey.SCORE, descending=True)
        show_folder(window, folder)
        window.work.stop()
        live_for(2)
        yield window


def _rated_catalogue(folder: Path, home: Path, rated: int, shoots: int) -> AppPaths:
    """A catalogue of the folder whose photographer likes warm light."""
    paths = app_paths(home)
    paths.data.mkdir(parents=True, exist_ok=True)
    manifest, source = load_manifest(shipped_model()), np.random.default_rng(5)
    version = measures_version(TechnicalHeads(shipped_technical_heads()))
    library = Library(paths.catalog, paths.backups)
    files = sorted(folder.iterdir())
    warmth = source.standard_normal(len(files))
    try:
        with library.transaction() as tx:
            ids = tx.photos.add([_found(file) for file in files])
            tx.photos.describe({id_: _metadata(n, shoots) for n, id_ in enumerate(ids)})
            seen = [
                _scored(id_, manifest, version, level, source)
                for id_, level in zip(ids, warmth, strict=True)
            ]
            tx.scores.save(seen)
            cuts = np.quantile(warmth, [0.2, 0.4, 0.6, 0.8])
            chosen = source.choice(len(ids), rated, replace=False)
            stars = {ids[n]: Mark(stars=1 + int(np.searchsorted(cuts, warmth[n]))) for n in chosen}
            tx.photos.set_marks(stars)
    finally:
        library.close()
    return paths


def _found(file: Path) -> FoundPhoto:
    status = file.stat()
    return FoundPhoto(file, FileKind.JPEG, status.st_size, status.st_mtime_ns)


def _metadata(number: int, shoots: int) -> Metadata:
    """Shoots are days apart, their frames minutes."""
    day, minute = number % shoots, number // shoots
    taken_at = _FIRST_SHOT + timedelta(days=2 * day, minutes=minute)
    return Metadata(taken_at=taken_at, camera="Benchmark B-24", width_px=960, height_px=640)


def _scored(
    id_: PhotoId, manifest: Manifest, version: str, level: float, source: np.random.Generator
) -> ScoredPhoto:
    vector = source.standard_normal(manifest.embedding_dim)
    shares = source.dirichlet(np.ones(len(manifest.bins)))
    facts = source.normal(0.5, 0.1, len(FACTS))
    facts[_TASTE] = 0.5 + 0.1 * level
    aesthetic = float(manifest.calibration.score_of(np.array([shares @ manifest.bins]))[0])
    parts = dict.fromkeys(manifest.score_weights, 80.0) | {"sharpness": 80.0, "noise": 80.0}
    return ScoredPhoto(
        id_,
        Score(aesthetic, aesthetic, 5.0, parts, manifest.model, version),
        embedding=(vector / np.linalg.norm(vector)).astype("<f2").tobytes(),
        distribution=shares.astype("<f2").tobytes(),
        facts=facts.astype("<f2").tobytes(),
    )
