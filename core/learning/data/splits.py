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


def parts_by_group(
    groups: Sequence[str], shares: tuple[float, float, float], seed: int
) -> NDArray[np.intp]:
    """Train, validation or test, 0 to 2, of each photograph (N,); groups are never divided.

    Groups are dealt out in a random order, each to the part that lacks most of its share.

    Args:
        groups: of each photograph.
        shares: of the photographs that each part should get; 0 for none.
        seed: equal seeds give equal parts.

    Raises:
        TrainingError: the shares do not add up to 1, or there are too few groups for the parts.
    """
    if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise TrainingError(f"The parts {shares} do not add up to a whole.")
    names, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    lacking = np.array(shares) * len(groups)
    part_of_group = np.empty(len(names), np.intp)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part = int(lacking.argmax())
        part_of_group[group] = part
        lacking[part] -= sizes[group]
    empty = set(np.flatnonzero(shares)) - set(part_of_group)
    if empty:
        raise TrainingError(
            f"{len(names)} groups are too few for {np.count_nonzero(shares)} parts."
        )
    return part_of_group[group_of]


def labelled_rows(
    groups: Sequence[str], rows: NDArray[np.intp], share: float, seed: int
) -> NDArray[np.intp]:
    """A share of `rows` to keep the labels of, drawn group by group, in ascending order.

    Whole groups are taken in a random order, of the last one as many as are still wanted. With
    one seed a smaller share is part of every larger one.

    Args:
        groups: of every photograph, not only of `rows`.
        rows: where to draw from, for instance the train part.
        share: above 0, at most 1; at least one photograph is drawn.
        seed: equal seeds give equal rows.

    Raises:
        TrainingError: the share is out of range, or there is nothing to draw from.
    """
    if not 0 < share <= 1:
        raise TrainingError(f"A share of {share:g} of the labels cannot be drawn.")
    if not len(rows):
        raise TrainingError("There is no photograph to draw labels from.")
    generator = np.random.default_rng(seed)
    ordered = np.sort(rows)
    _, group_of = np.unique([groups[row] for row in ordered], return_inverse=True)
    turn_of_group = generator.permutation(group_of.max() + 1)
    turn_in_group = generator.permutation(len(ordered))
    in_turn = ordered[np.lexsort((turn_in_group, turn_of_group[group_of]))]
    return np.sort(in_turn[: max(1, round(share * len(ordered)))])


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
