"""The shipped model as a torch network again: the same opinions, or a clear refusal."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from core.errors import TrainingError
from core.learning.export import run_onnx
from core.learning.shipped_student import ShippedStudent, load_shipped
from core.learning.trunk import as_input
from core.vision.model_store import shipped_model
from tests.core.learning.personal.tiny_model import SIZE_PX


@pytest.fixture
def copy(model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model, tmp_path / "tiny"))


def said(shipped: ShippedStudent, pixels: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return shipped.student(as_input(torch.from_numpy(pixels)))[1].numpy()


def rewrite(folder: Path, network: onnx.ModelProto) -> None:
    """An altered model whose manifest still fits."""
    onnx.save(network, folder / "student.onnx")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"] = hashlib.sha256((folder / "student.onnx").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_the_rebuilt_student_says_what_the_file_says(model: Path) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (4, SIZE_PX, SIZE_PX, 3), dtype=np.uint8)
    _, wanted = run_onnx(model / "student.onnx", pixels)
    np.testing.assert_allclose(said(load_shipped(model), pixels), wanted, atol=1e-4)


def test_what_was_read_goes_back_unchanged(model: Path) -> None:
    shipped = load_shipped(model)
    network = onnx.load(model / "student.onnx")
    stored = {one.name: onnx.numpy_helper.to_array(one) for one in network.graph.initializer}
    back = shipped.initialisers(shipped.student)
    assert {"student.head.weight", "student.embed.weight_bias"} <= back.keys()
    for name, value in back.items():
        np.testing.assert_array_equal(value, stored[name])


def test_the_model_that_ships_can_be_trained_further() -> None:
    folder = shipped_model()
    shipped = load_shipped(folder)
    pixels = np.random.default_rng(5).integers(
        0, 256, (2, shipped.size_px, shipped.size_px, 3), dtype=np.uint8
    )
    _, wanted = run_onnx(folder / "student.onnx", pixels)
    np.testing.assert_allclose(said(shipped, pixels), wanted, atol=1e-3)


def test_a_flipped_byte_is_refused(copy: Path) -> None:
    content = bytearray((copy / "student.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "student.onnx").write_bytes(content)
    with pytest.raises(TrainingError, match="altered or damaged"):
        load_shipped(copy)


def test_a_network_that_computes_something_else_is_refused(copy: Path) -> None:
    network = onnx.load(copy / "student.onnx")
    head = next(node for node in network.graph.node if "student.head.weight" in node.input)
    next(one for one in head.attribute if one.name == "alpha").f = 3.0
    rewrite(copy, network)
    with pytest.raises(TrainingError, match="computes something else"):
        load_shipped(copy)


def test_a_network_that_cannot_be_run_is_refused(copy: Path) -> None:
    network = onnx.load(copy / "student.onnx")
    network.graph.node[0].op_type = "Unheard"
    rewrite(copy, network)
    with pytest.raises(TrainingError, match="cannot be run"):
        load_shipped(copy)


def test_a_file_without_one_of_the_layers_is_refused(copy: Path) -> None:
    network = onnx.load(copy / "student.onnx")
    for part in (*network.graph.initializer, *network.graph.node):
        if isinstance(part, onnx.TensorProto) and part.name == "student.head.weight":
            part.name = "renamed"
        elif isinstance(part, onnx.NodeProto):
            part.input[:] = ["renamed" if i == "student.head.weight" else i for i in part.input]
    rewrite(copy, network)
    with pytest.raises(TrainingError, match="lacks the layer head"):
        load_shipped(copy)


@pytest.mark.parametrize(
    ("broken", "told"),
    [("", "manifest is damaged"), ("[]", "manifest is damaged"), (None, "No such file")],
)
def test_a_folder_that_is_no_model_is_a_sentence(copy: Path, broken: str | None, told: str) -> None:
    if broken is None:
        (copy / "manifest.json").unlink()
    else:
        (copy / "manifest.json").write_text(broken)
    with pytest.raises(TrainingError, match=told):
        load_shipped(copy)


def test_a_manifest_of_another_network_is_a_sentence(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["training"]["recipe"]["shape"]["embedding_dim"] = 16
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(TrainingError, match="other sizes than its manifest tells"):
        load_shipped(copy)
    del manifest["training"]["recipe"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(TrainingError, match="does not tell how it is built"):
        load_shipped(copy)
