"""What is said of the time before it begins."""

import pytest

from core.learning.personal.deep_time import expected_seconds, share_of_looking


def test_it_says_what_was_measured() -> None:
    assert expected_seconds(2200, 10) == pytest.approx(182, rel=0.1)


def test_with_few_photos_teaching_is_nearly_all_of_it() -> None:
    assert share_of_looking(50, 5) < 0.1
    assert 0.3 < share_of_looking(2200, 10) < 0.6
    assert share_of_looking(10_000, 10) > share_of_looking(2200, 10)
