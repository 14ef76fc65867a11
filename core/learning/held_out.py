"""The held-out figures of a training run, from the predictions it stored.

A run keeps, for every seed, fold and system, the distributions it predicted for photographs
that nothing was fitted to: held-out/seed-S/SYSTEM-F.npy.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.agreement import (
    Figures,
    Opinions,
    agreement,
    in_fold,
    mean_figures,
    srcc_interval,
)
from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.splits import group_folds

HELD_OUT = "held-out"  # in the run folder
_STORED = re.compile(r"(?P<system>.+)-(?P<fold>\d+)")


def held_out_figures(
    run: Path, rated: RatedPhotos, names: Iterable[str] = ()
) -> dict[str, Figures]:
    """The figures of every system in the run, as means over its seeds.

    Args:
        run: the run folder.
        rated: the photographs of the run, in the same order.
        names: what systems are called; one that is not among them is called as its files.

    Raises:
        TrainingError: nothing is stored, a fold is missing, or it is of other photographs.
    """
    called = {file_name(name): name for name in names}
    seeds = sorted(
        run.glob(f"{HELD_OUT}/seed-*"), key=lambda folder: int(folder.name.split("-")[1])
    )
    if not seeds:
        raise TrainingError(
            f"{run.name} holds no held-out predictions.", hint="Name the folder given to --run."
        )
    by_system: dict[str, list[tuple[NDArray[np.float64], Figures]]] = {}
    for folder in seeds:
        for system, parts in _stored(folder).items():
            distribution, fold_of = _joined(folder, system, parts, rated)
            rating = distribution @ np.array(rated.bins)
            figures = agreement(Opinions(rating, distribution), rated)
            figures["srcc_in_fold"] = in_fold(rating, rated.mean, fold_of)
            by_system.setdefault(called.get(system, system), []).append((rating, figures))
    return {system: _over_seeds(found, rated) for system, found in by_system.items()}


def file_name(system: str) -> str:
    """What the files of a system begin with."""
    return "".join(letter if letter.isalnum() else "-" for letter in system)


def _over_seeds(found: list[tuple[NDArray[np.float64], Figures]], rated: RatedPhotos) -> Figures:
    ratings, figures = zip(*found, strict=True)
    means = mean_figures(figures)
    means["srcc_by_seed"] = [float(one["srcc"]) for one in figures]
    means["srcc_95_percent"] = srcc_interval(np.mean(ratings, axis=0), rated)
    return means


def _stored(folder: Path) -> dict[str, dict[int, Path]]:
    """The files of a seed by system and fold."""
    found: dict[str, dict[int, Path]] = {}
    for path in sorted(folder.glob("*.npy")):
        if match := _STORED.fullmatch(path.stem):
            found.setdefault(match["system"], {})[int(match["fold"])] = path
    return found


def _joined(
    folder: Path, system: str, parts: dict[int, Path], rated: RatedPhotos
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The distributions (N, K) of all folds, and which fold each is from."""
    if sorted(parts) != list(range(len(parts))) or len(parts) < 2:
        raise TrainingError(f"{folder.name}: folds of {system} are missing.")
    fold_of = group_folds(rated.groups, len(parts), int(folder.name.split("-")[1]))
    joined = np.zeros_like(rated.histogram)
    for fold, path in parts.items():
        try:
            stored = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise TrainingError(f"{path.name} is damaged.") from error
        if stored.shape != joined[fold_of == fold].shape:
            raise TrainingError(
                f"{path.name} is of other photographs than those named.",
                hint="Name the data folder that the run was made from.",
            )
        joined[fold_of == fold] = stored
    return joined, fold_of
