"""What the README promises is so."""

import re

import pytest
import typer.main
from key_table import README, key_table, with_table

from core.cli import app
from tests.conftest import ROOT

TEXT = README.read_text(encoding="utf-8")


def test_the_key_table_is_that_of_the_window() -> None:
    assert with_table(TEXT, key_table()) == TEXT, "run: python packaging/key_table.py"


def test_a_changed_key_would_be_noticed() -> None:
    assert with_table(TEXT, key_table().replace("`Ctrl+O`", "`Ctrl+T`")) != TEXT


@pytest.mark.parametrize("folder", ["app", "core", "resources", "tests", "packaging"])
def test_every_file_and_folder_of_the_map_exists(folder: str) -> None:
    named = re.findall(rf"`({folder}/[\w./-]*)`", TEXT)
    assert all((ROOT / path).exists() for path in named), named


def test_every_command_of_the_readme_exists() -> None:
    typed = set(re.findall(r"packaging[/\\]bootstrap\.py (\w+)", TEXT))
    typed |= set(re.findall(r"^shortlist (\w+)", TEXT, re.MULTILINE))
    own = {"open", "setup", "test"}
    commands = set(typer.main.get_command(app).commands)
    assert {"open", "score", "test", "rank", "export"} <= typed
    assert typed <= own | commands
