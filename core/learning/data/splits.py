"""Splits that keep a group together, or near-duplicates ("Lake 12", "Lake 14") would leak."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.training_folder import IndexRow


def group_folds(groups: Sequence[str], folds: int, seed: int) -> NDArray[np.intp]:
    """The fold (N,) of each photograph, 0 to folds - 1; a group lies in one fold as a whole.

    Groups are dealt out in a random order, each to the fold that is emptiest so far.

    Raises:
        TrainingError: there are fewer groups than folds.
    """
    names, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < folds:
        raise TrainingError(f"{len(names)} groups cannot be split into {folds} folds.")
    order = np.random.default_rng(seed).permutation(len(names))
    filled = np.zeros(folds, np.intp)
    fold_of_group = np.empty(len(names), np.intp)
    for group in order:
        emptiest = int(filled.argmin())
        fold_of_group[group] = emptiest
        filled[emptiest] += sizes[group]
    return fold_of_group[group_of]


def without_held_out_pairs(
    rows: Sequence[IndexRow], share: float, seed: int
) -> tuple[tuple[IndexRow, ...], tuple[IndexRow, ...]]:
    """The rows to train on, and a share of those with CLIP features to measure with."""
    draws = np.random.default_rng(seed).random(len(rows))
    is_held_out = [
        row.clip_row >= 0 and draw < share for row, draw in zip(rows, draws, strict=True)
    ]
    kept = tuple(row for row, is_out in zip(rows, is_held_out, strict=True) if not is_out)
    held_out = tuple(row for row, is_out in zip(rows, is_held_out, strict=True) if is_out)
    return kept, held_out
