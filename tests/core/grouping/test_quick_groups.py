"""The quick way to tell shoots and bursts says what the readable way says."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from core.grouping.bursts import Taken, bursts_of, shoots_of
from core.grouping.quick_groups import quick_groups

START = datetime(1970, 1, 1)

photos = st.tuples(
    st.integers(0, 2),
    st.none() | st.integers(-200_000, 200_000).map(lambda n: timedelta(seconds=n / 2)),
    st.sampled_from(["", "one", "two"]),
)
seconds_apart = st.tuples(
    st.just(0), st.integers(0, 20).map(lambda n: timedelta(seconds=n)), st.sampled_from(["a", "b"])
)


def same_partition(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> bool:
    return bool(((one[:, None] == one) == (other[:, None] == other)).all())


@given(st.lists(photos | seconds_apart, max_size=40))
def test_both_ways_group_alike(shot: list[tuple[int, timedelta | None, str]]):
    taken = [
        Taken(Path(f"/{folder}"), None if since is None else START + since, camera)
        for folder, since, camera in shot
    ]
    shoots, bursts = quick_groups(
        np.array([folder for folder, _, _ in shot], dtype=np.int64),
        np.array(
            [
                np.nan if since is None else since / timedelta(microseconds=1)
                for _, since, _ in shot
            ],
            dtype=np.float64,
        ),
        [camera for _, _, camera in shot],
    )
    assert same_partition(shoots, shoots_of(taken))
    assert same_partition(bursts, bursts_of(taken))
