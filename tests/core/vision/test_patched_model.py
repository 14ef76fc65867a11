"""A model with some of its numbers replaced in memory; the file itself never changes."""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from core.errors import ModelMismatchError
from core.vision.patched_model import patched, personal_model, read_tensors
from tests.make_model import BINS, SIZE_PX, write_brightness_model

# Of the model that likes bright pictures, what makes it like dark ones.
DARK = {
    "to_ends": np.array([[1, 0, 0, -1]], np.float16),
    "offset": np.array([[0, 0, 0, 1]], np.float16),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_brightness_model(tmp_path / "m") / "student.onnx"


def ratings(model: bytes) -> NDArray[np.float64]:
    """Of a black and a white picture."""
    pixels = np.zeros((2, SIZE_PX, SIZE_PX, 3), np.uint8)
    pixels[1] = 255
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    [distribution] = session.run(["distribution"], {"pixels": pixels})
    return distribution @ np.array(BINS)


def stored(file: Path) -> bytes:
    return save(DARK, {"made_for": hashlib.sha256(file.read_bytes()).hexdigest()})


def test_the_new_numbers_decide_and_the_file_stays(file: Path) -> None:
    before = file.read_bytes()
    np.testing.assert_allclose(ratings(before), [1, 7], atol=1e-5)
    np.testing.assert_allclose(ratings(patched(file, DARK)), [7, 1], atol=1e-5)
    assert file.read_bytes() == before


def test_replacing_nothing_changes_no_opinion(file: Path) -> None:
    np.testing.assert_array_equal(ratings(patched(file, {})), ratings(file.read_bytes()))


def test_a_stored_personal_model_is_read_and_put_in(file: Path) -> None:
    np.testing.assert_allclose(ratings(personal_model(file, stored(file))), [7, 1], atol=1e-5)
    _, tensors = read_tensors(stored(file))
    assert tensors.keys() == DARK.keys()


@pytest.mark.parametrize(
    "tensors",
    [
        {"charm": np.zeros(3, np.float32)},
        {"to_ends": np.zeros((4, 1), np.float32)},
        {"to_ends": np.zeros(4, np.float32)},
    ],
)
def test_numbers_that_do_not_fit_are_refused(file: Path, tensors: dict[str, NDArray]) -> None:
    with pytest.raises(ModelMismatchError, match="does not fit the scoring model"):
        patched(file, tensors)


def test_numbers_that_are_none_are_refused(file: Path) -> None:
    with pytest.raises(ModelMismatchError, match="personal model is damaged"):
        patched(file, {"offset": np.array([[0, np.nan, 0, 1]], np.float16)})


def test_a_personal_model_of_another_version_is_refused(file: Path) -> None:
    content = save(DARK, {"made_for": "0" * 64})
    with pytest.raises(ModelMismatchError, match="another version of the scoring model"):
        personal_model(file, content)


@pytest.mark.parametrize("keep", [0, 4, 20, 200, -1])
def test_a_cut_personal_model_is_a_sentence(file: Path, keep: int) -> None:
    with pytest.raises(ModelMismatchError, match="personal model is damaged"):
        personal_model(file, stored(file)[:keep])


@pytest.mark.parametrize("content", [b"", b"nonsense" * 9, save(DARK)])
def test_what_is_no_personal_model_is_a_sentence(file: Path, content: bytes) -> None:
    with pytest.raises(ModelMismatchError, match="personal model is damaged"):
        personal_model(file, content)


def test_a_model_file_that_is_missing_or_damaged_is_a_sentence(tmp_path: Path, file: Path) -> None:
    with pytest.raises(ModelMismatchError, match="cannot be read"):
        patched(tmp_path / "none.onnx", DARK)
    file.write_bytes(b"\xff" * 100)
    with pytest.raises(ModelMismatchError, match="is damaged"):
        patched(file, DARK)
