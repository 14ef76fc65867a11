"""CSKD on a task built so that each phase must help, with a network that trains in seconds.

How people rate a made-up picture depends on which way its stripes run, and on nothing else:
not on their width, phase, colours or contrast. The features of the made-up CLIP say which way
they run; a random network has no reason to.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.learning.alignment import AlignmentConfig, AlignmentStage, Unlabelled, align
from core.learning.data.frames import Frame
from core.learning.data.training_folder import IndexRow
from core.learning.data.views import WHOLE
from core.learning.evaluation import expected, predict
from core.learning.features import StudentFeatures, student_features
from core.learning.metrics import spearman
from core.learning.ridge import fit_ridge
from core.learning.semi_supervised import DistillationConfig, Targets, distil
from core.learning.student import Student, StudentShape
from core.progress import Task

SIZE_PX = 48
PHOTOS, LABELLED, JUDGED = 240, 10, 90
SHAPE = StudentShape("test_resnet", bridge_channels=(), embedding_dim=32)
PHASE_ONE = AlignmentConfig(
    stages=(AlignmentStage("whole", 120, SIZE_PX, (4e-3, 1e-5)),), batch_size=24, linear_rate=1.0
)
PHASE_TWO = DistillationConfig(head_steps=150, steps=1, labelled_batch=10, unlabelled_batch=32)


class Stripes:
    """Pictures of stripes by number, their directions, ratings and "CLIP" features."""

    def __init__(self, count: int) -> None:
        generator = np.random.default_rng(5)
        self.direction = generator.uniform(0, np.pi, count)
        self.frames = [_stripes(direction, generator) for direction in self.direction]
        self.rating = 4 + 2 * np.cos(2 * self.direction)
        double = 2 * self.direction
        self.clip = np.stack([np.cos(double), np.sin(double)], 1).astype(np.float32)
        bins = np.arange(1, 8)
        weight = np.exp(-(((bins - self.rating[:, None]) / 0.8) ** 2))
        self.histogram = (weight / weight.sum(1, keepdims=True)).astype(np.float32)

    def frame(self, file: str) -> Frame:
        return self.frames[int(file)]

    def shape(self, file: str) -> tuple[int, int]:
        height, width, _ = self.frames[int(file)].shape
        return height, width


def _stripes(direction: float, generator: np.random.Generator) -> Frame:
    down, across = np.mgrid[0:SIZE_PX, 0:SIZE_PX]
    along = np.cos(direction) * across + np.sin(direction) * down
    wave = np.sin(along * generator.uniform(0.5, 1.2) + generator.uniform(0, 2 * np.pi))
    dark, light = generator.uniform(20, 110, 3), generator.uniform(130, 235, 3)
    mixed = dark + (wave[..., None] + 1) / 2 * (light - dark)
    return np.clip(mixed + generator.normal(0, 12, mixed.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def stripes() -> Stripes:
    return Stripes(PHOTOS + LABELLED + JUDGED)


def _shown(student: Student, stripes: Stripes, rows: Sequence[int]) -> StudentFeatures:
    files = [str(row) for row in rows]
    return student_features(student, stripes, files, [WHOLE] * len(files), SIZE_PX, Task())


def _random_student() -> Student:
    torch.manual_seed(0)
    return Student(SHAPE)


@pytest.fixture(scope="module")
def aligned(stripes: Stripes) -> Student:
    rows = [IndexRow("made", str(index), "mean-of-crops", index) for index in range(PHOTOS)]
    photos = Unlabelled(stripes, rows, stripes.clip)
    return align(_random_student(), None, photos, PHASE_ONE, None, Task()).student


_LABELLED = range(PHOTOS, PHOTOS + LABELLED)
_JUDGED = range(PHOTOS + LABELLED, PHOTOS + LABELLED + JUDGED)


def _agreement(distributions: NDArray[np.float32], stripes: Stripes) -> float:
    return spearman(expected(distributions), stripes.rating[_JUDGED])


def _probe(student: Student, stripes: Stripes) -> float:
    """How well ratings are told from the frozen student by the labelled pictures."""
    groups = [str(row) for row in _LABELLED]
    learner = fit_ridge(
        _shown(student, stripes, _LABELLED).embedding, stripes.histogram[_LABELLED], groups
    )
    found = _shown(student, stripes, _JUDGED).embedding
    return _agreement(learner.distributions(found), stripes)


def test_alignment_gives_better_features_than_random_weights(
    stripes: Stripes, aligned: Student
) -> None:
    assert _probe(aligned, stripes) > _probe(_random_student(), stripes) + 0.2


def test_unlabelled_pictures_help_where_labels_are_few(stripes: Stripes, aligned: Student) -> None:
    few = _LABELLED[:5]
    labelled = Targets(
        _shown(aligned, stripes, few),
        np.array(few),
        stripes.histogram,
        np.ones(len(stripes.rating), np.float32),
    )
    # The teacher learner's predictions: right about the direction, not about every picture.
    noisy = stripes.histogram[:PHOTOS] + np.random.default_rng(0).uniform(0, 0.1, (PHOTOS, 7))
    noisy = (noisy / noisy.sum(1, keepdims=True)).astype(np.float32)
    unlabelled = Targets(
        _shown(aligned, stripes, range(PHOTOS)),
        np.arange(PHOTOS),
        noisy,
        np.ones(PHOTOS, np.float32),
    )
    judged = _shown(aligned, stripes, _JUDGED)

    def trained(config: DistillationConfig) -> float:
        student = distil(aligned, labelled, unlabelled, config, Task())
        return _agreement(predict(student, judged), stripes)

    labels_alone = trained(replace(PHASE_TWO, unlabelled_batch=0))
    assert trained(PHASE_TWO) > labels_alone + 0.05
