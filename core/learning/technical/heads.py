"""The heads: one small network for each named part of the score, and what it is trained for.

Where it is known how a statistic goes with a flaw, the head is made so that it cannot do
otherwise: more clipped highlights never mean less overexposure.

A head learns four things from graded versions of photographs: that of two versions of one
photograph the more spoilt one is lower; that one degree is one number on every photograph; that
flaws which are another head's do not move it; and that what nobody spoilt is high.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.learning.technical.degradations import Kind
from core.learning.technical.gradings import KINDS, Gradings
from core.learning.training_loop import Plan, train
from core.progress import Task

CLIP = 5.0  # deviations from the mean beyond which a statistic says no more
LEAK = 0.1  # slope of a hidden unit below zero
_SMALL = -3.0  # where weights of a known sign begin, before the softplus


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of the score, 0 to 100, higher is better."""

    name: str
    lowered_by: tuple[Kind, ...]  # the first is what its levels are read on
    rises: tuple[str, ...] = ()  # beginnings of the names of statistics that rise with the flaw
    falls: tuple[str, ...] = ()
    free: tuple[str, ...] = ()  # it may use these as it learns to; all others are hidden from it


_SHAPES = ("size", "detail", "ratio", "textured", "direction", "grain", "calm", "band")
_TONES = ("level", "centre")
_ALL_BUT_TONES = (*_SHAPES, "quiet", "seam")

PARTS = (
    Part("sharpness", (Kind.DEFOCUS, Kind.MOTION), free=_ALL_BUT_TONES),
    Part(
        "motion",
        (Kind.MOTION,),
        falls=("ratio",),
        free=("size", "direction", "detail", "textured", "grain", "band", "quiet", "seam"),
    ),
    Part(
        "noise",
        (Kind.NOISE,),
        rises=("grain", "detail.0", "ratio.0", "band.5", "band.6", "band.7"),
        falls=("calm", "quiet"),
        free=("size", "detail.1", "detail.2", "ratio.1", "band.1", "band.2", "band.3", "centre"),
    ),
    Part("underexposure", (Kind.UNDEREXPOSURE,), rises=("dark",), falls=(*_TONES, "bright")),
    Part("overexposure", (Kind.OVEREXPOSURE,), rises=(*_TONES, "bright"), falls=("dark",)),
    Part("compression", (Kind.COMPRESSION,), free=_ALL_BUT_TONES),
)


@dataclass(frozen=True, slots=True)
class HeadsConfig:
    """Everything that decides the trained heads, given the gradings."""

    hidden: int = 16
    steps: int = 400
    learning_rate: float = 0.02
    weight_decay: float = 0.05
    dropout: float = 0.1
    margin: float = 4.0  # logits between untouched and wholly spoilt
    rank_weight: float = 1.0
    level_weight: float = 20.0
    cross_weight: float = 12.0
    untouched_weight: float = 0.3
    seed: int = 0

    def described(self) -> dict[str, object]:
        return asdict(self)


class Heads(nn.Module):
    """From statistics (N, S) to logits (N, P); a logit's sigmoid times 100 is the part."""

    mean: Tensor
    scale: Tensor
    sign: Tensor  # (P, S, 1): 1 where a statistic rises with the flaw, -1 where it falls
    free: Tensor  # (P, S, 1): 1 where the head may learn which

    def __init__(
        self, names: Sequence[str], mean: Tensor, scale: Tensor, config: HeadsConfig
    ) -> None:
        super().__init__()
        parts, size = len(PARTS), len(names)
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        sign = [_mask(names, part.rises) - _mask(names, part.falls) for part in PARTS]
        self.register_buffer("sign", torch.stack(sign)[:, :, None])
        self.register_buffer(
            "free", torch.stack([_mask(names, part.free) for part in PARTS])[..., None]
        )
        self.is_signed = torch.tensor([bool(part.rises or part.falls) for part in PARTS])[:, None]
        self.hidden_weight = nn.Parameter(torch.randn(parts, size, config.hidden) * size**-0.5)
        self.hidden_bias = nn.Parameter(torch.randn(parts, config.hidden))
        self.weight = nn.Parameter(torch.randn(parts, config.hidden) * config.hidden**-0.5)
        self.bias = nn.Parameter(torch.zeros(parts))
        self.dropout = config.dropout

    def effective(self) -> dict[str, Tensor]:
        """The weights as they act, by the names of the exported file."""
        sure = F.softplus(self.hidden_weight + _SMALL)
        hidden = self.sign * sure + self.free * self.hidden_weight
        weight = torch.where(self.is_signed, -F.softplus(self.weight), self.weight)
        return {
            "mean": self.mean,
            "scale": self.scale,
            "hidden_weight": hidden,
            "hidden_bias": self.hidden_bias,
            "weight": weight,
            "bias": self.bias,
        }

    def forward(self, statistics: Tensor) -> Tensor:
        acting = self.effective()
        usual = ((statistics - self.mean) / self.scale).clamp(-CLIP, CLIP)
        usual = F.dropout(usual, self.dropout, self.training)
        hidden = torch.einsum("ns,psh->nph", usual, acting["hidden_weight"])
        active = F.leaky_relu(hidden + acting["hidden_bias"], LEAK)
        return (active * acting["weight"]).sum(dim=2) + acting["bias"]


