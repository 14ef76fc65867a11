"""The environment: made once, reused, repaired when half made, and nobody else's."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import environment as environment_module
import pytest
from environment import RECORD, Environment
from setup_failure import SetupError

from tests.packaging.tiny_project import write_tiny_project


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # whatever the network could give is not needed


@pytest.fixture
def fresh(tmp_path: Path) -> Environment:
    """A project that was never set up."""
    root = tmp_path / "a project"
    write_tiny_project(root)
    return Environment(root, root / ".venv")


@pytest.fixture(scope="module")
def _set_up_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Environment, Path]:
    base = tmp_path_factory.mktemp("set-up")
    root = base / "a project"
    write_tiny_project(root)
    environment = Environment(root, root / ".venv")
    prepare(environment)
    shutil.copytree(root, base / "copy", symlinks=True)
    return environment, base / "copy"


@pytest.fixture
def ready(_set_up_once: tuple[Environment, Path]) -> Environment:
    """A project that is set up, as it was before other tests changed it."""
    environment, copy = _set_up_once
    shutil.rmtree(environment.root)
    shutil.copytree(copy, environment.root, symlinks=True)
    return environment


def prepare(environment: Environment, *, tests: bool = False) -> list[str]:
    said: list[str] = []
    environment.prepare(tests=tests, say=said.append, step=lambda _: None)
    return said


def hello(environment: Environment) -> str:
    command = [str(environment.python), "-m", "tiny_says_hello"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_new_environment_runs_the_project_and_is_then_reused(fresh: Environment) -> None:
    assert not fresh.is_ready(tests=False)
    prepare(fresh)
    assert hello(fresh) == "hello"
    assert fresh.is_ready(tests=False)
    assert prepare(fresh) == [], "a second set-up had nothing to do"


def test_the_test_tools_are_added_when_first_needed_and_then_stay(ready: Environment) -> None:
    assert not ready.is_ready(tests=True)
    prepare(ready, tests=True)
    assert ready.is_ready(tests=True)
    assert ready.is_ready(tests=False)


def test_changed_requirements_ask_for_an_update_that_keeps_the_environment(
    ready: Environment,
) -> None:
    prepare(ready, tests=True)
    kept = ready.folder / "kept"
    kept.touch()
    (ready.root / "packaging" / "constraints.txt").write_text("pillow==99\n")

    assert not ready.is_ready(tests=False)
    prepare(ready)

    assert ready.is_ready(tests=True), "the test tools were not forgotten"
    assert kept.exists()


def test_a_set_up_that_was_killed_is_begun_again(ready: Environment) -> None:
    (ready.folder / RECORD).write_text('{"state": "unfinished"}')
    damaged = ready.python.parent / "half-unpacked"
    damaged.touch()
    ready.python.unlink()

    assert not ready.is_ready(tests=False)
    prepare(ready)

    assert hello(ready) == "hello"
    assert not damaged.exists()


@pytest.mark.parametrize("record", ["", "{", "[]", "null"])
def test_a_damaged_record_is_not_trusted(ready: Environment, record: str) -> None:
    (ready.folder / RECORD).write_text(record)
    assert not ready.is_ready(tests=False)


def test_another_python_version_gets_a_new_environment(ready: Environment) -> None:
    record = json.loads((ready.folder / RECORD).read_text())
    (ready.folder / RECORD).write_text(json.dumps({**record, "python": "3.9", "fingerprint": ""}))
    leftover = ready.folder / "leftover"
    leftover.touch()

    prepare(ready)

    assert ready.is_ready(tests=False)
    assert not leftover.exists()


def test_a_folder_of_somebody_else_is_refused_and_left_alone(fresh: Environment) -> None:
    fresh.folder.mkdir()
    mine = fresh.folder / "holiday.jpg"
    mine.write_bytes(b"precious")
    with pytest.raises(SetupError, match="was not made by this set-up"):
        prepare(fresh)
    assert [child.name for child in fresh.folder.iterdir()] == ["holiday.jpg"]


def test_a_package_that_cannot_be_had_is_explained_with_the_log(
    fresh: Environment,
) -> None:
    write_tiny_project(fresh.root, requires="shortlist-needs-this==1")
    with pytest.raises(SetupError) as failure:
        prepare(fresh)
    assert "A package is not to be had for this system" in str(failure.value)
    assert "shortlist-needs-this" in str(failure.value)
    assert str(fresh.log) in str(failure.value)
    assert not fresh.is_ready(tests=False)

    write_tiny_project(fresh.root)
    prepare(fresh)
    assert hello(fresh) == "hello"


def test_a_failed_update_leaves_the_working_environment_in_place(ready: Environment) -> None:
    write_tiny_project(ready.root, requires="shortlist-needs-this==1")
    with pytest.raises(SetupError):
        prepare(ready)
    write_tiny_project(ready.root)
    assert ready.is_ready(tests=False)
    assert hello(ready) == "hello"


def test_too_little_space_is_said_before_anything_is_downloaded(
    fresh: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(environment_module.NEEDED_BYTES, sys.platform, 10**18)
    with pytest.raises(SetupError, match=r"needs 1000000000 GB of free space"):
        prepare(fresh)
    assert not fresh.python.exists()


def test_windows_keeps_its_python_elsewhere(tmp_path: Path) -> None:
    on_windows = Environment(tmp_path, tmp_path / ".venv", windows=True)
    assert on_windows.python.relative_to(tmp_path).as_posix() == ".venv/Scripts/python.exe"
