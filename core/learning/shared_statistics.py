"""Batch normalisation over the batch of all processes, on any device.

PyTorch's own SyncBatchNorm works on GPUs only and replaces the layers. Here the layers stay
what they are, and only the operation below them is replaced while a team trains.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode


class SharedStatistics(TorchFunctionMode):
    """Inside, training-time batch normalisation uses the statistics of the whole team.

    All processes must hold equally large shares of the batch, and run the same layers.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = dict(kwargs or {})
        if func is F.batch_norm and named.get("training"):
            del named["training"]
            return _batch_norm(self._size, *args, **named)
        return func(*args, **named)


def _batch_norm(
    size: int,
    values: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    *,
    weight: Tensor | None,
    bias: Tensor | None,
    momentum: float,
    eps: float,
) -> Tensor:
    """As `F.batch_norm` in training, for values (N, C, ...) of one of `size` processes."""
    axes = [axis for axis in range(values.dim()) if axis != 1]
    wide = values.float()
    mean: Tensor = _MeanOverTeam.apply(wide.mean(axes), size)
    per_channel = (1, -1, *[1] * (values.dim() - 2))
    centred = wide - mean.view(per_channel)
    variance: Tensor = _MeanOverTeam.apply(centred.square().mean(axes), size)
    if running_mean is not None and running_var is not None:
        count = size * values.numel() // values.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(variance.detach() * (count / (count - 1)), momentum)
    scale = torch.rsqrt(variance + eps)
    scale = scale if weight is None else scale * weight
    normalised = centred * scale.view(per_channel)
    if bias is not None:
        normalised = normalised + bias.view(per_channel)
    return normalised.to(values.dtype)


class _MeanOverTeam(torch.autograd.Function):
    """The mean over the processes; its gradient is the mean of theirs."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, size: int) -> Tensor:
        ctx.size = size
        return _mean(values, size)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return _mean(gradients[0], ctx.size), None


def _mean(values: Tensor, size: int) -> Tensor:
    shared = values.detach().clone(memory_format=torch.contiguous_format)
    dist.all_reduce(shared)
    return shared / size
