"""A run that was stopped ends as one that was not; a wrong or damaged checkpoint is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.errors import Cancelled, TrainingError
from core.learning.devices import mixed_precision
from core.learning.training_loop import Plan, train
from core.progress import Progress, Task


class Line:
    """Fits a line through noise, with dropout, so that every random number matters."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.module = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.3), nn.Linear(8, 1))

    def batch(self, step: int) -> Tensor:
        return torch.randn(16, 4, generator=torch.Generator().manual_seed(step))

    def losses(self, step: int, batch: Tensor) -> dict[str, Tensor]:
        with mixed_precision(batch.device):
            found = self.module(batch)[:, 0]
        return {"fit": (found.float() - batch.sum(1)).square().mean()}


def plan(run: Path | None) -> Plan:
    return Plan(
        name="line",
        steps=30,
        learning_rate=lambda step: 0.01,
        configuration={"of": "a test"},
        average=0.9,
        run=run,
        checkpoint_every=10,
    )


def weights(module: nn.Module) -> list[float]:
    return [float(value) for tensor in module.state_dict().values() for value in tensor.flatten()]


def interrupted(run: Path, at: int) -> None:
    def stop(progress: Progress) -> None:
        if progress.done >= at:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        train(Line(), plan(run), task)


@pytest.mark.parametrize("at", [1, 9, 10, 23])
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path, at: int):
    whole = weights(train(Line(), plan(None), Task()))
    interrupted(tmp_path / "run", at)
    assert weights(train(Line(), plan(tmp_path / "run"), Task())) == whole


def test_training_lowers_the_loss():
    objective = Line()
    before = objective.losses(0, objective.batch(99))["fit"].item()
    train(objective, replace(plan(None), steps=300), Task())
    objective.module.eval()
    assert objective.losses(0, objective.batch(99))["fit"].item() < before / 4


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path: Path):
    interrupted(tmp_path, 12)
    other = replace(plan(tmp_path), configuration={"of": "another test"})
    with pytest.raises(TrainingError, match="another configuration"):
        train(Line(), other, Task())


def test_a_flipped_byte_in_a_checkpoint_is_refused(tmp_path: Path):
    interrupted(tmp_path, 12)
    [file] = tmp_path.glob("*.safetensors")
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    with pytest.raises(TrainingError, match="damaged"):
        train(Line(), plan(tmp_path), Task())


def test_a_loss_that_is_no_number_stops_the_run():
    class Diverging(Line):
        def losses(self, step: int, batch: Tensor) -> dict[str, Tensor]:
            return {"fit": super().losses(step, batch)["fit"] * float("nan")}

    with pytest.raises(TrainingError, match="diverged"):
        train(Diverging(), plan(None), Task())
