"""Writes a trained student as the model folder that the scoring runtime reads.

The folder is complete or absent: it is assembled beside its place and moved there at the end.
"""

import hashlib
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.student import DeployedStudent, Student

if TYPE_CHECKING:
    import onnxruntime

logger = logging.getLogger(__name__)

AGREEMENT = 1e-4  # largest difference allowed between torch and ONNX Runtime
_OPSET = 18


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the student's rating becomes a 0 to 100 score, and its spread an honest one."""

    meaning: str
    rating_to_score: tuple[tuple[float, float], ...]
    spread_scale: float


@dataclass(frozen=True, slots=True)
class Release:
    """What is said about a student beside its weights."""

    name: str
    version: str
    size_px: int
    calibration: Calibration
    training: Mapping[str, object]
    results: Mapping[str, object]
    licences: tuple[str, ...]
    card: str


def export_student(student: Student, release: Release, folder: Path) -> Path:
    """Write `folder`/{student.onnx, manifest.json, MODEL_CARD.md}, replacing what was there.

    Raises:
        TrainingError: the exported network disagrees with the trained one.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as scratch:
        draft = Path(scratch) / folder.name
        draft.mkdir()
        write_onnx(student, release.size_px, draft / "student.onnx")
        manifest = _manifest(student, release, draft / "student.onnx")
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (draft / "manifest.json").write_text(text + "\n", encoding="utf-8")
        (draft / "MODEL_CARD.md").write_text(release.card, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
    logger.info("Exported %s %s", release.name, release.version)
    return folder


def feature_version(student: Student) -> str:
    """A name for the embedding: equal exactly when equal pixels give equal embeddings."""
    digest = hashlib.sha256()
    for name, value in sorted(student.state_dict().items()):
        if not name.startswith("head."):
            digest.update(name.encode())
            digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()[:12]


def run_onnx(path: Path, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
    """Embedding and distribution of the exported network for pixels (N, S, S, 3)."""
    session = one_core_session(path)
    embedding, distribution = session.run(["embedding", "distribution"], {"pixels": pixels})
    return embedding, distribution


def one_core_session(path: Path) -> "onnxruntime.InferenceSession":
    """The exported network in ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def write_onnx(student: Student, size_px: int, path: Path) -> None:
    """Write the student as the scoring runtime reads it.

    Raises:
        TrainingError: the exported network disagrees with the trained one.
    """
    network = DeployedStudent(student.eval())
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (3, size_px, size_px, 3), dtype=np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about its own internals
        torch.onnx.export(
            network,
            (torch.from_numpy(pixels),),
            path,
            input_names=["pixels"],
            output_names=["embedding", "distribution"],
            dynamic_shapes={"pixels": {0: torch.export.Dim("batch", min=1, max=4096)}},
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _forget_origin(path)
    with torch.no_grad():
        wanted = network(torch.from_numpy(pixels[:2]))
    for ours, theirs in zip(wanted, run_onnx(path, pixels[:2]), strict=True):
        difference = float(np.abs(ours.numpy() - theirs).max())
        if not difference <= AGREEMENT:
            raise TrainingError(f"The exported model differs from the trained one by {difference}.")


def _forget_origin(path: Path) -> None:
    """Drop the exporter's notes, which hold the source paths of the machine it ran on."""
    import onnx

    model = onnx.load(path)
    for holder in (model, model.graph, *model.functions):
        holder.ClearField("metadata_props")
        holder.ClearField("doc_string")
    inner = (model.graph, *model.functions)
    for part in [value for graph in inner for value in (*graph.node, *graph.value_info)]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    for part in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


def _manifest(student: Student, release: Release, weights: Path) -> dict[str, object]:
    content = weights.read_bytes()
    return {
        "format": 1,
        "name": release.name,
        "version": release.version,
        "feature_version": feature_version(student),
        "file": weights.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "input": {"size_px": release.size_px, "fit": "stretch", "interpolation": "bicubic"},
        "embedding_dim": student.shape.embedding_dim,
        "bins": list(student.shape.bins),
        "calibration": {
            "meaning": release.calibration.meaning,
            "rating_to_score": [list(knot) for knot in release.calibration.rating_to_score],
            "spread_scale": release.calibration.spread_scale,
        },
        "score_weights": {"aesthetic": 1.0},
        "training": dict(release.training),
        "results": dict(release.results),
        "licences": list(release.licences),
    }
