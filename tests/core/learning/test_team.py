"""Two processes train as one does; what cannot be shared or is not there is a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core.errors import TrainingError
from core.learning.devices import choose_device, on_device
from core.learning.team import Share, team_of_torchrun
from tests.core.learning.team_worker import STEPS, trained


def test_two_processes_end_where_one_does_also_when_one_of_them_was_stopped(tmp_path: Path):
    launched = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", "-m", "tests.core.learning.team_worker", str(tmp_path)),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert launched.returncode == 0, launched.stderr
    assert (tmp_path / "stopped-0").exists(), "the other process must stop with the cancelled one"
    assert (tmp_path / "stopped-1").exists()
    together, alone = load_file(tmp_path / "team"), trained(None)
    assert together.keys() == alone.keys()
    for name, value in alone.items():
        torch.testing.assert_close(together[name], value, atol=1e-5, rtol=1e-4)
    lines = (tmp_path / "run" / "losses.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [4, STEPS], "one process writes"


def test_a_share_is_every_process_s_own_part_of_the_batch():
    rows = np.arange(6)
    assert Share(0, 2).of(rows).tolist() + Share(1, 2).of(rows).tolist() == rows.tolist()
    assert Share().of([1, 2, 3]) == [1, 2, 3]
    with pytest.raises(TrainingError, match="batch of 6 cannot be shared equally by 4"):
        Share(1, 4).of(rows)


def test_a_process_on_its_own_is_a_team():
    with team_of_torchrun("cpu") as team:
        assert team.leads
        assert team.any(True)
        assert team.mean(torch.tensor([1.0, 3.0])).tolist() == [1, 3]


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "meta"])
def test_a_device_that_is_not_there_is_a_sentence(name: str):
    with pytest.raises(TrainingError, match=name):
        choose_device(name)


def test_every_tensor_of_a_batch_is_moved_and_the_rest_is_kept():
    moved = on_device({"a": (torch.zeros(2), "text"), "b": torch.ones(1)}, torch.device("meta"))
    assert moved["a"][0].device.type == moved["b"].device.type == "meta"
    assert moved["a"][1] == "text"
