"""Small models with the interface of the shipped one, whose opinions a test can foresee."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.taste.evidence import FACTS
from core.taste.prior import TastePrior, save_prior

SIZE_PX = 32
BINS = [1.0, 3.0, 5.0, 7.0]
DIM = 3  # of the embedding


def write_brightness_model(folder: Path, **changes: Any) -> Path:
    """A model that likes bright pictures: black rates 1, white 7, in straight lines between.

    `changes` replace entries of the manifest, so that a test can break one promise at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "student.onnx"
    onnx.save(_brightness_network(), str(file))
    manifest = {
        "format": 1,
        "name": "brightness",
        "version": "1.0.0",
        "feature_version": "test-1",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "input": {"size_px": SIZE_PX, "fit": "stretch", "interpolation": "bicubic"},
        "embedding_dim": DIM,
        "bins": BINS,
        "calibration": {
            "meaning": "Brighter is better.",
            "rating_to_score": [[1.0, 0.0], [7.0, 100.0]],
            "spread_scale": 1.0,
        },
        "score_weights": {"aesthetic": 1.0},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), "utf-8")
    save_prior(open_prior(DIM), folder, str({**manifest, **changes}["feature_version"]))
    return folder


def open_prior(dim: int) -> TastePrior:
    """What is known of tastes if nobody was ever asked: any entry may matter as much."""
    facts = len(FACTS)
    return TastePrior(
        centre=np.zeros(dim, dtype=np.float32),
        shared=np.eye(dim, 1, dtype=np.float32),
        wide=np.eye(dim, dtype=np.float32),
        fact_centre=np.full(facts, 0.5, dtype=np.float32),
        fact_scale=np.full(facts, 0.1, dtype=np.float32),
        generic_centre=4.0,
        generic_spread=1.0,
        agreement=0.4,
        noise=0.5,
    )


def _brightness_network() -> onnx.ModelProto:
    """Puts all weight on the first and the last bin, in proportion to the mean brightness."""
    constants = {
        "scale": np.array([1 / 255], dtype=np.float32),
        "to_ends": np.array([[-1, 0, 0, 1]], dtype=np.float32),
        "offset": np.array([[1, 0, 0, 0]], dtype=np.float32),
        "tiny": np.array([1e-6], dtype=np.float32),
        "space": np.array([1, 2], dtype=np.int64),
        "channel": np.array([1], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["pixels"], ["values"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["values", "scale"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "space"], ["colour"], keepdims=0),
        helper.make_node("ReduceL2", ["colour", "channel"], ["length"], keepdims=1),
        helper.make_node("Add", ["length", "tiny"], ["safe_length"]),
        helper.make_node("Div", ["colour", "safe_length"], ["embedding"]),
        helper.make_node("ReduceMean", ["colour", "channel"], ["brightness"], keepdims=1),
        helper.make_node("MatMul", ["brightness", "to_ends"], ["weights"]),
        helper.make_node("Add", ["weights", "offset"], ["distribution"]),
    ]
    pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", SIZE_PX, SIZE_PX, 3])
    outputs = [
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", 3]),
        helper.make_tensor_value_info("distribution", TensorProto.FLOAT, ["N", len(BINS)]),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [pixels],
        outputs,
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
