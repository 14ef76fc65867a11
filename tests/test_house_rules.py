"""The rules of the house that tools can check, so that one command checks everything."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = sorted(
    path for folder in ("app", "core", "packaging") for path in (ROOT / folder).rglob("*.py")
)


def run_tool(*arguments: str, folder: Path = ROOT) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run_tool("ruff", "check", ".")


def test_every_file_is_formatted() -> None:
    run_tool("ruff", "format", "--check", ".")


def test_types_hold_in_engine_and_window() -> None:
    run_tool("mypy")


def test_types_hold_in_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = sorted(path.name for path in (ROOT / "packaging").glob("*.py"))
    # They are no package, and one of them reads the window's actions.
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    run_tool("mypy", "--strict", "--follow-imports=silent", *scripts, folder=ROOT / "packaging")


def test_imports_point_one_way() -> None:
    code = "import sys; from importlinter.cli import lint_imports_command as main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_owns(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{path.relative_to(ROOT)} has no docstring"