def _mask(names: Sequence[str], beginnings: tuple[str, ...]) -> Tensor:
    return torch.tensor([float(name.startswith(beginnings)) for name in names])


def train_heads(gradings: Gradings, names: Sequence[str], config: HeadsConfig, task: Task) -> Heads:
    """Train all heads on the versions of all photographs; `names` are those of the statistics.

    Raises:
        TrainingError: the loss is no longer a number.
        Cancelled: the task was stopped.
    """
    torch.manual_seed(config.seed)
    statistics = torch.from_numpy(gradings.statistics)
    scale = statistics.std(dim=0).clamp_min(1e-3)
    heads = Heads(names, statistics.mean(dim=0), scale, config)
    plan = Plan(
        name="train technical heads",
        steps=config.steps,
        learning_rate=lambda step: config.learning_rate * _cosine(step / config.steps),
        configuration=config.described(),
        seed=config.seed,
        weight_decay=config.weight_decay,
    )
    train(_Ranking(heads, gradings, config), plan, task)
    return heads.eval()


def parts_of(heads: Heads, statistics: NDArray[np.float32]) -> NDArray[np.float64]:
    """The parts (N, P), 0..100."""
    with torch.no_grad():
        logits = heads(torch.from_numpy(statistics))
    return (100 * torch.sigmoid(logits.double())).numpy()  # single precision would reach 100


class _Ranking:
    """The objective; every step sees all versions, there are only thousands of them."""

    def __init__(self, heads: Heads, gradings: Gradings, config: HeadsConfig) -> None:
        self._heads = heads
        self._config = config
        self._statistics = torch.from_numpy(gradings.statistics)
        self._degree = torch.from_numpy(gradings.degree)
        self._untouched = torch.from_numpy(_untouched_of(gradings))
        self._rows = {
            kind: torch.from_numpy(np.flatnonzero(gradings.kind == place))
            for place, kind in enumerate(KINDS)
        }
        self._pairs = {kind: torch.from_numpy(_pairs(gradings, kind)) for kind in KINDS}

    @property
    def module(self) -> nn.Module:
        return self._heads

    def batch(self, step: int) -> int:
        return step

    def losses(self, step: int, batch: int) -> dict[str, Tensor]:  # noqa: ARG002  the loop's
        logits = self._heads(self._statistics)
        scores = torch.sigmoid(logits)
        order, level, cross, untouched = [], [], [], []
        for place, part in enumerate(PARTS):
            for kind in part.lowered_by:
                order.append(self._order(logits[:, place], kind))
                level.append(self._level(scores[:, place], kind))
            others = [kind for kind in KINDS if kind not in part.lowered_by]
            cross += [self._cross(scores[:, place], kind) for kind in others]
            untouched.append((1 - scores[torch.unique(self._untouched), place]).square().mean())
        config = self._config
        return {
            "order": config.rank_weight * torch.stack(order).mean(),
            "level": config.level_weight * torch.stack(level).mean(),
            "cross": config.cross_weight * torch.stack(cross).mean(),
            "untouched": config.untouched_weight * torch.stack(untouched).mean(),
        }

    def _order(self, logits: Tensor, kind: Kind) -> Tensor:
        """Pairwise logistic loss with a margin that grows with the difference in degree."""
        better, worse = self._pairs[kind].unbind(1)
        margin = self._config.margin * (self._degree[worse] - self._degree[better])
        return F.softplus(margin - (logits[better] - logits[worse])).mean()

    def _level(self, scores: Tensor, kind: Kind) -> Tensor:
        rows = self._rows[kind]
        return (scores[rows] - (1 - self._degree[rows])).square().mean()

    def _cross(self, scores: Tensor, kind: Kind) -> Tensor:
        rows = self._rows[kind]
        return (scores[rows] - scores[self._untouched[rows]]).square().mean()


def _untouched_of(gradings: Gradings) -> NDArray[np.int64]:
    """For each version the row of its photograph's untouched version."""
    first = np.zeros(gradings.photo.max() + 1, np.int64)
    untouched = np.flatnonzero(gradings.kind < 0)
    first[gradings.photo[untouched]] = untouched
    return first[gradings.photo]


def _pairs(gradings: Gradings, kind: Kind) -> NDArray[np.int64]:
    """Rows (K, 2) of two versions of one photograph, the less spoilt first."""
    place = KINDS.index(kind)
    found: list[tuple[int, int]] = []
    for photo in np.unique(gradings.photo[gradings.kind == place]):
        ladder = np.flatnonzero(
            (gradings.photo == photo) & ((gradings.kind == place) | (gradings.kind < 0))
        )
        ladder = ladder[np.argsort(gradings.degree[ladder], kind="stable")]
        found += [
            (int(ladder[low]), int(ladder[high]))
            for low in range(len(ladder))
            for high in range(low + 1, len(ladder))
        ]
    return np.array(found, np.int64)


def _cosine(progress: float) -> float:
    return 0.5 * (1 + float(np.cos(np.pi * progress)))
