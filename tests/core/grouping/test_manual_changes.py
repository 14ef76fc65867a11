"""What the photographer changed of the groups holds, whatever they are made from."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.grouping.manual_changes import Apart, Change, Together, replayed

COUNT = 12
PLACES = np.arange(COUNT)
photos = st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=6, unique=True)
automatic = st.lists(st.integers(0, 4), min_size=COUNT, max_size=COUNT).map(
    lambda names: np.array([names.index(name) for name in names])
)


def rows(*chosen: int) -> np.ndarray:
    return np.array(chosen, dtype=np.intp)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    members = draw(photos)
    if draw(st.booleans()) or len(members) < 2:
        return Together(rows(*members))
    cut = draw(st.integers(1, len(members) - 1))
    return Apart([rows(*members[:cut]), rows(*members[cut:])])


def holds(change: Change, labels: np.ndarray) -> bool:
    if isinstance(change, Together):
        return len(np.unique(labels[change.rows])) == 1
    sides = [set(labels[side].tolist()) for side in change.sides]
    return not set.intersection(*sides)


@given(automatic, st.lists(changes(), max_size=5))
def test_the_last_change_holds_and_every_photo_keeps_a_group(
    labels: np.ndarray, made: list[Change]
) -> None:
    found, altered = replayed(labels, made, PLACES)
    if made:
        assert holds(made[-1], found)
    assert [found[found == label].size > 0 for label in altered] == [True] * len(altered)
    for label in np.unique(found):
        assert label == np.flatnonzero(found == label).min()


@given(automatic)
def test_without_changes_nothing_changes(labels: np.ndarray) -> None:
    found, altered = replayed(labels, [], PLACES)
    assert found.tolist() == labels.tolist()
    assert altered == set()


def test_newcomers_go_with_the_part_they_were_taken_with() -> None:
    together = np.zeros(COUNT, dtype=np.int64)
    found, _ = replayed(together, [Apart([rows(1, 2), rows(9, 10)])], PLACES)
    assert found.tolist() == [0] * 6 + [6] * 6


def test_a_group_that_was_split_is_joined_again_later() -> None:
    together = np.zeros(COUNT, dtype=np.int64)
    made: list[Change] = [Apart([rows(0), rows(11)]), Together(rows(0, 11))]
    found, altered = replayed(together, made, PLACES)
    assert found.tolist() == [0] * COUNT
    assert altered == {0}


def test_a_change_of_what_is_so_anyway_alters_nothing() -> None:
    together = np.zeros(COUNT, dtype=np.int64)
    assert replayed(together, [Together(rows(2, 3))], PLACES)[1] == set()
