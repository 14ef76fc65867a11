"""Unfinished copies of a program that died are cleaned away, and nothing else is."""

import subprocess
import sys
from pathlib import Path

from core.exchange.part_file import part_file, part_path, remove_strays
from tests.conftest import ROOT

LEAVE_ONE = """
import sys
from pathlib import Path
from core.exchange.part_file import part_path
part_path(Path(sys.argv[1])).write_bytes(b"half")
"""


def test_only_the_part_files_of_dead_processes_go(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LEAVE_ONE, str(tmp_path)], cwd=ROOT, check=True)
    (stray,) = tmp_path.iterdir()
    ours = part_path(tmp_path)
    computer = stray.name.split("-")[1]
    of_another_computer = tmp_path / stray.name.replace(computer, "0" * 8)
    others = [
        ours,
        of_another_computer,
        tmp_path / "IMG_1.jpg",
        tmp_path / ".shortlist-notes.part",
        tmp_path / f"{stray.name}.jpg",
    ]
    for path in others:
        path.write_bytes(b"kept")
    assert remove_strays(tmp_path) == 1
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_a_part_file_is_gone_after_use(tmp_path: Path) -> None:
    with part_file(tmp_path) as part:
        part.write_bytes(b"half")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_away_has_no_strays(tmp_path: Path) -> None:
    assert remove_strays(tmp_path / "away") == 0
