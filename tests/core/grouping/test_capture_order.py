"""Photos come in the order they were taken, whatever their clocks say."""

from datetime import UTC, datetime

import numpy as np
import pytest

from core.grouping.capture_order import moments
from tests.core.grouping.columns import captures


def test_frames_of_a_whole_second_follow_by_file_number() -> None:
    shot = captures([10, 10, 10, 11], file_number=[3, 1, 2, 4], name_rank=[2, 0, 1, 3])
    when = moments(shot)
    assert when.order.tolist() == [1, 2, 0, 3]
    gaps = np.diff(when.seconds[when.order])
    assert (gaps > 0).all()
    assert gaps[:2] == pytest.approx([1 / 3, 1 / 3])


def test_a_counter_that_began_anew_within_a_second_goes_on() -> None:
    shot = captures([10, 10, 10, 10], file_number=[9998, 9999, 1, 2], name_rank=[2, 3, 0, 1])
    assert moments(shot).order.tolist() == [0, 1, 2, 3]


def test_fractions_of_a_second_are_taken_as_they_are() -> None:
    shot = captures([10.25, 10.0, 10.75])
    when = moments(shot)
    assert when.order.tolist() == [1, 0, 2]
    assert when.seconds.tolist() == pytest.approx([0.25, 0.0, 0.75])


@pytest.mark.parametrize("year", [1970, 1980, 2101, 9999])
def test_a_time_that_cannot_be_meant_counts_as_unknown(year: int) -> None:
    shot = captures([0, 1, 2])
    shot.taken_us[0] = datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1e6
    when = moments(shot)
    assert when.is_dated.tolist() == [False, True, True]
    assert when.order.tolist() == [1, 2, 0]


def test_undated_photos_come_last_by_folder_and_name() -> None:
    shot = captures([None, None, 5, None], folder=[1, 0, 0, 0], name_rank=[0, 3, 2, 1])
    assert moments(shot).order.tolist() == [2, 3, 1, 0]


def test_a_clock_that_stands_still_tells_nothing() -> None:
    assert not moments(captures([7.0] * 300)).is_dated.any()
    assert moments(captures([7.0] * 100)).is_dated.all()


def test_cameras_in_two_time_zones_are_read_in_one() -> None:
    shot = captures([0.5, 7201.0, 1.5], camera=[0, 1, 0], utc_offset_min=[0.0, 120.0, 0.0])
    assert moments(shot).order.tolist() == [0, 1, 2]


def test_a_camera_that_names_no_zone_is_read_as_one_beside_it_that_does() -> None:
    shot = captures([0.5, 1.0, 1.5], camera=[0, 1, 0], utc_offset_min=[120.0, np.nan, 120.0])
    assert moments(shot).order.tolist() == [0, 1, 2]


def test_a_zone_that_is_only_sometimes_named_is_left_aside() -> None:
    shot = captures([0.5, 1.0, 1.5], utc_offset_min=[60.0, np.nan, 60.0])
    assert moments(shot).order.tolist() == [0, 1, 2]
    assert moments(shot).seconds.tolist() == pytest.approx([0, 0.5, 1])


def test_a_clock_that_is_off_is_put_right() -> None:
    shot = captures([0.1, 100.2, 0.3], camera=[0, 1, 0])
    assert moments(shot, {1: -100.0}).order.tolist() == [0, 1, 2]


def test_nothing_and_one_photo_are_in_order() -> None:
    assert moments(captures([])).order.tolist() == []
    assert moments(captures([None])).order.tolist() == [0]
    assert moments(captures([3.0])).seconds.tolist() == [0.0]
