"""What a model costs: milliseconds for a photograph on one core, and bytes on the disk."""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.progress import Task
from core.vision.manifest import load_manifest, verify_file

_WARM_UP, _RUNS = 5, 50


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run of the network on one picture; decoding and resizing come on top."""

    ms_per_image: float  # median
    size_bytes: int


def measure_cost(folder: Path, task: Task) -> Cost:
    """Time the model in `folder` on one core, in ONNX Runtime.

    Raises:
        ModelMismatchError: a file is missing or altered.
        Cancelled: the task was stopped.
    """
    import onnxruntime

    manifest = load_manifest(folder)
    verify_file(manifest)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        manifest.file, options, providers=["CPUExecutionProvider"]
    )
    shape = (1, manifest.size_px, manifest.size_px, 3)
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    taken_s = []
    for run in task.track(range(_WARM_UP + _RUNS), "time the model"):
        start = time.perf_counter()
        session.run(None, {"pixels": pixels})
        if run >= _WARM_UP:
            taken_s.append(time.perf_counter() - start)
    return Cost(1000 * statistics.median(taken_s), manifest.file.stat().st_size)
