"""Splits: no group on both sides, the same again for one seed."""

import numpy as np
import pytest

from core.errors import TrainingError
from core.learning.data.splits import labelled_rows, parts_by_group

GROUPS = [f"shoot {number % 37}" for number in range(400)]


def test_parts_never_divide_a_group_and_have_about_their_share():
    parts = parts_by_group(GROUPS, (0.8, 0.1, 0.1), seed=1)
    of_group = {
        group: {p for g, p in zip(GROUPS, parts, strict=True) if g == group} for group in GROUPS
    }
    assert {len(found) for found in of_group.values()} == {1}
    assert np.bincount(parts) / 400 == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    assert (parts == parts_by_group(GROUPS, (0.8, 0.1, 0.1), seed=1)).all()
    assert (parts != parts_by_group(GROUPS, (0.8, 0.1, 0.1), seed=2)).any()
    assert set(parts_by_group(GROUPS, (0.9, 0, 0.1), seed=1)) == {0, 2}


def test_parts_that_cannot_be_made_are_refused():
    with pytest.raises(TrainingError, match="too few"):
        parts_by_group(["a", "b", "b"], (0.5, 0.25, 0.25), seed=0)
    with pytest.raises(TrainingError, match="whole"):
        parts_by_group(GROUPS, (0.5, 0.2, 0.2), seed=0)


def test_fewer_labels_are_a_part_of_more_and_come_from_few_groups():
    train = np.flatnonzero(parts_by_group(GROUPS, (0.8, 0.1, 0.1), seed=1) == 0)
    few, more, every = (labelled_rows(GROUPS, train, share, seed=4) for share in (0.01, 0.1, 1.0))
    assert (len(few), len(more)) == (round(len(train) / 100), round(len(train) / 10))
    assert set(few) < set(more) < set(every)
    assert (every == train).all()
    assert len({GROUPS[row] for row in more}) <= 5, "whole groups, not one photograph of each"
    assert (more == labelled_rows(GROUPS, train[::-1], 0.1, seed=4)).all()
    assert (more != labelled_rows(GROUPS, train, 0.1, seed=5)).any()
    with pytest.raises(TrainingError):
        labelled_rows(GROUPS, train, 0, seed=0)
