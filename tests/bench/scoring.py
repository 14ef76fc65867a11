"""From files to stored scores: how many a second, and in how much memory."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.paths import app_paths
from core.photo import Filter
from core.progress import Task
from core.services.engine import open_engine
from tests.bench.decoding import decoding_alone
from tests.bench.figures import Figure, median
from tests.bench.inputs import Inputs
from tests.bench.memory import run_and_watch

_PHOTOS = 120
_REPEATS = 3


def throughput(inputs: Inputs) -> list[Figure]:
    """24-megapixel JPEGs that have to be decoded, scaled."""
    folder = inputs.folder_of(_PHOTOS, inputs.frames())
    runs = [_run(inputs, folder) for _ in range(_REPEATS)]
    note = f"{_PHOTOS} JPEGs of 24 MP, loading the model included; {_cpu(runs)}"
    return [
        Figure("scoring", _rate(runs), 23, "images/s", at_least=True, note=note),
        _floor("decoding them alone", folder),
    ]


def throughput_with_previews(inputs: Inputs) -> list[Figure]:
    """24-megapixel JPEGs whose embedded preview serves."""
    folder = inputs.folder_of(4 * _PHOTOS, inputs.frames_with_preview())
    runs = [_run(inputs, folder) for _ in range(_REPEATS)]
    note = f"{4 * _PHOTOS} JPEGs of 24 MP with an MPF preview; {_cpu(runs)}"
    return [
        Figure("scoring, embedded previews", _rate(runs), 80, "images/s", at_least=True, note=note),
        _floor("decoding the previews alone", folder),
    ]


def memory(inputs: Inputs) -> list[Figure]:
    """A headless scoring run as a user starts it, all processes together."""
    photos = 4 * _PHOTOS
    folder = inputs.folder_of(photos, inputs.frames_with_preview())  # so that the judges are busy
    home = inputs.scratch("memory")
    command = [sys.executable, "-m", "core", "score", str(folder), "--format", "jsonl"]
    run = run_and_watch(command, {**os.environ, "SHORTLIST_HOME": str(home)}, home)
    if run.lines != photos:
        raise RuntimeError(f"{run.lines} of {photos} photos were printed")
    note = f"`shortlist score`, {photos} photos in {run.seconds:.1f} s, all processes"
    return [Figure("memory of a scoring run", run.peak_bytes / 1e6, 400, "MB", note=note)]


@dataclass(frozen=True, slots=True)
class _Run:
    images: int
    seconds: float
    cpu_seconds: float  # of this process and its workers


def _floor(name: str, folder: Path) -> Figure:
    """How far scoring could get here if it cost nothing but decoding."""
    alone = decoding_alone(sorted(folder.iterdir()))
    return Figure(name, alone.per_second, None, "images/s", note=alone.note)


def _rate(runs: Sequence[_Run]) -> float:
    return median(run.images / run.seconds for run in runs)


def _cpu(runs: Sequence[_Run]) -> str:
    return f"{1000 * median(run.cpu_seconds / run.images for run in runs):.0f} ms CPU each"


def _run(inputs: Inputs, folder: Path) -> _Run:
    engine = open_engine(app_paths(inputs.scratch("home")))
    try:
        engine.importer.import_folder(folder, recursive=False, task=Task())
        cpu_before = _cpu_seconds()
        report = engine.scoring.score(Filter(folder=folder), Task())
        cpu_seconds = _cpu_seconds() - cpu_before
    finally:
        engine.close()
    if report.failed:
        raise RuntimeError(f"{len(report.failed)} photos were not scored: {report.failed[0]}")
    return _Run(report.scored, report.seconds, cpu_seconds)


def _cpu_seconds() -> float:
    this = psutil.Process()
    times = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return sum(each.user + each.system for each in times)
