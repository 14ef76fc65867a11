"""The promises of the tree that a linter cannot see: what runs without what."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.make_photos import write_jpeg

LEARNING_PACKAGES = ("torch", "torchvision", "timm", "open_clip")

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
for name in {blocked}: sys.modules[name] = None
import {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
print(*sys.modules)
"""


def modules_after_importing(package: str, *, blocked: tuple[str, ...] = ()) -> set[str]:
    code = IMPORT_EVERYTHING.format(package=package, blocked=list(blocked))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.fixture
def trapped(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which loading a learning package, in any process, leaves a trace."""
    trace = tmp_path / "was-loaded"
    for name in LEARNING_PACKAGES:
        package = tmp_path / "traps" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(
            f"open({str(trace)!r}, 'a').write({name!r})\nraise ImportError({name!r})\n"
        )
    return {**os.environ, "PYTHONPATH": str(tmp_path / "traps")}, trace


def test_the_engine_works_where_qt_is_not_installed() -> None:
    loaded = modules_after_importing("core", blocked=("PySide6", "shiboken6", "app"))
    assert "core.services.score" in loaded


def test_the_window_opens_without_loading_torch() -> None:
    loaded = modules_after_importing("app")
    assert "app.main_window" in loaded
    assert not loaded & set(LEARNING_PACKAGES)


def test_a_whole_scoring_run_never_loads_torch(
    tmp_path: Path, trapped: tuple[dict[str, str], Path]
) -> None:
    environment, trace = trapped
    folder = tmp_path / "shoot"
    folder.mkdir()
    for number in range(3):
        write_jpeg(folder / f"{number}.jpg", seed=number)

    command = [sys.executable, "-m", "core", "score", str(folder), "--format", "jsonl"]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert not trace.exists(), f"loaded: {trace.read_text()}"


def test_the_trap_for_torch_works(trapped: tuple[dict[str, str], Path]) -> None:
    environment, trace = trapped
    subprocess.run(
        [sys.executable, "-c", "import torch"], env=environment, check=False, capture_output=True
    )
    assert trace.read_text() == "torch"
