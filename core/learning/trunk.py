"""What stands below the student's embedding: a backbone, and which of it phase 2 leaves alone.

A backbone of the MobileNet family is cut into its stages. What a stage puts out is compared with
the teacher's feature map in phase 1, its mean and spread over the picture are features of the
embedding, and it is also what the next stage reads; where the student has other channels than
the teacher, a linear bridge translates. So a stage that was trained on the teacher's map fits
behind a stage that learned to imitate it, and all levels, from texture to content, reach the
score. Any other timm network serves by its pooled features alone.
"""

from dataclasses import dataclass

import timm
import torch
from timm.layers import Conv2dSame
from timm.layers.padding import get_same_padding, pad_same
from timm.models.efficientnet import EfficientNet
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Levels:
    """A trunk's view of a batch.

    `bridges` holds one map (N, C, H, W) a stage in the teacher's channels, `top` the last map;
    a trunk without stages has neither and gives only its features (N, F).
    """

    features: Tensor
    bridges: tuple[Tensor, ...] = ()
    top: Tensor | None = None


class StagedTrunk(nn.Module):
    """A network of the MobileNet family, stage by stage."""

    def __init__(self, network: EfficientNet, bridge_channels: tuple[int, ...]) -> None:
        super().__init__()
        _stride_cheaply(network)
        first, *others = network.blocks
        self.stages = nn.ModuleList([nn.Sequential(network.conv_stem, network.bn1, first), *others])
        self.top = nn.Sequential(network.conv_head, network.bn2)
        own, theirs = _channels(self.stages), bridge_channels
        if len(own) != len(theirs):
            raise TrainingError(
                f"The student's backbone has {len(own)} stages, the teacher has {len(theirs)}.",
                hint="A backbone of the MobileNetV2 or EfficientNet family has seven.",
            )
        self.to_bridge = nn.ModuleList(bridge(*pair) for pair in zip(own, theirs, strict=True))
        self.from_bridge = nn.ModuleList(
            bridge(*pair) for pair in zip(theirs[:-1], own[:-1], strict=True)
        )
        self.top_channels = int(network.conv_head.out_channels)
        self.feature_dim = 2 * sum(theirs) + self.top_channels

    def stage(self, index: int, arriving: Tensor) -> Tensor:
        """Stage `index` on the pixels (index 0) or on the bridge map before it (N, C, H, W)."""
        inner = normalise(arriving) if index == 0 else self.from_bridge[index - 1](arriving)
        return self.stages[index](inner)  # type: ignore[no-any-return]

    def levels(self, pixels: Tensor) -> Levels:
        """All feature maps of a batch."""
        bridges: list[Tensor] = []
        arriving = pixels
        for index, to_bridge in enumerate(self.to_bridge):
            inner = self.stage(index, arriving)
            arriving = to_bridge(inner)
            bridges.append(arriving)
        return self.gathered(bridges, self.top(inner))

    def gathered(self, bridges: list[Tensor], top: Tensor) -> Levels:
        """Maps with their features, both in full precision."""
        bridges, top = [level.float() for level in bridges], top.float()
        pooled = [statistics(level) for level in bridges]
        return Levels(torch.cat([*pooled, top.mean((2, 3))], dim=1), tuple(bridges), top)

    def lower(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """All but the last stage: pooled features (N, P) and the last bridge map (N, C, H, W)."""
        arriving = pixels
        pooled: list[Tensor] = []
        for index in range(len(self.stages) - 1):
            arriving = self.to_bridge[index](self.stage(index, arriving))
            pooled.append(statistics(arriving))
        return torch.cat(pooled, dim=1), arriving

    def upper(self, pooled: Tensor, arriving: Tensor) -> Tensor:
        """The last stage, on what `lower` gave: all features (N, F)."""
        last = len(self.stages) - 1
        inner = self.stage(last, arriving)
        level, top = self.to_bridge[last](inner), self.top(inner)
        return torch.cat([pooled, statistics(level), top.mean((2, 3))], dim=1)

    def upper_parts(self) -> tuple[nn.Module, ...]:
        """What `upper` runs."""
        last = len(self.stages) - 1
        return (self.from_bridge[last - 1], self.stages[last], self.to_bridge[last], self.top)


class StridedDepthwise(nn.Conv2d):
    """A depthwise convolution with a stride, the teacher's padding and a cheap gradient.

    On a processor the gradient of a strided one takes ten times as long as that of a dense one
    with four times the output: half of a whole training step. So in training every place is
    computed and those between the strides are dropped.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(pad_same(x, self.kernel_size, self.stride))
        size, reach = self.kernel_size[0], self.kernel_size[0] // 2
        dense = F.conv2d(x, self.weight, self.bias, padding=reach, groups=self.groups)
        step = self.stride[0]
        down, across = (
            reach - get_same_padding(length, size, step, 1) // 2 for length in x.shape[-2:]
        )
        return dense[:, :, down::step, across::step].contiguous(memory_format=torch.channels_last)


class PooledTrunk(nn.Module):
    """Any timm network by its pooled features (N, F); none of it changes in phase 2."""

    def __init__(self, network: nn.Module, size_px: int) -> None:
        super().__init__()
        self.network = network
        self.feature_dim = _feature_dim(network, size_px)

    def levels(self, pixels: Tensor) -> Levels:
        """The features alone."""
        return Levels(self.network(normalise(pixels)).float())

    def lower(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """The features (N, F), and a map with nothing in it."""
        features = self.network(normalise(pixels))
        return features, features.new_zeros(features.shape[0], 0, 1, 1)

    def upper(self, pooled: Tensor, arriving: Tensor) -> Tensor:  # noqa: ARG002
        """The features as they are."""
        return pooled

    def upper_parts(self) -> tuple[nn.Module, ...]:
        """Nothing."""
        return ()


def make_trunk(
    backbone: str, bridge_channels: tuple[int, ...], size_px: int | None = None
) -> StagedTrunk | PooledTrunk:
    """The trunk of a timm backbone, randomly initialised.

    Args:
        backbone: any name that timm knows.
        bridge_channels: the teacher's channels, stage by stage; empty to align pooled
            features only.
        size_px: of the pictures, for networks that must know it beforehand.

    Raises:
        TrainingError: timm has no such network, or its stages are not the teacher's.
    """
    sized = {} if size_px is None else {"img_size": size_px}
    try:
        network = timm.create_model(backbone, num_classes=0, **sized)
        if isinstance(network, EfficientNet) and bridge_channels:
            # The padding of the teacher, or every map would be shifted against the student's.
            network = timm.create_model(backbone, num_classes=0, pad_type="same")
    except (RuntimeError, TypeError) as error:
        raise TrainingError(f"The backbone {backbone} cannot be made: {error}") from error
    if not bridge_channels:
        return PooledTrunk(network, size_px or int(network.default_cfg["input_size"][-1]))
    if not isinstance(network, EfficientNet):
        raise TrainingError(
            f"{backbone} is not of the MobileNet family, so it has no stages to align.",
            hint="Without bridge channels its pooled features are aligned.",
        )
    return StagedTrunk(network, bridge_channels)


def bridge(own: int, theirs: int) -> nn.Module:
    """A linear translation between two networks' channels; nothing where they are equal."""
    return nn.Identity() if own == theirs else nn.Conv2d(own, theirs, 1)


def as_input(pixels: Tensor) -> Tensor:
    """Pixels (N, S, S, 3) as the float tensor (N, 3, S, S) that the networks read."""
    return pixels.permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)


