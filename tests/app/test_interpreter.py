"""The window has the interpreter soon, whatever computes beside it."""

import sys
from collections.abc import Iterator

import pytest

from app.interpreter import put_window_first


@pytest.fixture
def usual_interval() -> Iterator[float]:
    """Python's own, whatever ran before in this process."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield sys.getswitchinterval()
    sys.setswitchinterval(before)


def test_a_thread_that_computes_lets_go_several_times_in_one_event(usual_interval: float) -> None:
    put_window_first()
    frame_s = 1 / 60
    assert sys.getswitchinterval() < frame_s / 10
    assert sys.getswitchinterval() < usual_interval
