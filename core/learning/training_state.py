"""Everything that a step of training changes, and how it is stored and restored."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.errors import TrainingError


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The network, what its optimiser remembers, and a running mean of the weights."""

    module: nn.Module
    optimizer: torch.optim.AdamW
    scaler: torch.amp.GradScaler
    average: nn.Module | None

    def follow(self, decay: float) -> None:
        """Move the running mean, if there is one, towards the weights."""
        if self.average is None:
            return
        pairs = zip(
            self.average.state_dict().values(), self.module.state_dict().values(), strict=True
        )
        with torch.no_grad():
            for mean, value in pairs:
                if mean.is_floating_point():
                    mean.lerp_(value, 1 - decay)
                else:
                    mean.copy_(value)

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name, on the CPU."""
        found = {f"model/{name}": value for name, value in self.module.state_dict().items()}
        if self.average is not None:
            averages = self.average.state_dict()
            found |= {f"average/{name}": value for name, value in averages.items()}
        for index, moments in self.optimizer.state_dict()["state"].items():
            found |= {f"optimizer/{index}/{key}": value for key, value in moments.items()}
        for name, value in self.scaler.state_dict().items():
            found[f"scaler/{name}"] = torch.tensor(value, dtype=torch.float64)
        return {name: value.cpu() for name, value in found.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over what `tensors` gave.

        Raises:
            TrainingError: it is of another network.
        """
        try:
            self.module.load_state_dict(_below("model/", tensors))
            if self.average is not None:
                self.average.load_state_dict(_below("average/", tensors))
        except RuntimeError as error:
            raise TrainingError(f"The checkpoint does not fit the network: {error}") from error
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _below("optimizer/", tensors).items():
            index, key = name.split("/")
            moments.setdefault(int(index), {})[key] = value
        stored = self.optimizer.state_dict()
        self.optimizer.load_state_dict({**stored, "state": moments})
        scaling = _below("scaler/", tensors)
        if scaling and self.scaler.is_enabled():
            now = self.scaler.state_dict()
            self.scaler.load_state_dict({key: type(now[key])(scaling[key]) for key in now})


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
