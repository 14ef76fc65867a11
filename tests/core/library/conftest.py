"""An empty catalogue for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.library.library import Library


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def library(catalog: Path) -> Iterator[Library]:
    library = Library(catalog)
    yield library
    library.close()
