"""How far and how widely a vision transformer looks, before and after alignment.

The paper explains its gain by these: in collapsed features the heads of the last layers all
look alike, over the same distance and with the same entropy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Attention:
    """Of every head (layers, heads), the mean over pictures and patches."""

    distance_px: NDArray[np.float64]  # from a patch to those it looks at, weighted
    entropy: NDArray[np.float64]  # in nats; log(patches) for a head that looks everywhere alike


def measure_attention(network: nn.Module, pixels: Tensor) -> Attention:
    """Attention of a timm vision transformer on pictures, as the network reads them.

    Only what passes between patches counts, as shares of each patch's attention to patches;
    class and register tokens have no place.

    Args:
        network: with `patch_embed` and `blocks` whose `attn` can do without the fused kernel.
        pixels: (N, 3, H, W) preprocessed for it.

    Raises:
        TrainingError: the network is no such transformer.

    Source:
        Dosovitskiy et al. 2021, "An image is worth 16x16 words", appendix D.7, for the
        distance; Wei et al. 2022, feature distillation, for both by head and layer.
    """
    model: Any = network
    if not _has_attention(model):
        raise TrainingError(f"{type(network).__name__} is no vision transformer of timm.")
    patch = model.patch_embed.patch_size
    grid = (pixels.shape[2] // patch[0], pixels.shape[3] // patch[1])
    apart = _distances(grid, patch).to(pixels.device)
    network.eval()
    found: list[tuple[Tensor, Tensor]] = []

    def read(_module: nn.Module, arriving: tuple[Tensor, ...]) -> None:
        between = arriving[0][:, :, -len(apart) :, -len(apart) :].double()
        between = between / between.sum(-1, keepdim=True)
        distance = (between * apart).sum(-1).mean((0, 2))
        entropy = torch.special.entr(between).sum(-1).mean((0, 2))
        found.append((distance.cpu(), entropy.cpu()))

    with _attention_read_by(model, read), torch.no_grad():
        network(pixels)
    distances, entropies = zip(*found, strict=True)
    return Attention(torch.stack(distances).numpy(), torch.stack(entropies).numpy())


def _has_attention(model: Any) -> bool:
    blocks = list(getattr(model, "blocks", ()))
    layers = [getattr(block, "attn", None) for block in blocks]
    return (
        bool(layers)
        and hasattr(model, "patch_embed")
        and all(hasattr(layer, "fused_attn") and hasattr(layer, "attn_drop") for layer in layers)
    )


@contextmanager
def _attention_read_by(model: Any, read: Any) -> Iterator[None]:
    """Have `read` see every layer's attention, which the fused kernel never writes down."""
    layers = [block.attn for block in model.blocks]
    before = [layer.fused_attn for layer in layers]
    handles = [layer.attn_drop.register_forward_pre_hook(read) for layer in layers]
    for layer in layers:
        layer.fused_attn = False
    try:
        yield
    finally:
        for layer, fused, handle in zip(layers, before, handles, strict=True):
            layer.fused_attn = fused
            handle.remove()


def _distances(grid: tuple[int, int], patch: tuple[int, int]) -> Tensor:
    """Distances in pixels between the centres of all patches (P, P)."""
    down, across = torch.meshgrid(
        torch.arange(grid[0]) * patch[0], torch.arange(grid[1]) * patch[1], indexing="ij"
    )
    centres = torch.stack([down.flatten(), across.flatten()], dim=1).double()
    return torch.cdist(centres, centres, compute_mode="donot_use_mm_for_euclid_dist")
