"""The one training loop: steps, checkpoints, progress and cancel, for every phase.

A step is a function of the seed, its number and the weights; a run that was interrupted and
resumed therefore ends with the weights of one that was not.
"""

import copy
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

from core.errors import Cancelled, TrainingError
from core.learning.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from core.progress import Task

logger = logging.getLogger(__name__)

B = TypeVar("B")
_SEED_STRIDE = 1_000_003  # a prime, so that neighbouring seeds share no step's random numbers


class Objective(Protocol[B]):
    """What is trained, on what, and for what."""

    @property
    def module(self) -> nn.Module:
        """Everything with weights that change."""
        ...

    def batch(self, step: int) -> B:
        """The data of a step; runs on another thread and depends on nothing but `step`."""
        ...

    def losses(self, step: int, batch: B) -> Mapping[str, Tensor]:
        """The weighted terms of the loss by name; their sum is minimised."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train, and where to keep what was reached."""

    name: str  # of the progress stage
    steps: int
    learning_rate: Callable[[int], float]  # by step
    configuration: Mapping[str, object]  # all that decides the outcome; guards the checkpoints
    seed: int = 0
    weight_decay: float = 0.02
    largest_gradient: float = 5.0
    average: float | None = None  # decay of a running mean of the weights; None for none
    run: Path | None = None  # folder for checkpoints and the log; None keeps nothing
    checkpoint_every: int = 200  # steps


@dataclass(frozen=True, slots=True)
class _State:
    module: nn.Module
    optimizer: torch.optim.AdamW
    average: nn.Module | None


def train(objective: Objective[B], plan: Plan, task: Task) -> nn.Module:
    """Train `objective.module` in place, from its newest checkpoint if there is one.

    Returns:
        The running mean of the weights if the plan asks for one, else the trained module.

    Raises:
        TrainingError: the loss is no longer a number, or the checkpoint does not fit.
        Cancelled: the task was stopped; what was reached is in the checkpoint.
    """
    module = objective.module
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, weight_decay=plan.weight_decay)
    state = _State(module, optimizer, None if plan.average is None else copy.deepcopy(module))
    step = _resume(state, plan)
    try:
        for batch in _read_ahead(objective.batch, step, plan.steps):
            task.report(plan.name, step, plan.steps)
            terms = _advance(objective, step, batch, state, plan)
            step += 1
            if step % plan.checkpoint_every == 0 or step == plan.steps:
                _save(state, plan, step)
                _log(plan, step, terms)
    except Cancelled:
        _save(state, plan, step)
        raise
    task.report(plan.name, plan.steps, plan.steps)
    return module if state.average is None else state.average


def _read_ahead(batch: Callable[[int], B], start: int, end: int) -> Iterator[B]:
    with ThreadPoolExecutor(1, "training-data") as reader:
        upcoming = reader.submit(batch, start) if start < end else None
        for step in range(start, end):
            assert upcoming is not None, "a step always has a batch on its way"
            ready = upcoming.result()
            upcoming = reader.submit(batch, step + 1) if step + 1 < end else None
            yield ready


def _advance(
    objective: Objective[B], step: int, batch: B, state: _State, plan: Plan
) -> dict[str, float]:
    torch.manual_seed(plan.seed * _SEED_STRIDE + step)
    for group in state.optimizer.param_groups:
        group["lr"] = plan.learning_rate(step)
    state.optimizer.zero_grad(set_to_none=True)
    terms = objective.losses(step, batch)
    total = torch.stack(list(terms.values())).sum()
    if not torch.isfinite(total):
        raise TrainingError(
            f"The training diverged at step {step}.", hint="Try a smaller learning rate."
        )
    total.backward()  # type: ignore[no-untyped-call]
    weights = [weight for group in state.optimizer.param_groups for weight in group["params"]]
    nn.utils.clip_grad_norm_(weights, plan.largest_gradient)
    state.optimizer.step()
    if state.average is not None and plan.average is not None:
        # Early on the mean follows closely, or it would remember the first weights for long.
        _follow(state.average, state.module, min(plan.average, (step + 1) / (step + 10)))
    return {name: term.item() for name, term in terms.items()}


def _follow(average: nn.Module, module: nn.Module, decay: float) -> None:
    with torch.no_grad():
        for mean, value in zip(
            average.state_dict().values(), module.state_dict().values(), strict=True
        ):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)


def _save(state: _State, plan: Plan, step: int) -> None:
    if plan.run is None:
        return
    tensors = {f"model/{name}": value for name, value in state.module.state_dict().items()}
    if state.average is not None:
        averages = state.average.state_dict()
        tensors |= {f"average/{name}": value for name, value in averages.items()}
    for index, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{index}/{key}": value for key, value in moments.items()}
    write_checkpoint(plan.run, Checkpoint(step, tensors), plan.configuration)


def _resume(state: _State, plan: Plan) -> int:
    found = None if plan.run is None else read_checkpoint(plan.run, plan.configuration)
    if found is None:
        return 0
    try:
        state.module.load_state_dict(_below("model/", found.tensors))
        if state.average is not None:
            state.average.load_state_dict(_below("average/", found.tensors))
    except RuntimeError as error:
        raise TrainingError(f"The checkpoint does not fit the network: {error}") from error
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in _below("optimizer/", found.tensors).items():
        index, key = name.split("/")
        moments.setdefault(int(index), {})[key] = value
    stored = state.optimizer.state_dict()
    state.optimizer.load_state_dict({**stored, "state": moments})
    logger.info("Resumed %s at step %d", plan.name, found.step)
    return found.step


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _log(plan: Plan, step: int, terms: Mapping[str, float]) -> None:
    rounded = {name: round(value, 5) for name, value in terms.items()}
    logger.info("%s, step %d of %d: %s", plan.name, step, plan.steps, rounded)
    if plan.run is not None:
        with (plan.run / "losses.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({"step": step, **rounded}) + "\n")
