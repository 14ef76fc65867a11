"""Scoring with a model folder: foreseeable opinions, and refusal of whatever does not fit."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ModelMismatchError
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads
from tests.make_model import write_brightness_model


def load(folder: Path) -> Student:
    return Student(folder, TechnicalHeads(shipped_technical_heads()))


def preview(grey: int, size: tuple[int, int] = (640, 427)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (grey, grey, grey)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def test_scores_follow_the_manifest(tmp_path: Path):
    student = load(write_brightness_model(tmp_path / "m"))
    black, grey, white = student.judge([preview(0), preview(128), preview(255)])
    assert black.score.aesthetic == pytest.approx(0, abs=1)
    assert grey.score.aesthetic == pytest.approx(50, abs=1)
    assert white.score.aesthetic == pytest.approx(100, abs=1)
    assert black.score.model == "brightness 1.0.0"
    assert np.linalg.norm(grey.embedding) == pytest.approx(1, abs=1e-3)
    assert grey.distribution.sum() == pytest.approx(1, abs=1e-5)


def test_spread_is_the_deviation_in_points_times_the_calibrated_scale(tmp_path: Path):
    calibration = {
        "meaning": "m",
        "rating_to_score": [[1.0, 0.0], [7.0, 100.0]],
        "spread_scale": 0.5,
    }
    student = load(write_brightness_model(tmp_path / "m", calibration=calibration))
    certain, torn = student.judge([preview(255), preview(128)])
    assert certain.score.spread == pytest.approx(0, abs=1)
    assert torn.score.spread == pytest.approx(25, abs=1)  # half on 0, half on 100, halved


def test_the_score_weighs_aesthetic_and_technical_parts_as_the_manifest_says(tmp_path: Path):
    weights = {"aesthetic": 3.0, "sharpness": 1.0}
    student = load(write_brightness_model(tmp_path / "m", score_weights=weights))
    [opinion] = student.judge([preview(200)])
    expected = 0.75 * opinion.score.aesthetic + 0.25 * opinion.score.technical["sharpness"]
    assert opinion.score.value == pytest.approx(expected)


def test_measuring_again_changes_the_parts_and_what_hangs_on_them_alone(tmp_path: Path):
    weights = {"aesthetic": 1.0, "overexposure": 1.0}
    student = load(write_brightness_model(tmp_path / "m", score_weights=weights))
    [opinion] = student.judge([preview(200)])
    older = replace(opinion.score, value=1.0, technical={"light": 3.0}, technical_version="heads 0")
    [measured] = student.measure_again([preview(200)], [older])
    assert measured.score == opinion.score
    assert measured.appearance == pytest.approx(opinion.appearance)
    assert opinion.score.technical_version


def test_a_batch_gives_the_same_scores_as_one_by_one(tmp_path: Path):
    student = load(write_brightness_model(tmp_path / "m"))
    previews = [preview(grey, (300 + grey, 400)) for grey in (10, 90, 170, 250)]
    together = [opinion.score.value for opinion in student.judge(previews)]
    alone = [student.judge([one])[0].score.value for one in previews]
    assert together == pytest.approx(alone, abs=0.01)


def test_centre_crop_does_not_see_the_edges_and_stretch_does(tmp_path: Path):
    buffer = io.BytesIO()
    picture = Image.new("RGB", (600, 200), "white")
    picture.paste("black", (200, 0, 400, 200))
    picture.save(buffer, "PNG")
    scores = {}
    for fit in ("centre-crop", "stretch"):
        entry = {"size_px": 32, "fit": fit, "interpolation": "bilinear"}
        folder = write_brightness_model(tmp_path / fit, input=entry)
        [opinion] = load(folder).judge([buffer.getvalue()])
        scores[fit] = opinion.score.aesthetic
    assert scores["centre-crop"] < 5
    assert 60 < scores["stretch"] < 72


def test_a_flipped_byte_in_the_model_is_refused_by_name(tmp_path: Path):
    folder = write_brightness_model(tmp_path / "m")
    data = bytearray((folder / "student.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "student.onnx").write_bytes(data)
    with pytest.raises(ModelMismatchError, match=r"brightness 1\.0\.0 was altered"):
        load(folder)


@pytest.mark.parametrize(
    "broken",
    [
        {"format": 2},
        {"bins": [1.0, 1.0, 2.0, 3.0]},
        {"bins": [1.0, 2.0]},
        {"embedding_dim": 4},
        {"embedding_dim": 0},
        {"input": {"size_px": 32, "fit": "squeeze", "interpolation": "bicubic"}},
        {"input": {"size_px": 48, "fit": "stretch", "interpolation": "bicubic"}},
        {"score_weights": {"aesthetic": 0.0}},
        {"score_weights": {"aesthetic": 1.0, "charm": 1.0}},
        {"file": "../student.onnx"},
        {"sha256": "0" * 64},
        {"calibration": {"meaning": "m", "rating_to_score": [[1, 0]], "spread_scale": 1}},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path: Path, broken: dict[str, object]):
    folder = write_brightness_model(tmp_path / "m", **broken)
    with pytest.raises(ModelMismatchError):
        load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}'])
def test_a_damaged_manifest_is_a_sentence(tmp_path: Path, text: str):
    folder = write_brightness_model(tmp_path / "m")
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelMismatchError):
        load(folder)


def test_a_copy_without_models_says_so(tmp_path: Path):
    with pytest.raises(ModelMismatchError, match="missing from this copy"):
        shipped_model(tmp_path)


def test_the_shipped_model_loads_and_tells_pictures_apart():
    folder = shipped_model()
    student = load(folder)
    noise = np.random.default_rng(0).integers(0, 256, (300, 450, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    flat, busy = student.judge([preview(128), buffer.getvalue()])
    assert flat.score.value != busy.score.value
    assert all(0 <= opinion.score.value <= 100 for opinion in (flat, busy))
    assert json.loads((folder / "manifest.json").read_text())["results"]
