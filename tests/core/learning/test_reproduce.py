"""From a tiny training folder to a model folder that the scoring runtime accepts."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import TrainingError
from core.learning.data.training_folder import read_clip_features, read_index, read_rated_photos
from core.learning.held_out import HELD_OUT
from core.learning.reproduce import reproduce_student
from core.learning.run_folder import claim
from core.progress import Task
from core.vision.model_store import shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads
from tests.core.learning.training_folder import TINY, write_training_folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_training_folder(tmp_path / "data")


def test_one_call_gives_a_model_that_scores(data: Path, tmp_path: Path):
    folder = reproduce_student(data, tmp_path / "run", tmp_path / "out", Task(), TINY)
    buffer = io.BytesIO()
    Image.new("RGB", (640, 427), "orange").save(buffer, "JPEG")
    heads = TechnicalHeads(shipped_technical_heads())
    [opinion] = Student(folder, heads).judge([buffer.getvalue()])
    assert 0 <= opinion.score.value <= 100
    assert np.linalg.norm(opinion.embedding) == pytest.approx(1, abs=1e-4)
    card = (folder / "MODEL_CARD.md").read_text()
    assert "python -m core.learning" in card
    assert "SRCC" in card


def test_a_run_of_another_recipe_is_refused_before_training(data: Path, tmp_path: Path):
    claim(tmp_path / "run" / HELD_OUT, "the held-out evaluation", TINY.described())
    longer = replace(TINY, distillation=replace(TINY.distillation, steps=3))
    with pytest.raises(TrainingError, match="started with another configuration"):
        reproduce_student(data, tmp_path / "run", tmp_path / "out", Task(), longer)
    assert not (tmp_path / "run" / "align").exists()


def test_a_shard_cut_short_is_found_before_training(data: Path, tmp_path: Path):
    shard = data / "unlabelled.tar"
    shard.write_bytes(shard.read_bytes()[:5000])
    with pytest.raises(TrainingError):
        reproduce_student(data, tmp_path / "run", tmp_path / "out", Task(), TINY)
    assert not (tmp_path / "run" / "align").exists()


def test_missing_feature_rows_are_found(data: Path):
    features = np.load(data / "clip-vit-b-32.npz")["features"]
    np.savez(data / "clip-vit-b-32.npz", features=features[:-3])
    with pytest.raises(TrainingError):
        read_clip_features(data, read_index(data))


def test_a_rating_out_of_range_is_found(data: Path):
    ratings = np.load(data / "oasis-raters.npz")["ratings"]
    ratings[0, 0] = 9
    np.savez(data / "oasis-raters.npz", ratings=ratings)
    with pytest.raises(TrainingError, match="outside 1 to 7"):
        read_rated_photos(data)


def test_a_folder_without_data_is_a_sentence(tmp_path: Path):
    with pytest.raises(TrainingError):
        reproduce_student(tmp_path, tmp_path / "run", tmp_path / "out", Task(), TINY)
