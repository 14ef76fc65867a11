"""Several processes, on one machine or many, that train one network together (`torchrun`).

Every process computes its share of each batch. The gradients are averaged by
DistributedDataParallel, the statistics of batch normalisation over the whole batch by
`shared_statistics`, so that a team takes the steps that one process would take, to within
rounding. Only what is drawn at random inside the network, such as dropout, differs: each
process draws for its own share.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from core.errors import TrainingError
from core.learning.devices import AUTO, CPU, choose_device

_PATIENCE = timedelta(hours=6)  # while the leader decodes photographs, the others wait


class _Rows(Protocol):
    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> Any: ...


R = TypeVar("R", bound=_Rows)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of every batch that one process computes."""

    rank: int = 0
    size: int = 1

    def of(self, rows: R) -> R:
        """This process's rows, out of those of the whole batch.

        Raises:
            TrainingError: they cannot be shared equally, and a mean of means would be wrong.
        """
        each, left = divmod(len(rows), self.size)
        if left:
            raise TrainingError(
                f"A batch of {len(rows)} cannot be shared equally by {self.size} processes."
            )
        mine: R = rows[self.rank * each : (self.rank + 1) * each]
        return mine


@dataclass(frozen=True, slots=True)
class Team:
    """This process among those that train together; alone it needs nobody's answer."""

    rank: int = 0
    size: int = 1
    device: torch.device = CPU

    @property
    def share(self) -> Share:
        return Share(self.rank, self.size)

    @property
    def leads(self) -> bool:
        """Whether this process writes checkpoints and logs for all."""
        return self.rank == 0

    def any(self, mine: bool) -> bool:
        """Whether it is true in any process; all must ask, and all get the same answer."""
        if self.size == 1:
            return mine
        return bool(self._reduced(torch.tensor(float(mine)), dist.ReduceOp.MAX) > 0)

    def mean(self, values: Tensor) -> Tensor:
        """The mean of `values` over the processes, on the CPU; all must ask."""
        values = values.detach().float().cpu()
        return values if self.size == 1 else self._reduced(values, dist.ReduceOp.SUM) / self.size

    def require_equal(self, mine: int, problem: str, hint: str) -> None:
        """Stop unless all processes hold the same number; all must ask.

        Raises:
            TrainingError: `problem`, in every process.
        """
        if self.size > 1:
            ends = self._reduced(torch.tensor([mine, -mine]).double(), dist.ReduceOp.MAX)
            if ends[0] != -ends[1]:
                raise TrainingError(problem, hint=hint)

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """What the leader makes in here is there when the others come to look for it."""
        if self.size > 1 and not self.leads:
            self.any(False)
        try:
            yield
        finally:
            if self.size > 1 and self.leads:
                self.any(False)

    def _reduced(self, values: Tensor, how: Any) -> Tensor:
        # NCCL only knows tensors on the device.
        shared = values.to(self.device)
        dist.all_reduce(shared, op=how)
        return shared.cpu()


ALONE = Team()


@contextmanager
def team_of_torchrun(device: str = AUTO) -> Iterator[Team]:
    """The team that `torchrun` started this process in; a team of one without it.

    Args:
        device: as for `choose_device`; with "auto" or "cuda" each process gets its own GPU.

    Raises:
        TrainingError: there is no such device, or more processes than devices.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if size == 1:
        yield Team(device=choose_device(device))
        return
    chosen = _own_device(choose_device(device), int(os.environ["LOCAL_RANK"]))
    backend = "nccl" if chosen.type == "cuda" else "gloo"
    dist.init_process_group(backend, timeout=_PATIENCE)
    try:
        yield Team(rank, size, chosen)
        dist.barrier()  # nobody hangs up while another still speaks
    finally:
        # What DistributedDataParallel leaves in cycles holds threads of the group; they would be
        # found running when the process ends, which aborts it.
        gc.collect()
        dist.destroy_process_group()


def _own_device(device: torch.device, local_rank: int) -> torch.device:
    if device.type == "mps":
        raise TrainingError(
            "Several processes cannot share the one MPS device.", hint="Choose the device cpu."
        )
    if device.type != "cuda":
        return device
    count = torch.cuda.device_count()
    if device.index is not None or local_rank >= count:
        raise TrainingError(
            f"Each process needs a CUDA device of its own; this machine has {count}.",
            hint="Start as many processes as there are devices, and choose the device cuda.",
        )
    torch.cuda.set_device(local_rank)
    return torch.device("cuda", local_rank)
