"""Phase 1: which arms there are, and what they do to a network."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import TrainingError
from core.learning.alignment import AlignmentConfig, AlignmentStage, Unlabelled, align
from core.learning.alignment_model import AlignmentModel
from core.learning.data.frames import Frame
from core.learning.data.training_folder import IndexRow
from core.learning.student import Student, StudentShape
from core.learning.trunk import StridedDepthwise
from core.progress import Task

SIZE_PX, PHOTOS = 32, 16
SHAPE = StudentShape("test_resnet", bridge_channels=(), embedding_dim=12)
CONFIG = AlignmentConfig(
    stages=(AlignmentStage("whole", 60, SIZE_PX, (5e-3, 1e-4)),), batch_size=PHOTOS
)


class Plain:
    """Pictures of one colour each; the features name the colour."""

    def __init__(self) -> None:
        generator = np.random.default_rng(0)
        self.colours = generator.integers(0, 256, (PHOTOS, 3))
        centred = (self.colours - 128).astype(np.float32)
        self.clip = np.hstack([centred, np.full((PHOTOS, 5), 40, np.float32)])
        self.clip /= np.linalg.norm(self.clip, axis=1, keepdims=True)

    def frame(self, file: str) -> Frame:
        return np.full((SIZE_PX, SIZE_PX, 3), self.colours[int(file)], np.uint8)

    def shape(self, file: str) -> tuple[int, int]:
        return SIZE_PX, SIZE_PX

    @property
    def photos(self) -> Unlabelled:
        rows = [IndexRow("made", str(index), "mean-of-crops", index) for index in range(PHOTOS)]
        return Unlabelled(self, rows, self.clip)


def aligned(config: AlignmentConfig) -> tuple[AlignmentModel, Plain]:
    torch.manual_seed(1)
    pictures = Plain()
    return align(Student(SHAPE), None, pictures.photos, config, None, Task()), pictures


def cosine_to_clip(model: AlignmentModel, pictures: Plain) -> float:
    frames = np.stack([pictures.frame(str(index)) for index in range(PHOTOS)])
    pixels = torch.from_numpy(frames).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        embedding, _ = model.student.eval()(pixels)
    return float((model.as_clip(embedding.numpy()) * pictures.clip).sum(1).mean())


@pytest.mark.parametrize("arm", ["cosine", "layer-norm"])
def test_each_arm_brings_the_student_to_the_features(arm: str) -> None:
    config = replace(CONFIG, feature_loss=arm, relational_weight=0.5)
    barely, _ = aligned(replace(config, stages=(replace(CONFIG.stages[0], steps=1),)))
    model, pictures = aligned(config)
    if arm == "layer-norm":  # which leaves the direction of the target without its mean
        pictures.clip -= pictures.clip.mean(1, keepdims=True)
        pictures.clip /= np.linalg.norm(pictures.clip, axis=1, keepdims=True)
    assert cosine_to_clip(model, pictures) > max(0.8, cosine_to_clip(barely, pictures))


def test_the_projector_of_the_layer_norm_arm_keeps_lengths() -> None:
    stages = (replace(CONFIG.stages[0], steps=3),)
    model, _ = aligned(replace(CONFIG, feature_loss="layer-norm", stages=stages))
    weight = model.clip_projector.weight
    torch.testing.assert_close(weight @ weight.T, torch.eye(8), atol=1e-5, rtol=0)


def test_teacher_forcing_without_stages_is_refused() -> None:
    stage = replace(CONFIG.stages[0], forced=True)
    with pytest.raises(TrainingError, match="needs a teacher with feature maps"):
        aligned(replace(CONFIG, stages=(stage,)))


def test_a_backbone_that_timm_does_not_know_is_a_sentence() -> None:
    with pytest.raises(TrainingError, match="no_such_network"):
        Student(replace(SHAPE, backbone="no_such_network"))


def test_a_backbone_without_the_teachers_stages_is_refused() -> None:
    with pytest.raises(TrainingError, match="not of the MobileNet family"):
        Student(StudentShape("test_resnet"))


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("length", [7, 8, 9, 16])
def test_a_cheap_stride_in_training_computes_what_runs_afterwards(kernel: int, length: int) -> None:
    torch.manual_seed(0)
    layer = StridedDepthwise(6, 6, kernel, stride=2, groups=6)
    pictures = torch.randn(2, 6, length, length + 1)
    torch.testing.assert_close(layer.train()(pictures), layer.eval()(pictures))
