"""The suggested frame of a group, and what is said for it."""

import numpy as np
import pytest

from core.grouping.best_frame import Ranking, Reason, ranking

NAN = float("nan")


def ranked(
    sharpness: list[float], score: list[float], preview: list[float] | None = None
) -> Ranking:
    on_preview = [NAN] * len(score) if preview is None else preview
    return ranking(np.array(sharpness), np.array(on_preview), np.array(score))


def test_the_sharpest_goes_before_a_higher_score() -> None:
    found = ranked([-9, -6, -8], [80, 40, 60])
    assert found.order.tolist() == [1, 2, 0]
    assert (found.reason, found.alike) == (Reason.SHARPEST, 1)


def test_of_equally_sharp_frames_the_score_decides() -> None:
    found = ranked([-6.0, -6.1, -9.0], [50, 70, 90])
    assert found.order.tolist() == [1, 0, 2]
    assert found.reason is Reason.SCORE


def test_frames_that_differ_by_less_than_the_error_are_said_to_be_alike() -> None:
    found = ranked([-6.0, -6.1, -9.0], [70, 70.5, 90])
    assert set(found.order[:2].tolist()) == {0, 1}
    assert (found.reason, found.alike) == (Reason.ALIKE, 2)


def test_without_a_look_at_full_size_the_preview_helps_and_that_is_said() -> None:
    found = ranked([NAN] * 3, [60, 50, 90], preview=[80, 85, 20])
    assert found.order.tolist() == [0, 1, 2]
    assert found.reason is Reason.SCORE_ON_PREVIEW


def test_one_measured_frame_compares_with_nothing() -> None:
    assert ranked([-6, NAN], [50, 60]).order.tolist() == [1, 0]


def test_a_frame_in_which_the_subject_was_not_found_comes_last() -> None:
    assert ranked([-6, NAN, -8], [10, 90, 20]).order.tolist() == [0, 2, 1]


@pytest.mark.parametrize(("count", "reason"), [(1, Reason.ONLY), (3, Reason.UNKNOWN)])
def test_where_nothing_is_known_the_first_stands(count: int, reason: Reason) -> None:
    found = ranked([NAN] * count, [NAN] * count)
    assert found.order.tolist() == [*range(count)]
    assert found.reason is reason
