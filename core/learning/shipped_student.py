"""The student as a torch network again, from the model folder that ships.

The exporter folds a batch norm into the layer before it, so the file holds fewer numbers than the
network had. Here such a layer gets the folded bias and its norm is left out: the network computes
the same, faster, and what it learns from here on goes back into the same initialisers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.errors import TrainingError, printable
from core.learning.export import run_onnx
from core.learning.student import Student, StudentShape
from core.learning.trunk import as_input

AGREEMENT = 1e-3  # largest difference allowed between torch and ONNX Runtime
_ROOT = "student."
_PROBES = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution or linear layer, and the initialisers that its node reads."""

    name: str  # in the torch network
    weight: str
    bias: str  # empty where there is none


@dataclass(frozen=True, slots=True)
class ShippedStudent:
    """The network, and where its numbers are in the file."""

    student: Student
    size_px: int
    sha256: str  # of the file that it was read from
    layers: tuple[Layer, ...]

    def initialisers(self, trained: Student) -> dict[str, NDArray[np.float32]]:
        """What the file must hold to compute as a network that was trained from this one."""
        found = {}
        for layer in self.layers:
            module = trained.get_submodule(layer.name)
            found[layer.weight] = _numbers(module.weight)
            if layer.bias:
                found[layer.bias] = _numbers(module.bias)
        return found


def load_shipped(folder: Path) -> ShippedStudent:
    """Rebuild the student of a model folder.

    Args:
        folder: holds `manifest.json` and the file it names, as `export_student` wrote them.

    Raises:
        TrainingError: something is missing or altered, or the network is none that can be
            trained further, or it computes something else than the file.
    """
    manifest, content = _read(folder)
    shape, size_px = _shape(folder, manifest), int(manifest["input"]["size_px"])
    student = Student(shape).eval()
    arrays, links = _graph(folder, content)
    layers = _fill(student, arrays, links, folder)
    _compare(student, folder / manifest["file"], size_px)
    return ShippedStudent(student, size_px, str(manifest["sha256"]), layers)


def _read(folder: Path) -> tuple[Mapping[str, Any], bytes]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        content = (folder / manifest["file"]).read_bytes()
        wanted = manifest["sha256"]
    except OSError as error:
        raise _unusable(folder, error.strerror or "it cannot be read") from error
    except (ValueError, TypeError, KeyError) as error:
        raise _unusable(folder, "its manifest is damaged") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise _unusable(folder, "its file was altered or damaged")
    return manifest, content


def _shape(folder: Path, manifest: Mapping[str, Any]) -> StudentShape:
    try:
        told = manifest["training"]["recipe"]["shape"]
        return StudentShape(
            backbone=str(told["backbone"]),
            bridge_channels=tuple(int(channels) for channels in told["bridge_channels"]),
            embedding_dim=int(told["embedding_dim"]),
            bins=tuple(float(rating) for rating in told["bins"]),
            size_px=None if told["size_px"] is None else int(told["size_px"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unusable(folder, "its manifest does not tell how it is built") from error


def _graph(
    folder: Path, content: bytes
) -> tuple[dict[str, NDArray[np.float32]], dict[str, tuple[str, str]]]:
    """All initialisers, and those (weight, bias) that the node of each torch layer reads."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load_from_string(content).graph
        arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    except Exception as error:  # protobuf raises its own unrelated exception types
        raise _unusable(folder, "its file is no network") from error
    links: dict[str, tuple[str, str]] = {}
    for node in graph.node:
        if node.op_type in {"Conv", "Gemm"} and node.input[1].startswith(_ROOT):
            layer = node.input[1].removeprefix(_ROOT).removesuffix(".weight")
            links[layer] = (node.input[1], node.input[2] if len(node.input) > 2 else "")
    biases = [bias for _, bias in links.values() if bias]
    if len(biases) != len(set(biases)):
        raise _unusable(folder, "its layers share numbers")
    return arrays, links


def _fill(
    student: Student,
    arrays: Mapping[str, NDArray[np.float32]],
    links: Mapping[str, tuple[str, str]],
    folder: Path,
) -> tuple[Layer, ...]:
    """Put the file's numbers into the network; where each of them went."""
    norm_after = _norms(student)
    layers: list[Layer] = []
    filled: set[str] = set()
    for name, module in list(student.named_modules()):
        if not isinstance(module, nn.Conv2d | nn.Linear):
            continue
        if name not in links:
            raise _unusable(folder, f"its file lacks the layer {name}")
        weight, bias = links[name]
        layers.append(Layer(name, weight, bias))
        _copy(module.weight, arrays[weight], folder)
        filled.add(f"{name}.weight")
        if not bias:  # the exporter leaves out what is all 0
            module.bias = None
            continue
        if module.bias is None and name in norm_after:
            _leave_out(student, norm_after[name])
            module.bias = nn.Parameter(module.weight.new_zeros(len(module.weight)))
        _copy(module.bias, arrays[bias], folder)
        filled.add(f"{name}.bias")
    if {name for name, _ in student.named_parameters()} - filled:
        raise _unusable(folder, f"networks like {student.shape.backbone} cannot be rebuilt")
    return tuple(layers)


def _norms(student: Student) -> dict[str, str]:
    """The batch norm that follows a layer, by the order in which both were made."""
    following: dict[str, str] = {}
    last = ""
    for name, module in student.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            last = name
        elif isinstance(module, _BatchNorm):
            following[last] = name
    return following


def _leave_out(student: Student, norm: str) -> None:
    """Keep of a norm what it does besides; timm's apply the activation too."""
    activation = getattr(student.get_submodule(norm), "act", None)
    parent, _, own = norm.rpartition(".")
    setattr(student.get_submodule(parent), own, activation or nn.Identity())


@torch.no_grad()
def _copy(target: Tensor | None, source: NDArray[np.float32], folder: Path) -> None:
    if target is None or tuple(target.shape) != source.shape:
        raise _unusable(folder, "its layers have other sizes than its manifest tells")
    target.copy_(torch.from_numpy(source.copy()))


def _numbers(tensor: object) -> NDArray[np.float32]:
    assert isinstance(tensor, Tensor), "a listed layer has the numbers that its node reads"
    numbers: NDArray[np.float32] = tensor.detach().numpy()
    return numbers


def _compare(student: Student, file: Path, size_px: int) -> None:
    generator = np.random.default_rng(0)
    coarse = generator.integers(0, 256, (_PROBES, 8, 8, 3), dtype=np.uint8)
    grown = coarse.repeat(-(-size_px // 8), axis=1).repeat(-(-size_px // 8), axis=2)
    pixels = np.ascontiguousarray(grown[:, :size_px, :size_px])
    with torch.no_grad():
        ours = student(as_input(torch.from_numpy(pixels)))
    try:
        theirs = run_onnx(file, pixels)
    except Exception as error:  # onnxruntime raises its own unrelated exception types
        raise _unusable(file.parent, "its file cannot be run") from error
    for found, wanted in zip(ours, theirs, strict=True):
        difference = float(np.abs(found.numpy() - wanted).max())
        if not difference <= AGREEMENT:
            raise _unusable(
                file.parent, f"rebuilt, it computes something else (off by {difference:.2g})"
            )


def _unusable(folder: Path, reason: str) -> TrainingError:
    return TrainingError(
        f"The model {printable(folder.name)} cannot be trained further: {reason}.",
        hint="Install Shortlist again, or learn without the deep model.",
    )
