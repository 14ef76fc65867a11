"""The one command: what it runs, and what it says where it cannot."""

import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest

from tests.conftest import ROOT

PYTHON = Path("env") / "bin" / "python"


@pytest.mark.parametrize(
    ("typed", "module"),
    [
        (["open"], ["app"]),
        (["open", "my shoot"], ["app", "my shoot"]),
        (
            ["score", "my shoot", "--format", "jsonl"],
            ["core", "score", "my shoot", "--format", "jsonl"],
        ),
        (["export", "--help"], ["core", "export", "--help"]),
        (["--version"], ["core", "--version"]),
        (["test", "-k", "rating"], ["pytest", "-k", "rating"]),
    ],
)
def test_every_word_is_passed_on(typed: list[str], module: list[str]) -> None:
    assert bootstrap.command_for(PYTHON, typed) == [str(PYTHON), "-P", "-m", *module]


def test_setup_runs_nothing_afterwards() -> None:
    assert bootstrap.command_for(PYTHON, ["setup"]) == []


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_go_on(version: tuple[int, int]) -> None:
    assert bootstrap.unsupported_python(version, lambda _: None) == ""


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_other_pythons_are_told_which_to_use(version: tuple[int, int]) -> None:
    alone = bootstrap.unsupported_python(version, lambda _: None)
    assert f"this is 3.{version[1]}" in alone
    assert "Install one of them" in alone
    beside = bootstrap.unsupported_python(version, {"python3.12": "/usr/bin/python3.12"}.get)
    assert "python3.12" in beside


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "packaging" / "bootstrap.py"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PATH": "", **environment}
    )


def test_help_needs_no_set_up(tmp_path: Path) -> None:
    shown = run("--help", SHORTLIST_VENV=str(tmp_path / "env"))
    assert shown.returncode == 0
    assert "open [FOLDER]" in shown.stdout
    assert not (tmp_path / "env").exists()


def test_no_command_is_wrong_use() -> None:
    assert run().returncode == 2


def test_a_folder_that_is_not_an_environment_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    shown = run("setup", SHORTLIST_VENV=str(tmp_path))
    assert shown.returncode == 2
    assert "was not made by this set-up" in shown.stderr
    assert "Traceback" not in shown.stderr