def normalise(pixels: Tensor) -> Tensor:
    """0..255 to -1..1, the same range the teacher reads."""
    return pixels / 128.0 - 1.0


def statistics(level: Tensor) -> Tensor:
    """Mean and spread of each channel over the picture: (N, C, H, W) to (N, 2C)."""
    mean = level.mean((2, 3))
    variance = (level - mean[:, :, None, None]).square().mean((2, 3))
    return torch.cat([mean, (variance + 1e-5).sqrt()], dim=1)


def _stride_cheaply(network: nn.Module) -> None:
    """Put `StridedDepthwise` in place of the depthwise convolutions with a stride."""
    for parent in network.modules():
        for name, layer in parent.named_children():
            if isinstance(layer, Conv2dSame) and layer.groups > 1 and layer.stride[0] > 1:
                cheap = StridedDepthwise(
                    layer.in_channels,
                    layer.out_channels,
                    layer.kernel_size,
                    layer.stride,
                    groups=layer.groups,
                    bias=layer.bias is not None,
                )
                cheap.load_state_dict(layer.state_dict())
                setattr(parent, name, cheap)


def _feature_dim(network: nn.Module, size_px: int) -> int:
    """Of what the network puts out, which timm's `num_features` is not where a head follows."""
    network.eval()
    with torch.no_grad():
        found = int(network(torch.zeros(1, 3, size_px, size_px)).shape[1])
    network.train()
    return found


def _channels(stages: nn.ModuleList) -> tuple[int, ...]:
    """Of what each stage puts out."""
    stages.eval()
    flowing = torch.zeros(1, 3, 64, 64)
    channels = []
    with torch.no_grad():
        for stage in stages:
            flowing = stage(flowing)
            channels.append(flowing.shape[1])
    stages.train()
    return tuple(channels)
