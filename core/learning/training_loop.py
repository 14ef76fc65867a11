"""The one training loop: steps, checkpoints, progress and cancel, for every phase.

A step is a function of the seed, its number and the weights; a run that was interrupted and
resumed therefore ends with the weights of one that was not. Where a team trains, each process
computes its share of every batch, and the leader alone writes.
"""

import copy
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from core.errors import Cancelled, TrainingError
from core.learning.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from core.learning.devices import CPU, gradient_scaler, on_device
from core.learning.shared_statistics import SharedStatistics
from core.learning.team import ALONE, Team
from core.learning.training_state import TrainingState
from core.progress import Task

logger = logging.getLogger(__name__)

B = TypeVar("B")
_SEED_STRIDE = 1_000_003  # a prime, so that neighbouring seeds share no step's random numbers
_RANK_STRIDE = 7_368_787  # another, for the processes of a team


class Objective(Protocol[B]):
    """What is trained, on what, and for what."""

    @property
    def module(self) -> nn.Module:
        """Everything with weights that change."""
        ...

    def batch(self, step: int) -> B:
        """The data of a step: tensors on the CPU, in a dataclass, mapping or tuple.

        Runs on another thread and depends on nothing but `step`. In a team it is the `Share`
        of this process.
        """
        ...

    def losses(self, step: int, batch: B) -> Mapping[str, Tensor]:
        """The weighted terms of the loss by name; their sum is minimised.

        The batch is on the device of the module. Each term is a mean over the rows.
        """
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train, and where to keep what was reached."""

    name: str  # of the progress stage
    steps: int
    learning_rate: Callable[[int], float]  # by step
    configuration: Mapping[str, object]  # all that decides the outcome; guards the checkpoints
    seed: int = 0
    linear_rate: float = 1.0  # how fast linear layers learn, as a share of the learning rate
    weight_decay: float = 0.02
    largest_gradient: float = 5.0
    average: float | None = None  # decay of a running mean of the weights; None for none
    run: Path | None = None  # folder for checkpoints and the log; None keeps nothing
    checkpoint_every: int = 200  # steps


class _Losses(nn.Module):
    """An objective as the network that DistributedDataParallel wants: forward gives losses."""

    def __init__(self, objective: Objective[Any]) -> None:
        super().__init__()
        self.module = objective.module
        self._losses = objective.losses

    def forward(self, step: int, batch: object) -> dict[str, Tensor]:
        return dict(self._losses(step, batch))


def train(objective: Objective[B], plan: Plan, task: Task, team: Team = ALONE) -> nn.Module:
    """Train `objective.module` in place, from its newest checkpoint if there is one.

    Args:
        objective: in a team, the same in every process but for its share of the batches.
        plan: the same in every process; its folder must be one that all of them see.
        task: reports; cancelling the task of any process stops all after the same step.
        team: computes on its device. A resumed run ends with the very same weights if the
            team is as large and the device of the same kind as before.

    Returns:
        The running mean of the weights if the plan asks for one, else the trained module;
        either is on the CPU.

    Raises:
        TrainingError: the loss is no longer a number, or the checkpoint does not fit.
        Cancelled: the task was stopped; what was reached is in the checkpoint.
    """
    state = _begin(objective.module.to(team.device), plan, team)
    step = _resume(state, plan, team)
    losses = _averaging(objective, team)
    for batch in _read_ahead(objective.batch, step, plan.steps):
        if team.any(_is_cancelled(task, plan, step)):
            _save(state, plan, step, team)
            raise Cancelled
        terms = _advance(losses, step, on_device(batch, team.device), state, plan, team)
        step += 1
        if step % plan.checkpoint_every == 0 or step == plan.steps:
            _save(state, plan, step, team)
            _log(plan, step, terms, team)
    if team.any(_is_cancelled(task, plan, plan.steps)):
        raise Cancelled
    state.module.to(CPU)
    return state.module if state.average is None else state.average.to(CPU)


def _begin(module: nn.Module, plan: Plan, team: Team) -> TrainingState:
    return TrainingState(
        module,
        torch.optim.AdamW(_groups(module, plan.linear_rate), weight_decay=plan.weight_decay),
        gradient_scaler(team.device),
        None if plan.average is None else copy.deepcopy(module),
    )


def _groups(module: nn.Module, linear_rate: float) -> list[dict[str, Any]]:
    """The weights that change, with the share of the learning rate that they learn at."""
    linear = [one for one in module.modules() if isinstance(one, nn.Linear)]
    slower = {id(weight) for one in linear for weight in one.parameters()}
    trained = [weight for weight in module.parameters() if weight.requires_grad]
    parts = {
        1.0: [weight for weight in trained if id(weight) not in slower],
        linear_rate: [weight for weight in trained if id(weight) in slower],
    }
    if linear_rate == 1.0:
        parts = {1.0: trained}
    return [{"params": weights, "share": share} for share, weights in parts.items() if weights]


def _averaging(objective: Objective[Any], team: Team) -> nn.Module:
    """The objective as a network whose gradients are the mean over the team."""
    losses = _Losses(objective)
    if team.size == 1:
        return losses
    # A stage may train a part of the network only.
    return DistributedDataParallel(losses, find_unused_parameters=True)


def _read_ahead(batch: Callable[[int], B], start: int, end: int) -> Iterator[B]:
    with ThreadPoolExecutor(1, "training-data") as reader:
        upcoming = reader.submit(batch, start) if start < end else None
        for step in range(start, end):
            assert upcoming is not None, "a step always has a batch on its way"
            ready = upcoming.result()
            upcoming = reader.submit(batch, step + 1) if step + 1 < end else None
            yield ready


def _is_cancelled(task: Task, plan: Plan, step: int) -> bool:
    try:
        task.report(plan.name, step, plan.steps)
    except Cancelled:
        return True
    return False


def _advance(
    losses: nn.Module, step: int, batch: object, state: TrainingState, plan: Plan, team: Team
) -> dict[str, Tensor]:
    torch.manual_seed(plan.seed * _SEED_STRIDE + step + team.rank * _RANK_STRIDE)
    for group in state.optimizer.param_groups:
        group["lr"] = group["share"] * plan.learning_rate(step)
    state.optimizer.zero_grad(set_to_none=True)
    with _statistics_of(team):
        terms: dict[str, Tensor] = losses(step, batch)
        total = torch.stack(list(terms.values())).sum()
        if team.any(not torch.isfinite(total)):
            raise TrainingError(
                f"The training diverged at step {step}.", hint="Try a smaller learning rate."
            )
        state.scaler.scale(total).backward()  # type: ignore[no-untyped-call]
    state.scaler.unscale_(state.optimizer)
    weights = [weight for group in state.optimizer.param_groups for weight in group["params"]]
    nn.utils.clip_grad_norm_(weights, plan.largest_gradient)
    state.scaler.step(state.optimizer)
    state.scaler.update()
    if plan.average is not None:
        # Early on the mean follows closely, or it would remember the first weights for long.
        state.follow(min(plan.average, (step + 1) / (step + 10)))
    return terms


def _statistics_of(team: Team) -> AbstractContextManager[object]:
    return nullcontext() if team.size == 1 else SharedStatistics(team.size)


def _save(state: TrainingState, plan: Plan, step: int, team: Team) -> None:
    with team.leader_first():  # whoever reads the checkpoint next reads this one
        if plan.run is not None and team.leads:
            write_checkpoint(plan.run, Checkpoint(step, state.tensors()), plan.configuration)


def _resume(state: TrainingState, plan: Plan, team: Team) -> int:
    found = None if plan.run is None else read_checkpoint(plan.run, plan.configuration)
    step = 0 if found is None else found.step
    team.require_equal(
        step,
        "The processes found different checkpoints.",
        "The run folder must be one that all machines see.",
    )
    if found is not None:
        state.restore(found.tensors)
        logger.info("Resumed %s at step %d", plan.name, step)
    return step


def _log(plan: Plan, step: int, terms: Mapping[str, Tensor], team: Team) -> None:
    values = team.mean(torch.stack(list(terms.values()))).tolist()
    if not team.leads:
        return
    rounded = {name: round(value, 5) for name, value in zip(terms, values, strict=True)}
    logger.info("%s, step %d of %d: %s", plan.name, step, plan.steps, rounded)
    if plan.run is not None:
        with (plan.run / "losses.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({"step": step, **rounded}) + "\n")
