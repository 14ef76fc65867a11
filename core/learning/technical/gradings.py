"""Spoils photographs and notes what the program would measure of each version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.learning.technical.degradations import LADDER, Kind, encoded, spoil
from core.learning.technical.photographs import Photograph
from core.progress import Task

KINDS = tuple(Kind)
_MILD = 0.4  # the strongest second flaw that a photograph to learn from may have
_FLAWED = 0.4  # the share of those that have one

Look = Callable[[Path], NDArray[np.float32]]  # what the program measures of a file


@dataclass(frozen=True, slots=True)
class Gradings:
    """Versions of photographs; each photograph's untouched version comes first."""

    statistics: NDArray[np.float32]  # (N, S)
    photo: NDArray[np.int64]  # (N,)
    kind: NDArray[np.int64]  # (N,) place in KINDS; -1 is untouched
    degree: NDArray[np.float32]  # (N,) 0..1


@dataclass(frozen=True, slots=True)
class _Version:
    kind: int
    degree: float


def graded_to_learn(
    photos: Sequence[Photograph], look: Look, seed: int, scratch: Path, task: Task
) -> Gradings:
    """Each photograph at random degrees, one in each fifth; some have a second, mild flaw."""
    generator = np.random.default_rng((seed, 5))
    plans: list[tuple[dict[Kind, float], list[_Version]]] = []
    for _ in photos:
        flaw = {KINDS[generator.integers(len(KINDS))]: float(generator.uniform(0.1, _MILD))}
        flaws = flaw if generator.random() < _FLAWED else {}
        versions = [_Version(-1, 0.0)]
        for place, kind in enumerate(KINDS):
            degrees = (np.arange(len(LADDER)) + generator.random(len(LADDER))) / len(LADDER)
            if kind not in flaws:
                versions += [_Version(place, float(max(degree, 0.05))) for degree in degrees]
        plans.append((flaws, versions))
    return _grade("degrade photographs", photos, plans, look, seed, scratch, task)


def graded_to_judge(
    photos: Sequence[Photograph], look: Look, seed: int, scratch: Path, task: Task
) -> Gradings:
    """Each photograph at every degree of the ladder, with no other flaw."""
    ladder = [_Version(place, degree) for place in range(len(KINDS)) for degree in LADDER]
    plans: list[tuple[dict[Kind, float], list[_Version]]] = [
        ({}, [_Version(-1, 0.0), *ladder]) for _ in photos
    ]
    return _grade("degrade held-out photographs", photos, plans, look, seed + 1, scratch, task)


def _grade(
    stage: str,
    photos: Sequence[Photograph],
    plans: Sequence[tuple[dict[Kind, float], list[_Version]]],
    look: Look,
    seed: int,
    scratch: Path,
    task: Task,
) -> Gradings:
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / "version"
    rows: list[tuple[NDArray[np.float32], int, int, float]] = []
    for number, (photo, (flaws, versions)) in enumerate(zip(photos, plans, strict=True)):
        frame = photo.frame()
        for version in versions:
            task.report(stage, number, len(photos))
            degrees = dict(flaws)
            if version.kind >= 0:
                degrees[KINDS[version.kind]] = version.degree
            file.write_bytes(encoded(spoil(frame, degrees, seed * 1_000_003 + number)))
            rows.append((look(file), number, version.kind, version.degree))
    file.unlink(missing_ok=True)
    task.report(stage, len(photos), len(photos))
    statistics, photo_numbers, kinds, degrees_ = zip(*rows, strict=True)
    return Gradings(
        np.stack(statistics),
        np.array(photo_numbers, np.int64),
        np.array(kinds, np.int64),
        np.array(degrees_, np.float32),
    )
