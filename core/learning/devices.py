"""Which processor trains, in which precision, and how a batch gets there."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

import torch
from torch import Tensor

from core.errors import TrainingError

AUTO = "auto"
CPU = torch.device("cpu")

B = TypeVar("B")


def choose_device(name: str = AUTO) -> torch.device:
    """The device to train on.

    Args:
        name: "auto" for the fastest there is (CUDA, then MPS, then the processor), or "cpu",
            "mps", "cuda", "cuda:1".

    Raises:
        TrainingError: there is no such device here.
    """
    if name == AUTO:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps") if torch.backends.mps.is_available() else CPU
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(
            f"There is no device called {name}.", hint="Choose auto, cpu, mps, cuda or cuda:1."
        ) from error
    if not _is_here(device):
        raise TrainingError(
            f"PyTorch finds no device {name} on this machine.",
            hint="Choose auto, which takes the fastest there is.",
        )
    return device


@cache
def reduced_precision(device_type: str) -> torch.dtype | None:
    """What products and convolutions are computed in; None where 32 bits are no slower.

    On the processor only where it has instructions for bfloat16 (AVX-512 BF16, AMX): there
    training was measured to be twice as fast, elsewhere it is emulated and slower. On CUDA
    float16, which needs its gradients scaled, only where there is no bfloat16. On MPS nothing
    was measured, so nothing is reduced.
    """
    if device_type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if has_bfloat16 else torch.float16
    if device_type == "cpu":
        able = torch.cpu.get_capabilities()
        if able.get("avx512_bf16", False) or able.get("amx_bf16", False):
            return torch.bfloat16
    return None


def mixed_precision(device: torch.device) -> torch.autocast:
    """A context in which networks compute in `reduced_precision`, weights and sums do not."""
    dtype = reduced_precision(device.type)
    return torch.autocast(device.type, dtype, enabled=dtype is not None)


def gradient_scaler(device: torch.device) -> torch.amp.GradScaler:
    """Keeps float16 gradients from vanishing; does nothing in any other precision."""
    is_needed = reduced_precision(device.type) is torch.float16
    return torch.amp.GradScaler(device.type, enabled=is_needed)


def on_device(batch: B, device: torch.device) -> B:
    """`batch` with every tensor on `device`, also those in dataclasses, mappings and tuples."""
    moved: object = batch
    if isinstance(batch, Tensor):
        moved = batch.to(device, non_blocking=True)
    elif dataclasses.is_dataclass(batch) and not isinstance(batch, type):
        fields = {field.name: getattr(batch, field.name) for field in dataclasses.fields(batch)}
        moved = dataclasses.replace(batch, **on_device(fields, device))
    elif isinstance(batch, Mapping):
        moved = {key: on_device(value, device) for key, value in batch.items()}
    elif isinstance(batch, tuple):
        moved = tuple(on_device(value, device) for value in batch)
    return moved  # type: ignore[return-value]


def _is_here(device: torch.device) -> bool:
    match device.type:
        case "cpu":
            return True
        case "mps":
            return torch.backends.mps.is_available()
        case "cuda":
            return (device.index or 0) < torch.cuda.device_count()
        case _:
            return False
