"""One small model for all tests of the deep arm: to export it takes seconds."""

from pathlib import Path

import pytest

from tests.core.learning.personal.tiny_model import random_student, write_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "tiny", random_student())
