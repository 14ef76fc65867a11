"""`shortlist groups`, run as a user or a script runs it."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter

from tests.conftest import ROOT
from tests.make_photos import make_exif, natural_image, write_jpeg

NOON = datetime(2026, 5, 1, 12, 0, 0, 250_000)
LIMIT_S = 240  # only so that a hang ends


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core", "--home", home, "groups", *arguments]
    return subprocess.run(
        [*map(str, command)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        timeout=LIMIT_S,
    )


def records(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """A burst of three of which the second is the sharpest, and a photo of something else."""
    folder = tmp_path / "shoot"
    folder.mkdir()
    scene = natural_image(1200, 800, 3)
    for number, blur in enumerate((2.5, 0.3, 1.4)):
        exif = make_exif(taken_at=NOON + timedelta(seconds=0.5 * number))
        frame = scene.filter(ImageFilter.GaussianBlur(blur))
        frame.save(folder / f"IMG_{number + 1}.JPG", quality=95, exif=exif)
    dark = Image.new("RGB", (1200, 800), (10, 30, 120))
    dark.save(folder / "IMG_4.JPG", exif=make_exif(taken_at=NOON + timedelta(minutes=9)))
    return folder


def test_groups_are_printed_with_the_suggested_frame(home: Path, shoot: Path) -> None:
    done = run(home, shoot, "--sharpness")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "burst, 3 photographs"
    [best] = [line for line in lines if line.startswith(" *")]
    assert best.endswith("IMG_2.JPG  (its subject is the sharpest at 1:1)")
    assert lines[-1] == "1 group, 1 photograph alone"


def test_records_hold_every_group_for_other_programs(home: Path, shoot: Path) -> None:
    burst, single = records(run(home, shoot, "--format", "jsonl"))
    assert [Path(path).name for path in burst["photos"]] == ["IMG_1.JPG", "IMG_2.JPG", "IMG_3.JPG"]
    assert burst["kind"] == "burst"
    assert burst["best"] in burst["photos"]
    assert "not measured" in burst["reason"] or "alike" in burst["reason"]
    assert single == {
        "kind": "single",
        "best": str(shoot / "IMG_4.JPG"),
        "reason": "",
        "alike": [],
        "cover": str(shoot / "IMG_4.JPG"),
        "photos": [str(shoot / "IMG_4.JPG")],
    }


def test_tighter_thresholds_part_a_burst(home: Path, shoot: Path) -> None:
    done = run(home, shoot, "--time", "0.1", "--similarity", "1", "--format", "jsonl")
    assert len(records(done)) == 4


@pytest.mark.parametrize("wrong", [("--time", "-1"), ("--similarity", "1.5"), ("--format", "csv")])
def test_wrong_use_is_refused(home: Path, shoot: Path, wrong: tuple[str, str]) -> None:
    done = run(home, shoot, *wrong)
    assert done.returncode == 2
    assert wrong[0] in done.stderr
    assert done.stdout == ""


def test_an_empty_folder_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(home, tmp_path / "empty")
    assert done.returncode == 0
    assert "no photographs" in done.stderr
    assert done.stdout == "0 groups, 0 photographs alone\n"


def test_photos_without_times_are_told_and_a_broken_one_is_named(
    home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    write_jpeg(folder / "scan 1.jpg", seed=1)
    write_jpeg(folder / "scan 2.jpg", seed=1)
    (folder / "scan 3.jpg").write_bytes(b"\xff\xd8 nothing more")
    done = run(home, folder)
    assert done.returncode == 1
    assert "scan 3.jpg" in done.stderr
    assert "3 photos without a usable time: grouped by likeness and name." in done.stderr
    assert done.stdout.splitlines()[-1] == "1 group, 1 photograph alone"


def test_help_teaches_by_examples(home: Path) -> None:
    done = run(home, "--help")
    assert done.returncode == 0
    for word in ("--time", "--similarity", "--sharpness", "Examples", "jsonl"):
        assert word in done.stdout
