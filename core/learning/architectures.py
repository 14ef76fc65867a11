"""Which network is worth its cost: `python -m core.learning --architectures`.

Every candidate learns phase 1 on the same short schedule, is probed on the rated photographs
theme by theme, and is timed at the size that ships, on one core in ONNX Runtime.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.learning.card import systems_table
from core.learning.data.rated_photos import RatedPhotos
from core.learning.evaluation import summarise
from core.learning.export import one_core_session, write_onnx
from core.learning.reproduce import open_source
from core.learning.short_alignment import Arm, Outcome, Study, Trial
from core.learning.student import Student, StudentShape
from core.learning.teachers.stage_maps import mobilenet_teacher
from core.progress import Task

RESULTS = "ARCHITECTURES.md"
_WARM_UP, _RUNS = 5, 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """A backbone, and whether its stages are aligned with the teacher's, map by map."""

    backbone: str
    staged: bool = False

    @property
    def name(self) -> str:
        return f"{self.backbone}, with maps" if self.staged else self.backbone


CANDIDATES = (
    Candidate("mobilenetv2_050", staged=True),
    Candidate("mobilenetv2_100", staged=True),  # ships
    Candidate("mobilenetv2_140", staged=True),
    Candidate("efficientnet_lite0", staged=True),
    Candidate("mobilenetv2_100"),
    Candidate("mobilenetv3_large_100"),
    Candidate("mobilenetv4_conv_small"),
    Candidate("efficientvit_b0"),
)
# The fast rate of convolutions before a batch normalisation is not everybody's; for networks of
# the MobileNet family with maps it was measured before.
_RATES = ((1e-2, 1e-5), (3e-3, 1e-5))


@dataclass(frozen=True, slots=True)
class Cost:
    """Of the exported network at the size that ships; decoding comes on top."""

    ms_per_image: float  # median, on one core
    megabytes: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What a candidate came to."""

    candidate: Candidate
    cost: Cost
    rate: float  # the learning rate it learned best at, by the cosine to CLIP
    outcomes: tuple[Outcome, ...]  # by seed


def compare_architectures(
    data: Path,
    run: Path,
    out: Path,
    task: Task,
    study: Study,
    candidates: Sequence[Candidate] = CANDIDATES,
) -> Path:
    """Measure every candidate and write the table; the file, in the folder `out`.

    Args:
        data: the training data folder.
        run: keeps decoded photographs and outcomes, so an interrupted comparison goes on.
        out: receives the table.
        task: reports and cancels.
        study: the schedule.
        candidates: what to compare.

    Raises:
        TrainingError: the data or the run cannot be used, or timm lacks a backbone.
        Cancelled: the task was stopped; the next call goes on.
    """
    torch.set_num_threads(study.recipe.threads)
    source = open_source(data, run, task)
    trial = Trial(source, mobilenet_teacher(data), run / "architectures", study, task)
    entries = [_entry(candidate, trial) for candidate in candidates]
    out.mkdir(parents=True, exist_ok=True)
    target = out / RESULTS
    target.write_text(_report(entries, source.rated, study), encoding="utf-8")
    return target


def _entry(candidate: Candidate, trial: Trial) -> Entry:
    """Its rate is chosen by what phase 1 itself wants, never by ratings."""
    arm = Arm(maps=1.0 if candidate.staged else 0.0, pooled=1.0)
    by_rate = {
        rates: tuple(
            trial.outcome(
                f"{candidate.backbone}-{seed}",
                arm,
                _shape(candidate, trial.study),
                seed,
                rates,
            )
            for seed in range(trial.study.seeds)
        )
        for rates in (_RATES[:1] if candidate.staged else _RATES)
    }
    best = max(by_rate, key=lambda rates: np.mean([one.clip_cosine for one in by_rate[rates]]))
    return Entry(candidate, _cost(candidate, trial), best[0], by_rate[best])


def _shape(candidate: Candidate, study: Study) -> StudentShape:
    shape = study.recipe.shape
    return StudentShape(
        backbone=candidate.backbone,
        bridge_channels=shape.bridge_channels if candidate.staged else (),
        embedding_dim=shape.embedding_dim,
        bins=shape.bins,
    )


def _cost(candidate: Candidate, trial: Trial) -> Cost:
    """What the network costs does not depend on its weights."""
    size_px = trial.study.recipe.alignment.final_size_px
    pixels = np.random.default_rng(0).integers(0, 256, (1, size_px, size_px, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "student.onnx"
        write_onnx(Student(_shape(candidate, trial.study)), size_px, path)
        session = one_core_session(path)
        taken_s = []
        for number in trial.task.track(range(_WARM_UP + _RUNS), f"time {candidate.name}"):
            start = time.perf_counter()
            session.run(None, {"pixels": pixels})
            if number >= _WARM_UP:
                taken_s.append(time.perf_counter() - start)
        return Cost(1000 * statistics.median(taken_s), path.stat().st_size / 1e6)


_REPORT = """# Which network is worth its cost

Made by `python -m core.learning --architectures --data DATA --run RUN --out DIR`. Phase 1 alone:
{steps} steps of {batch} photographs at {size} px from random weights, {seeds} seeds, then a ridge
on the frozen embedding in {folds} folds in which no theme stands on both sides. "With maps": the
stages also learn the ImageNet teacher's feature maps; the others learn its pooled features only.
Networks without maps learned at two rates ({rates}); the one nearer to CLIP on pairs kept out of
phase 1 counts. The time is of one photograph at {shipped} px on one core in ONNX Runtime, on the
machine that made this table. A front is what nothing beats in both columns.

| network | ms | MB | SRCC | cosine to CLIP | rate | on the front |
|---|---|---|---|---|---|---|
{rows}

{details}

The schedule is short: it tells which network learns fastest from few photographs, and that is
what the choice turns on here; it does not tell what each would reach in the end.
"""


def _report(entries: Sequence[Entry], rated: RatedPhotos, study: Study) -> str:
    recipe = study.recipe
    by_seed = [
        {entry.candidate.name: entry.outcomes[seed].distributions for entry in entries}
        for seed in range(study.seeds)
    ]
    systems = summarise(by_seed, rated, recipe.folds)
    agreement = {name: float(str(measured["srcc"])) for name, measured in systems.items()}
    ordered = sorted(entries, key=lambda entry: entry.cost.ms_per_image)
    front = _front(ordered, agreement)
    return _REPORT.format(
        steps=study.steps,
        batch=recipe.alignment.batch_size,
        size=study.size_px,
        seeds=study.seeds,
        folds=recipe.folds,
        rates=" and ".join(f"{first:g}" for first, _ in _RATES),
        shipped=recipe.alignment.final_size_px,
        rows="\n".join(
            _row(entry, agreement[entry.candidate.name], entry.candidate in front)
            for entry in ordered
        ),
        details=systems_table(systems),
    )


def _front(ordered: Sequence[Entry], agreement: dict[str, float]) -> set[Candidate]:
    """Those that agree better than everything cheaper; `ordered` is by rising cost."""
    found: set[Candidate] = set()
    best = -np.inf
    for entry in ordered:
        if agreement[entry.candidate.name] > best:
            best = agreement[entry.candidate.name]
            found.add(entry.candidate)
    return found


def _row(entry: Entry, srcc: float, on_front: bool) -> str:
    cosine = np.mean([one.clip_cosine for one in entry.outcomes])
    return (
        f"| {entry.candidate.name} | {entry.cost.ms_per_image:.1f} | {entry.cost.megabytes:.1f} "
        f"| {srcc:.3f} | {cosine:.3f} | {entry.rate:g} | {'yes' if on_front else ''} |"
    )
