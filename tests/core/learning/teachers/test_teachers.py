"""Teachers by name and file: their features are the library's own, wrong weights are refused."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data import create_transform, resolve_model_data_config

from core.errors import TrainingError
from core.learning.data.views import WHOLE
from core.learning.teachers.licences import check_timm_licence
from core.learning.teachers.open_clip_teacher import open_clip_teacher
from core.learning.teachers.preprocessing import Fit, Preprocessing
from core.learning.teachers.timm_teacher import timm_teacher
from tests.core.learning.teachers.tiny_models import (
    MIRRORED_PART,
    TINY_CLIP,
    TINY_TIMM,
    MadeFrames,
    write_tiny_clip,
    write_tiny_timm,
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("something was sent over the network")

    monkeypatch.setattr("socket.socket.connect", refuse)


FRAMES = [MadeFrames().frame(str(number)) for number in range(2)]


def test_open_clip_features_are_those_of_open_clip(tmp_path: Path):
    from open_clip.transform import PreprocessCfg, image_transform_v2

    path, model = write_tiny_clip(tmp_path)
    teacher = open_clip_teacher(TINY_CLIP, path, cache=tmp_path)
    settings = PreprocessCfg(**model.visual.preprocess_cfg)
    transform = image_transform_v2(settings, is_train=False)
    with torch.no_grad():
        pictures = torch.stack([transform(Image.fromarray(frame)) for frame in FRAMES])
        wanted = model.encode_image(pictures, normalize=True).numpy()

    pixels = np.stack([teacher.preprocessing.render(frame, WHOLE) for frame in FRAMES])
    said = teacher.features(pixels)

    assert said.dtype == np.float32
    assert said.shape == (2, teacher.dimension) == (2, 24)
    assert np.linalg.norm(said, axis=1) == pytest.approx(1, abs=1e-5)
    assert said == pytest.approx(wanted, abs=1e-5)


def test_timm_features_are_those_of_timm(tmp_path: Path):
    path, model = write_tiny_timm(tmp_path)
    teacher = timm_teacher(TINY_TIMM, path, cache=tmp_path)
    transform = create_transform(**resolve_model_data_config(model), is_training=False)
    with torch.no_grad():
        pictures = torch.stack([transform(Image.fromarray(frame)) for frame in FRAMES])
        wanted = model.forward_head(model.forward_features(pictures), pre_logits=True)
        wanted = torch.nn.functional.normalize(wanted).numpy()

    pixels = np.stack([teacher.preprocessing.render(frame, WHOLE) for frame in FRAMES])

    assert teacher.features(pixels) == pytest.approx(wanted, abs=1e-5)


def test_a_view_is_the_part_that_was_asked_for():
    stretch = Preprocessing(8, (0, 0, 0), (1, 1, 1), Fit.STRETCH)
    crop = Preprocessing(8, (0, 0, 0), (1, 1, 1), Fit.CROP)
    frame = np.zeros((40, 80, 3), np.uint8)
    frame[:, :16] = 255  # a fifth of the width, at the left
    assert stretch.render(frame, WHOLE)[:, 0].min() > 200
    assert crop.render(frame, WHOLE).max() == 0, "the middle square does not reach the edge"
    assert stretch.render(frame, MIRRORED_PART)[:, -1].min() > 200, "the left edge, now right"
    assert stretch.normalised(frame[None, :8, :8]).tolist() == [[[[1.0] * 8] * 8] * 3]


def test_other_weights_or_preprocessing_make_another_teacher(tmp_path: Path):
    one, _ = write_tiny_clip(tmp_path, seed=0)
    other, _ = write_tiny_clip(tmp_path, seed=1)
    copy = tmp_path / "tiny-copy.safetensors"
    copy.write_bytes(one.read_bytes())
    first = open_clip_teacher(TINY_CLIP, one, cache=tmp_path).identity
    assert first == open_clip_teacher(TINY_CLIP, one, cache=tmp_path).identity
    assert first != open_clip_teacher(TINY_CLIP, other, cache=tmp_path).identity
    assert first != open_clip_teacher(TINY_CLIP, one, cache=tmp_path, fit=Fit.STRETCH).identity


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path):
    clip, _ = write_tiny_clip(tmp_path)
    vit, _ = write_tiny_timm(tmp_path)
    with pytest.raises(TrainingError, match=r"tiny-vit\.safetensors does not hold the weights"):
        open_clip_teacher(TINY_CLIP, vit, cache=tmp_path)
    with pytest.raises(TrainingError, match=r"tiny-0\.safetensors does not hold the weights"):
        timm_teacher(TINY_TIMM, clip, cache=tmp_path)


def test_a_checkpoint_with_a_tensor_missing_is_refused(tmp_path: Path):
    path, _ = write_tiny_clip(tmp_path)
    weights = load_file(path)
    weights.pop("visual.proj")
    save_file(weights, path)
    with pytest.raises(TrainingError, match=r"does not hold .*visual\.proj"):
        open_clip_teacher(TINY_CLIP, path, cache=tmp_path)


def test_nothing_is_unpickled(tmp_path: Path):
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "ran",))

    (tmp_path / "trap.pt").write_bytes(pickle.dumps({"state_dict": Trap()}))
    write_tiny_clip(tmp_path)
    with pytest.raises(TrainingError, match=r"trap\.pt does not hold"):
        open_clip_teacher(TINY_CLIP, tmp_path / "trap.pt", cache=tmp_path)
    with pytest.raises(TrainingError, match="not a safetensors file"):
        timm_teacher(TINY_TIMM, tmp_path / "trap.pt", cache=tmp_path)
    assert not (tmp_path / "ran").exists()


def test_without_consent_nothing_is_fetched(tmp_path: Path):
    offers: list[str] = []

    def refuse(offer: object) -> bool:
        offers.append(str(offer))
        return False

    cache = tmp_path / "cache"
    with pytest.raises(TrainingError, match="was not downloaded"):
        open_clip_teacher("ViT-B-32", "openai", cache=cache, consent=refuse)
    with pytest.raises(TrainingError, match="was not downloaded"):
        timm_teacher(TINY_TIMM, cache=cache, consent=refuse)
    assert not cache.exists()
    assert "about 0.6 GB, licence: MIT" in offers[0]
    assert "licence: apache-2.0" in offers[1]


@pytest.mark.parametrize(
    ("model", "tag"), [("MobileCLIP-S1", "datacompdr"), ("MobileCLIP2-S0", "x")]
)
def test_research_only_weights_are_refused_with_the_reason(tmp_path: Path, model: str, tag: str):
    with pytest.raises(TrainingError, match="licensed for research only"):
        open_clip_teacher(model, tag, cache=tmp_path, consent=lambda _: True)


def test_what_is_not_known_is_said(tmp_path: Path):
    def agree(_: object) -> bool:
        return True

    with pytest.raises(TrainingError, match="no model ViT-Z"):
        open_clip_teacher("ViT-Z", "openai", cache=tmp_path, consent=agree)
    with pytest.raises(TrainingError, match="neither a file nor a published tag"):
        open_clip_teacher("ViT-B-32", "opnai", cache=tmp_path, consent=agree)
    with pytest.raises(TrainingError, match="licence of RN50 yfcc15m has not been looked at"):
        open_clip_teacher("RN50", "yfcc15m", cache=tmp_path, consent=agree)
    with pytest.raises(TrainingError, match="no model vit_z"):
        timm_teacher("vit_z", cache=tmp_path, consent=agree)
    with pytest.raises(TrainingError, match="licence of its weights is cc-by-nc"):
        check_timm_licence("some_vit", "cc-by-nc-4.0")


def test_a_file_whose_preprocessing_could_be_several_must_be_told(tmp_path: Path):
    path, _ = write_tiny_clip(tmp_path)
    with pytest.raises(TrainingError, match="differ in their preprocessing or activation"):
        open_clip_teacher("ViT-B-32", path, cache=tmp_path)
