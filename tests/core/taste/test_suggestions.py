"""What is asked about next, what resembles a photo, and when there is enough to learn from."""

import numpy as np
import pytest

from core.taste.evidence import Evidence, Frames
from core.taste.likeness import most_alike
from core.taste.next_to_rate import next_to_rate
from core.taste.readiness import counted, readiness
from tests.core.taste.people import DIM, by_fact, photographs, rated


def nothing() -> Evidence:
    none = np.zeros(0, np.int64)
    empty = photographs(0)
    return Evidence(empty, none.astype(np.int8), none.astype(np.int8), none, none)


def clusters(per_cluster: int) -> Frames:
    frames = photographs(3 * per_cluster)
    corners = np.repeat(np.eye(3, DIM, dtype=np.float32), per_cluster, axis=0)
    features = corners + 0.01 * frames.features
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return Frames(features, frames.facts, frames.generic)


def test_the_first_questions_are_about_different_things() -> None:
    frames = clusters(10)
    one_each = np.arange(30, dtype=np.int64)
    asked = next_to_rate(nothing(), frames, one_each, one_each, count=3)
    assert sorted(each.row // 10 for each in asked) == [0, 1, 2]


def test_one_of_a_burst_is_asked_about_and_none_of_a_burst_that_was_judged() -> None:
    frames = photographs(40)
    evidence = rated(photographs(8, seed=3), by_fact(photographs(8, seed=3), "light"))
    bursts = 4 + np.arange(40, dtype=np.int64) // 4  # the first four bursts have marks
    asked = next_to_rate(evidence, frames, bursts, bursts, count=12)
    found = [int(bursts[each.row]) for each in asked]
    assert len(found) == len(set(found)) == 6
    assert min(found) == 8


def test_later_half_of_the_questions_is_about_the_line_between_keep_and_cut() -> None:
    marked = photographs(60)
    evidence = rated(marked, marked.generic)  # keeps what the rating likes
    frames = photographs(300, seed=1)
    numbers = 1000 + np.arange(300, dtype=np.int64)
    asked = next_to_rate(evidence, frames, numbers, np.zeros(300, np.int64), count=12)
    line = np.quantile(marked.generic, 0.6)  # four stars from here
    uncertain = [frames.generic[each.row] for each in asked if each.reason == "uncertain"]
    assert len(uncertain) == 6
    assert np.abs(np.array(uncertain) - line).max() < 0.3 * frames.generic.std()


def test_the_most_alike_come_first_and_once_for_each_burst() -> None:
    features = np.array([[1, 0], [0.99, 0.1], [0.6, 0.8], [0, 1]], np.float32)
    wanted = np.array([1, 0], np.float32)
    found = most_alike(features, wanted, np.array([7, 7, 8, 9]), count=2)
    assert found.tolist() == [0, 2]
    assert most_alike(features, wanted, np.arange(4), count=9).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("marks", "level"), [(0, "none"), (9, "none"), (10, "few"), (40, "some"), (100, "enough")]
)
def test_readiness_grows_with_the_marks(marks: int, level: str) -> None:
    stars = np.zeros(150, np.int8)
    stars[:marks] = 1 + np.arange(marks) % 5
    numbers = np.arange(150, dtype=np.int64)
    found = readiness(counted(stars, np.zeros(150, np.int8), numbers // 50, numbers))
    assert found.level == level
    assert found.marks == found.bursts == marks


def test_equal_marks_are_nothing_to_learn_from() -> None:
    numbers = np.arange(50, dtype=np.int64)
    found = readiness(counted(np.full(50, 3, np.int8), np.zeros(50, np.int8), numbers, numbers))
    assert found.level == "none"
    assert "equal" in found.sentence
