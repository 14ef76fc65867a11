"""`shortlist cull`, run as a user runs it."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.paths import app_paths
from core.photo import Pick, Query
from core.services.engine import open_engine
from tests.core.test_cli import run_with
from tests.make_photos import write_shoot

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def shoot(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shoot")
    write_shoot(folder, 5)
    assert run_with(home)("score", folder).returncode == 0
    return folder


def picks(home: Path) -> list[Pick]:
    engine = open_engine(app_paths(home), workers=1)
    try:
        ids = engine.browse.ids(Query())
        photos = engine.browse.photos(ids)
        return sorted(photos[id_].pick for id_ in ids)
    finally:
        engine.close()


def test_a_proposal_is_printed_and_changes_nothing(home: Path, shoot: Path) -> None:
    done = run_with(home)("cull", shoot, "--keep", "2", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    kept = [record for record in records if record["fate"].startswith("keep")]
    assert len(records) == 5
    assert len(kept) == 2
    assert max(record["score"] for record in records) == kept[0]["score"]
    assert "2 of 5 photographs would be kept" in done.stderr
    assert set(picks(home)) == {Pick.UNDECIDED}


def test_the_table_and_the_list_say_the_same(home: Path, shoot: Path) -> None:
    table = run_with(home)("cull", shoot, "--percent", "40").stdout.splitlines()
    listed = run_with(home)("cull", shoot, "--percent", "40", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert [line[:12].strip() for line in table] == [row["fate"] for row in rows]
    assert sum(row["fate"].startswith("keep") for row in rows) == 2


def test_apply_picks_and_can_be_undone_in_the_history(home: Path, shoot: Path) -> None:
    done = run_with(home)("cull", shoot, "--keep", "2", "--apply", "--reject-rest")
    assert done.returncode == 0, done.stderr
    assert "Cull: 2 photos picked" in done.stderr
    assert picks(home).count(Pick.PICKED) == 2
    engine = open_engine(app_paths(home), workers=1)
    try:
        engine.history.undo()
    finally:
        engine.close()
    assert set(picks(home)) == {Pick.UNDECIDED}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "exactly one of --keep, --percent and --per-group"),
        (["--keep", "2", "--percent", "5"], "exactly one of"),
        (["--keep", "2", "--min-score", "50"], "--min-score goes with --per-group"),
        (["--keep", "2", "--reject-rest"], "--reject-rest goes with --apply"),
        (["--percent", "0"], "more than 0"),
    ],
)
def test_what_cannot_be_meant_is_said(
    home: Path, shoot: Path, arguments: list[str], sentence: str
) -> None:
    done = run_with(home)("cull", shoot, *arguments)
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.replace("│", " ").split())
