"""The comparison of networks, on a tiny training folder."""

from pathlib import Path

import pytest

from core.errors import TrainingError
from core.learning.architectures import Candidate, compare_architectures
from core.learning.short_alignment import Study
from core.progress import Task
from tests.core.learning.training_folder import TINY, write_training_folder

STUDY = Study(recipe=TINY, forced_steps=1, steps=2, size_px=64, seeds=1)
CANDIDATES = (
    Candidate("mobilenetv2_050", staged=True),
    Candidate("mobilenetv3_small_050"),
)


def test_every_network_has_its_cost_and_its_agreement(tmp_path: Path) -> None:
    data = write_training_folder(tmp_path / "data")
    run, out = tmp_path / "run", tmp_path / "out"
    target = compare_architectures(data, run, out, Task(), STUDY, CANDIDATES)
    table = [row.split("|") for row in target.read_text("utf-8").splitlines() if "|" in row]
    rows = {cells[1].strip(): cells for cells in table if len(cells) == 9}
    for candidate in CANDIDATES:
        _, _, ms, megabytes, srcc, cosine, rate, _, _ = rows[candidate.name]
        assert float(ms) > 0
        assert float(megabytes) > 0.1
        assert -1 <= float(srcc) <= 1
        assert -1 <= float(cosine) <= 1
        assert float(rate) in {1e-2, 3e-3}
    cheapest = min(CANDIDATES, key=lambda candidate: float(rows[candidate.name][2]))
    assert rows[cheapest.name][7].strip() == "yes", "nothing is cheaper, so nothing beats it"


def test_a_network_that_nobody_knows_is_named(tmp_path: Path) -> None:
    data = write_training_folder(tmp_path / "data")
    candidates = (Candidate("mobilenet_of_mine"),)
    with pytest.raises(TrainingError, match="mobilenet_of_mine"):
        compare_architectures(data, tmp_path / "run", tmp_path / "out", Task(), STUDY, candidates)
