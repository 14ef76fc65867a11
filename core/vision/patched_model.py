"""A model with some of its numbers replaced, in memory: how a deep personal model is run.

A personal model is stored as what differs from the model for everybody, so it is small, and it
is worth nothing without that very model.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelMismatchError, printable

_MADE_FOR = "made_for"  # SHA-256 of the model file that the numbers belong to


def personal_model(model_file: Path, content: bytes) -> bytes:
    """The model in `model_file` with a personal model's numbers, for an in-memory session.

    Args:
        model_file: the ONNX file of the model for everybody.
        content: what `core.learning.personal` made, as it was stored.

    Raises:
        ModelMismatchError: the content is damaged or was made for another model, or the model
            file cannot be used.
    """
    made_for, tensors = read_tensors(content)
    if made_for != hashlib.sha256(_read(model_file)).hexdigest():
        raise ModelMismatchError(
            "This personal model was made for another version of the scoring model.",
            hint="Personalize again to make a new one.",
        )
    return patched(model_file, tensors)


def patched(model_file: Path, tensors: Mapping[str, NDArray[np.floating]]) -> bytes:
    """The model in `model_file` with some initialisers replaced, as the bytes of an ONNX file.

    Args:
        model_file: an ONNX file; left as it is.
        tensors: by the name of the initialiser; any kind of floating-point numbers.

    Raises:
        ModelMismatchError: the file cannot be used, has no initialiser of such a name, or it
            has another shape; or a number is not finite.
    """
    import onnx  # a tenth of a second that only a personal model should pay
    from onnx import numpy_helper

    try:
        model = onnx.load_from_string(_read(model_file))
        known = {one.name: one for one in model.graph.initializer}
    except ModelMismatchError:
        raise
    except Exception as error:  # protobuf raises its own unrelated exception types
        raise ModelMismatchError(
            f"The model file {printable(model_file.name)} is damaged.",
            hint="Install Shortlist again.",
        ) from error
    for name, value in tensors.items():
        if name not in known or tuple(known[name].dims) != value.shape:
            raise ModelMismatchError(
                f"This personal model does not fit the scoring model: {name} is not in it "
                f"or has another size.",
                hint="Personalize again to make a new one.",
            )
        if not np.isfinite(value).all():
            raise _damaged()
        kind = onnx.helper.tensor_dtype_to_np_dtype(known[name].data_type)
        known[name].CopyFrom(numpy_helper.from_array(value.astype(kind, order="C"), name))
    content: bytes = model.SerializeToString()
    return content


def read_tensors(content: bytes) -> tuple[str, dict[str, NDArray[np.floating]]]:
    """The SHA-256 of the model file that a personal model was made for, and its numbers.

    Raises:
        ModelMismatchError: the content is damaged.
    """
    from safetensors.numpy import load

    try:
        length = int.from_bytes(content[:8], "little")
        made_for = json.loads(content[8 : 8 + length])["__metadata__"][_MADE_FOR]
        return str(made_for), load(content)
    except Exception as error:  # safetensors raises an exception type of its own, besides others
        raise _damaged() from error


def _read(model_file: Path) -> bytes:
    try:
        return model_file.read_bytes()
    except OSError as error:
        raise ModelMismatchError(
            f"The model file {printable(model_file.name)} cannot be read: {error.strerror}",
            hint="Install Shortlist again.",
        ) from error


def _damaged() -> ModelMismatchError:
    return ModelMismatchError(
        "The personal model is damaged.", hint="Personalize again to make a new one."
    )
