"""Brackets and panoramas are recognised, and what may be one is not called one."""

import numpy as np
import pytest

from core.grouping.brackets import find_brackets
from core.grouping.capture_order import moments
from core.grouping.captures import Captures
from core.grouping.panoramas import find_panoramas
from core.grouping.sequences import Kind, Sequence
from tests.core.grouping.columns import captures, directions

NONE = np.empty(0, dtype=np.intp)


def bracketed(ev: list[float], light: list[float] | None = None, pause: float = 0.3) -> Captures:
    seconds = [0.1 + pause * place for place in range(len(ev))]
    known = {} if light is None else {"light": light}
    return captures(seconds, exposure_s=2.0 ** np.array(ev) / 250, **known)


def lit(ev: list[float]) -> list[float]:
    """How light pictures get that were exposed so."""
    return [0.4 + 0.1 * stops for stops in ev]


def brackets(shot: Captures) -> list[tuple[Kind, list[int]]]:
    return [(found.kind, found.rows.tolist()) for found in find_brackets(shot, moments(shot))]


def swept(angles: list[float], pause: float = 1.5, exposure: list[float] | None = None) -> Captures:
    seconds = [0.1 + pause * place for place in range(len(angles))]
    known = {} if exposure is None else {"exposure_s": exposure}
    return captures(seconds, embeddings=directions(angles), **known)


def panoramas(shot: Captures) -> list[Sequence]:
    return find_panoramas(shot, moments(shot), NONE)


@pytest.mark.parametrize(
    "ev",
    [
        [0, -1, 1],
        [-2, 0, 2],
        [1, 0, -1],
        [0, -1, 1, -2, 2],
        [0, -2, -1, 1, 2],
        [-2 / 3, 0, 2 / 3],
        [-3, -2, -1, 0, 1, 2, 3],
        [0, -1 / 3, 1 / 3],
    ],
)
def test_frames_in_equal_steps_that_get_lighter_are_a_bracket(ev: list[float]) -> None:
    assert brackets(bracketed(ev, lit(ev))) == [(Kind.BRACKET, [*range(len(ev))])]


def test_sets_that_follow_each_other_are_brackets_of_their_own() -> None:
    ev = [0, -1, 1, 0, -1, 1, -1, 0, 1]
    found = brackets(bracketed(ev, lit(ev)))
    assert [rows for _, rows in found] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_exposure_that_follows_the_light_is_no_bracket() -> None:
    assert brackets(bracketed([0, -1, 1], [0.4, 0.41, 0.4])) == []


def test_small_steps_cannot_be_told_from_it_if_nobody_saw_the_pictures() -> None:
    assert brackets(bracketed([0, -1 / 3, 1 / 3])) == [(Kind.UNSURE, [0, 1, 2])]


def test_large_steps_can() -> None:
    assert brackets(bracketed([0, -2, 2])) == [(Kind.BRACKET, [0, 1, 2])]


@pytest.mark.parametrize(
    "ev",
    [[0, 0, 0], [0, -1, 2], [0, -1], [1, -1, 0], [0, np.nan, 1]],
    ids=["one exposure", "uneven", "two", "an order of no camera", "not known"],
)
def test_other_exposures_are_no_bracket(ev: list[float]) -> None:
    assert brackets(bracketed(ev, lit(ev))) == []


def test_a_pause_ends_a_bracket_but_a_long_exposure_does_not() -> None:
    ev = [0.0, -1.0, 1.0]
    assert brackets(bracketed(ev, lit(ev), pause=5)) == []
    slow = captures([0.1, 8.4, 12.8], exposure_s=[8.0, 4.0, 16.0], light=lit(ev))
    assert brackets(slow) == [(Kind.BRACKET, [0, 1, 2])]


def test_another_subject_is_no_part_of_a_bracket() -> None:
    ev = [0, -1, 1]
    shot = bracketed(ev, lit(ev))
    shot.embeddings[2] = directions([1.5])[0]
    assert brackets(shot) == []


def test_frames_that_drift_steadily_are_a_panorama() -> None:
    [found] = panoramas(swept([0, 0.3, 0.6, 0.9, 1.2]))
    assert (found.kind, found.rows.tolist()) == (Kind.PANORAMA, [0, 1, 2, 3, 4])


@pytest.mark.parametrize(
    ("angles", "why"),
    [([0, 0.3, 0.6], "three only"), ([0, 0.15, 0.3, 0.45, 0.6], "as little as a focus stack")],
)
def test_what_may_be_a_panorama_is_left_open(angles: list[float], why: str) -> None:
    assert [found.kind for found in panoramas(swept(angles))] == [Kind.UNSURE], why


def test_a_subject_framed_anew_each_time_is_no_panorama() -> None:
    assert panoramas(swept([0, 0.3, 0, 0.3, 0, 0.3])) == []


def test_a_fast_series_is_no_panorama() -> None:
    assert panoramas(swept([0, 0.3, 0.6, 0.9, 1.2], pause=0.1)) == []


def test_exposures_that_differ_are_no_panorama() -> None:
    exposure = [1 / 60, 1 / 250, 1 / 60, 1 / 250, 1 / 60]
    assert panoramas(swept([0, 0.3, 0.6, 0.9, 1.2], exposure=exposure)) == []


def test_a_panorama_of_unknown_exposure_is_left_open() -> None:
    shot = swept([0, 0.3, 0.6, 0.9, 1.2], exposure=[np.nan] * 5)
    assert [found.kind for found in panoramas(shot)] == [Kind.UNSURE]
