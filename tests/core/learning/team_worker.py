"""What each process of `test_team.py` does: train, be stopped by one of them, go on."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from core.errors import Cancelled
from core.learning.team import ALONE, Share, Team, team_of_torchrun
from core.learning.training_loop import Plan, train
from core.progress import Progress, Task

STEPS, ROWS, STOPPED_AT = 8, 6, 3


class Unused(nn.Module):
    """Has a weight that no loss depends on."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, flowing: Tensor) -> Tensor:
        return flowing


class Pictures:
    """A small network with batch normalisation; each row has a weight of its own."""

    def __init__(self, share: Share) -> None:
        torch.manual_seed(0)
        self.module = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(72, 2, bias=False),
            nn.BatchNorm1d(2),
        )
        # As parts of a student are in some stages of training.
        self.module.register_module("bystander", Unused())
        self._share = share

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(step)
        pixels = (
            torch.randn(ROWS, 3, 8, 8, generator=generator)
            * (1 + torch.arange(ROWS))[:, None, None, None]
        )
        weights = torch.rand(ROWS, generator=generator)
        return self._share.of(pixels), self._share.of(weights)

    def losses(self, step: int, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        pixels, weights = batch
        wanted = torch.stack([pixels.mean((1, 2, 3)), pixels[:, 0, 0, 0]], dim=1)
        found = self.module(pixels)
        distance = (found - wanted).square().mean(1)
        return {"fit": (distance * weights).mean(), "far": 0.1 * (found - wanted).abs().mean()}


def plan(run: Path | None) -> Plan:
    return Plan(
        name="pictures",
        steps=STEPS,
        learning_rate=lambda step: 0.02 / (1 + step),
        configuration={"of": "a test"},
        average=0.9,
        run=run,
        checkpoint_every=4,
    )


def trained(run: Path | None, team: Team = ALONE, task: Task | None = None) -> dict[str, Tensor]:
    """Weights and statistics after training: the running mean's and the network's own."""
    objective = Pictures(team.share)
    average = train(objective, plan(run), task or Task(), team)
    return {
        **{f"average.{name}": value for name, value in average.state_dict().items()},
        **objective.module.state_dict(),
    }


def _be_stopped(run: Path, team: Team) -> None:
    """Only the second process is cancelled."""

    def stop(progress: Progress) -> None:
        if team.rank == 1 and progress.done == STOPPED_AT - 1:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    try:
        trained(run, team, task)
    except Cancelled:
        (run.parent / f"stopped-{team.rank}").touch()


def main(out: Path) -> None:
    with team_of_torchrun("cpu") as team:
        _be_stopped(out / "run", team)
        weights = trained(out / "run", team)
        if team.leads:
            save_file({name: value.contiguous() for name, value in weights.items()}, out / "team")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
