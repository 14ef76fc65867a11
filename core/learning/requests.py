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
            "--photos": [str(folder.resolve()) for folder in self.photos],
            "--teacher": list(self.teachers),
            "--backbone": self.backbone,
            "--arm": self.arm,
            "--relations": self.relations,
            "--views": self.views,
            "--steps": self.steps,
            "--size": self.size_px,
            "--batch": self.batch,
            "--learning-rate": self.learning_rate,
            "--seed": self.seed,
            "--skip-damaged": self.skip_damaged,
        }


@dataclass(frozen=True, slots=True)
class DistillationRequest:
    """Phase 2 of an aligned network, on photographs with ratings and others without."""

    aligned: Path  # run folder of the student's phase 1
    rated: Path
    layout: str  # of `rated`: "oasis", "ava", "aadb" or "para"
    run: Path  # keeps checkpoints and features
    out: Path  # receives the model folder
    name: str = "distilled"  # of the model, and of its folder
    teacher_run: Path | None = None  # of a larger network's phase 1; else the student teaches
    photos: tuple[Path, ...] = ()  # folders of photographs without ratings
    label_share: float = 1.0  # of the training photographs; the others count as unrated
    confidence: bool = False  # count a prediction less where it is less sure
    ranking: float = 0.0  # weight of the order of unrated photographs
    steps: int = 300  # of the last stage
    fine_tune: int = 300  # steps of all layers, after that
    seed: int = 0
    allow_missing: bool = False
    skip_damaged: bool = False

    def described(self) -> dict[str, object]:
        """What decides the outcome, apart from the photographs and networks themselves."""
        return {
            "--aligned": str(self.aligned.resolve()),
            "--teacher-run": None if self.teacher_run is None else str(self.teacher_run.resolve()),
            "--rated": str(self.rated.resolve()),
            "--layout": self.layout,
            "--photos": [str(folder.resolve()) for folder in self.photos],
            "--label-share": self.label_share,
            "--confidence": self.confidence,
            "--ranking": self.ranking,
            "--steps": self.steps,
            "--fine-tune": self.fine_tune,
            "--seed": self.seed,
            "--allow-missing": self.allow_missing,
            "--skip-damaged": self.skip_damaged,
        }
