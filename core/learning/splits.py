"""Splits by theme: near-duplicates ("Lake 12", "Lake 14") never stand on both sides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError


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
