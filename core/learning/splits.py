"""Splits: by theme for ratings, so that near-duplicates ("Lake 12", "Lake 14") stay together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.datasets import IndexRow


def theme_folds(themes: Sequence[str], folds: int, seed: int) -> NDArray[np.intp]:
    """The fold (N,) of each photograph, 0 to folds - 1; a theme lies in one fold as a whole.

    Themes are dealt out in a random order, each to the fold that is emptiest so far.

    Raises:
        TrainingError: there are fewer themes than folds.
    """
    names, theme_of, sizes = np.unique(themes, return_inverse=True, return_counts=True)
    if len(names) < folds:
        raise TrainingError(f"{len(names)} themes cannot be split into {folds} folds.")
    order = np.random.default_rng(seed).permutation(len(names))
    filled = np.zeros(folds, np.intp)
    fold_of_theme = np.empty(len(names), np.intp)
    for theme in order:
        emptiest = int(filled.argmin())
        fold_of_theme[theme] = emptiest
        filled[emptiest] += sizes[theme]
    return fold_of_theme[theme_of]


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
