"""A model folder like the shipped one, of a small student with random weights."""

from pathlib import Path

import torch
from torch import nn

from core.learning.export import Calibration, Release, export_student
from core.learning.student import Student, StudentShape

SIZE_PX = 64
BINS = (1.0, 2.0, 3.0, 4.0, 5.0)
SHAPE = StudentShape("test_efficientnet", (16, 24, 40, 48, 64), 32, BINS)


def random_student(shape: StudentShape = SHAPE, seed: int = 0) -> Student:
    """Norms have statistics of their own, as after training."""
    torch.manual_seed(seed)
    student = Student(shape)
    for module in student.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            if module.affine:
                nn.init.uniform_(module.weight, 0.8, 1.2)
                nn.init.uniform_(module.bias, -0.3, 0.3)
    return student.eval()


def write_model(folder: Path, student: Student, size_px: int = SIZE_PX) -> Path:
    """The folder, as the training command leaves it."""
    shape = student.shape
    told = {
        "backbone": shape.backbone,
        "bridge_channels": shape.bridge_channels,
        "embedding_dim": shape.embedding_dim,
        "bins": shape.bins,
        "size_px": shape.size_px,
    }
    release = Release(
        name="tiny",
        version="1",
        size_px=size_px,
        calibration=Calibration("m", ((shape.bins[0], 0.0), (shape.bins[-1], 100.0)), 1.0),
        training={"recipe": {"shape": told}},
        results={},
        licences=(),
        card="",
    )
    return export_student(student, release, folder)
