"""Measuring a model: what it costs, and how well it agrees with people on rated photographs."""

import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.errors import TrainingError, printable
from core.learning.agreement import Opinions, agreement, linear_probe, srcc_interval
from core.learning.collapse import effective_rank
from core.learning.data.folder import FolderFrames
from core.learning.data.frames import Frame
from core.learning.data.rated_photos import TEST, RatedPhotos
from core.learning.data.rated_sets import read_rated_set, shards_of
from core.learning.data.shards import open_frames
from core.learning.evaluation_report import (
    LABELS,
    REPORT,
    TRAINED_ON,
    Evaluated,
    figure_text,
    held_out_systems,
    write_report,
)
from core.learning.held_out import held_out_figures
from core.progress import Task
from core.services.layouts import Layout
from core.vision.cost import measure_cost
from core.vision.manifest import AESTHETIC, MANIFEST_NAME
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.student import Opinion, Student
from core.vision.technical import TechnicalHeads

__all__ = [
    "LABELS",
    "REPORT",
    "TRAINED_ON",
    "EvaluationRequest",
    "evaluate",
    "figure_text",
    "held_out_systems",
]

_AT_ONCE = 16
_SHORT_SIDE_PX = 512  # of photographs that are read for a network of at most that size


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to measure; without `data` the model's cost, and what its card says."""

    model: Path | None = None  # the shipped one
    data: Path | None = None
    layout: Layout = Layout.OASIS
    allow_missing: bool = False  # leave out rated photographs that are not there
    run: Path | None = None  # a training run, whose held-out predictions are measured again
    json: Path | None = None  # receives the results
    report: Path | None = None  # folder that receives a report with plots


@dataclass(frozen=True, slots=True)
class _RatedSet:
    rated: RatedPhotos
    frame: Callable[[str], Frame]


def evaluate(request: EvaluationRequest, task: Task) -> dict[str, Any]:
    """Measure, write what is asked for, and return all results as they are written.

    Raises:
        CoreError: the model, the photographs or the run cannot be used, or a result not written.
        Cancelled: the task was stopped; nothing was written.
    """
    folder = request.model or shipped_model()
    student = Student(folder, TechnicalHeads(shipped_technical_heads()))
    cost = measure_cost(folder, task)
    results: dict[str, Any] = {
        "model": {
            "name": student.manifest.name,
            "version": student.manifest.version,
            "size_bytes": cost.size_bytes,
            "ms_per_image": cost.ms_per_image,
        },
        "card": _card(folder),
    }
    if request.data is None:
        if request.run is not None:
            raise TrainingError("A run is measured on the photographs it held out: name --data.")
        evaluated = Evaluated(results)
    else:
        with _opened_set(request, request.data, task) as rated_set:
            if request.run is not None:
                names = results["card"].get("systems", {})
                results["held_out"] = held_out_figures(request.run, rated_set.rated, names)
            evaluated = _judged(student, rated_set, request, results, task)
    _write(request, evaluated)
    return results


def _judged(
    student: Student,
    rated_set: _RatedSet,
    request: EvaluationRequest,
    results: dict[str, Any],
    task: Task,
) -> Evaluated:
    rated = rated_set.rated
    found: list[Opinion] = []
    for start in range(0, len(rated.files), _AT_ONCE):
        task.report("score", start, len(rated.files))
        files = rated.files[start : start + _AT_ONCE]
        found += student.judge([_encoded(rated_set.frame(file)) for file in files])
    task.report("score", len(rated.files), len(rated.files))
    opinions = _opinions(student, found, rated)
    embeddings = np.array([opinion.embedding for opinion in found])
    results["data"] = {
        "layout": request.layout.value,
        "photographs": len(rated.files),
        "groups": len(set(rated.groups)),
        # Every student of this project learns from all OASIS ratings in its second phase.
        "was_trained_on": request.layout is Layout.OASIS,
    }
    results["agreement"] = agreement(opinions, rated)
    results["agreement"]["srcc_95_percent"] = srcc_interval(opinions.rating, rated)
    results["features"] = {
        "dimensions": embeddings.shape[1],
        "effective_rank": effective_rank(embeddings),
    }
    results["probe"] = linear_probe(embeddings, rated) if len(set(rated.groups)) >= 10 else None
    return Evaluated(results, opinions, rated, embeddings)


def _opinions(student: Student, found: Sequence[Opinion], rated: RatedPhotos) -> Opinions:
    manifest = student.manifest
    distribution = np.array([opinion.distribution for opinion in found])
    rating = distribution.astype(np.float64) @ manifest.bins
    if tuple(manifest.bins) != rated.bins:
        return Opinions(rating)  # what a spread or a share means depends on the scale
    scores = np.array([opinion.score.aesthetic for opinion in found])
    mistake = scores - manifest.calibration.score_of(rated.mean.astype(np.float64))
    share = manifest.score_weights.get(AESTHETIC, 0.0) / sum(manifest.score_weights.values())
    spread = np.array([opinion.score.spread for opinion in found])
    return Opinions(rating, distribution, spread / share if share else None, mistake)


@contextmanager
def _opened_set(request: EvaluationRequest, data: Path, task: Task) -> Iterator[_RatedSet]:
    """The rated photographs; of a set with a published test part, only those."""
    rated = read_rated_set(data, request.layout.value, allow_missing=request.allow_missing)
    if request.layout is Layout.OASIS:
        # On Windows a file that is still mapped into memory stays until the process ends.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            frames = open_frames(data, shards_of(data, rated), Path(cache), task)
            yield _RatedSet(rated, frames.frame)
        return
    published = rated.rows_of(TEST)
    yield _RatedSet(
        rated.only(published) if len(published) else rated, FolderFrames(data, _SHORT_SIDE_PX).frame
    )


def _card(folder: Path) -> Mapping[str, Any]:
    """The results in the manifest, as the model card shows them; empty for a model without."""
    results = json.loads((folder / MANIFEST_NAME).read_text("utf-8")).get("results", {})
    return results if isinstance(results, dict) else {}


def _encoded(frame: Frame) -> bytes:
    """Without loss and without compression, in the form that the scoring runtime reads."""
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def _write(request: EvaluationRequest, evaluated: Evaluated) -> None:
    try:
        if request.json is not None:
            text = json.dumps(evaluated.results, indent=1, ensure_ascii=False)
            request.json.write_text(text + "\n", encoding="utf-8")
        if request.report is not None:
            write_report(evaluated, request.report)
    except OSError as error:
        raise TrainingError(
            f"The results cannot be written to {printable(error.filename or '')}: {error.strerror}."
        ) from error
