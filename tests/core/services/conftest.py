"""A real engine over a throw-away home, with a model whose opinions a test can foresee."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.paths import AppPaths, app_paths
from core.photo import Changes
from core.services import engine as engine_module
from core.services.engine import Engine, open_engine
from tests.make_model import write_brightness_model


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return app_paths(tmp_path / "home")


@pytest.fixture
def start(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Engine]]:
    """Starts an engine; called again after `close()`, it is the program's next start."""
    model = write_brightness_model(tmp_path / "model")
    monkeypatch.setattr(engine_module, "shipped_model", lambda: model)
    opened: list[Engine] = []

    def open_() -> Engine:
        opened.append(open_engine(paths, workers=1))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(start: Callable[[], Engine]) -> Engine:
    return start()


@pytest.fixture
def announced(engine: Engine) -> list[Changes]:
    changes: list[Changes] = []
    engine.changes.subscribe(changes.append)
    return changes
