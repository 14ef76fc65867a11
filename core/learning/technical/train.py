"""The one way from photographs to the shipped technical heads, and every figure beside them."""

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save

from core.learning.features import kept
from core.learning.technical import degradations
from core.learning.technical.card import technical_card
from core.learning.technical.evaluation import judge
from core.learning.technical.gradings import Gradings, Look, graded_to_judge, graded_to_learn
from core.learning.technical.heads import (
    CLIP,
    PARTS,
    Heads,
    HeadsConfig,
    parts_of,
    train_heads,
)
from core.learning.technical.photographs import Amounts, Photograph, gather
from core.progress import Task


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the shipped heads."""

    name: str = "technical-heads"
    version: str = "1.0.0"
    learnt: Amounts = field(default_factory=lambda: Amounts(single=160, joined=32, made=48))
    judged: Amounts = field(default_factory=lambda: Amounts(single=50, joined=8, made=8))
    heads: HeadsConfig = field(default_factory=HeadsConfig)
    seed: int = 0

    def described(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """How the program measures a file, and the version and names of what it measures."""

    look: Look
    version: str
    names: tuple[str, ...]


def reproduce_heads(
    data: Path, run: Path, out: Path, measured: Measured, task: Task, recipe: Recipe
) -> Path:
    """Train, evaluate and export the technical heads; the folder `out`.

    Args:
        data: the training data folder.
        run: keeps what was measured of the degraded photographs; a second run starts from it.
        out: receives the heads, their manifest and their card, in place of what was there.
        measured: the program's own way to look at a file.
        task: reports and cancels.
        recipe: equal recipes give equal heads on one kind of machine.

    Raises:
        TrainingError: the data or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped.
    """
    torch.set_num_threads(1)
    learnt, judged = gather(data, recipe.learnt, recipe.judged, recipe.seed, run, task)
    scratch = run / "scratch"

    def learn_from() -> Gradings:
        return graded_to_learn(learnt, measured.look, recipe.seed, scratch, task)

    def judge_by() -> Gradings:
        return graded_to_judge(judged, measured.look, recipe.seed, scratch, task)

    learnt_gradings = _stored(run, "learnt", learnt, learn_from, measured, recipe)
    heads = train_heads(learnt_gradings, measured.names, recipe.heads, task)
    gradings = _stored(run, "judged", judged, judge_by, measured, recipe)
    sources = [photo.source for photo in judged]
    results: dict[str, object] = {
        "photographs_learnt_from": _by_source(learnt),
        "photographs_held_out": _by_source(judged),
        "statistics": learnt_gradings.statistics.shape[1],
        "parts": judge(parts_of(heads, gradings.statistics), gradings, sources),
    }
    return export_heads(heads, measured.version, results, recipe, out)


def _stored(
    run: Path,
    name: str,
    photos: list[Photograph],
    grade: Callable[[], Gradings],
    measured: Measured,
    recipe: Recipe,
) -> Gradings:
    arrays = kept(
        run / "gradings",
        name,
        {
            "statistics": measured.version,
            "seed": recipe.seed,
            "degradations": degradations.VERSION,
            "photographs": [photo.name for photo in photos],
        },
        lambda: asdict(grade()),
    )
    return Gradings(*(np.array(arrays[part.name]) for part in fields(Gradings)))


def _by_source(photos: list[Photograph]) -> dict[str, int]:
    return dict(Counter(photo.source for photo in photos))


def export_heads(
    heads: Heads, statistics_version: str, results: Mapping[str, object], recipe: Recipe, out: Path
) -> Path:
    """Write `out`: heads.safetensors, manifest.json and MODEL_CARD.md; complete or absent."""
    tensors = {name: value.detach().contiguous() for name, value in heads.effective().items()}
    content = save(tensors)
    manifest = {
        "format": 1,
        "name": recipe.name,
        "version": recipe.version,
        "file": "heads.safetensors",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "statistics_version": statistics_version,
        "parts": [part.name for part in PARTS],
        "clip": CLIP,
        "training": {"recipe": recipe.described()},
        "results": dict(results),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as scratch:
        draft = Path(scratch) / out.name
        draft.mkdir()
        (draft / "heads.safetensors").write_bytes(content)
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (draft / "manifest.json").write_text(text + "\n", encoding="utf-8")
        (draft / "MODEL_CARD.md").write_text(technical_card(manifest), encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        draft.replace(out)
    return out
