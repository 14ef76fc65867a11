"""What a user asks of phase 1 and phase 2; apart, so that the command line need not load torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

STUDENT_BACKBONE = "mobilenetv2_100"
CLIP = "open_clip:ViT-B-32/openai"

Arm = Literal["cosine", "layer-norm"]


@dataclass(frozen=True, slots=True)
class AlignmentRequest:
    """Phase 1 of any network, on any photographs, with any teachers."""

    photos: tuple[Path, ...]  # folders
    run: Path  # keeps checkpoints and receives the aligned network
    cache: Path  # for downloads and for what teachers said, shared by all runs
    teachers: tuple[str, ...] = (CLIP,)
    backbone: str = STUDENT_BACKBONE
    arm: Arm = "cosine"
    relations: float = 0.0  # weight of the likeness between the photographs of a batch
    views: int = 8  # of each photograph, the whole frame among them
    steps: int = 10_000
    size_px: int = 224
    batch: int = 64
    learning_rate: float = 1e-3
    seed: int = 0
    skip_damaged: bool = False

    def described(self) -> dict[str, object]:
        """What decides the outcome, apart from the photographs and the teachers themselves."""
        return {
            "photos": [str(folder.resolve()) for folder in self.photos],
            "teacher": list(self.teachers),
            "backbone": self.backbone,
            "arm": self.arm,
            "relations": self.relations,
            "views": self.views,
            "steps": self.steps,
            "size": self.size_px,
            "batch": self.batch,
            "learning-rate": self.learning_rate,
            "seed": self.seed,
            "skip-damaged": self.skip_damaged,
        }
