"""Shoots and bursts are what their definition says, read word by word."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from core.grouping.bursts import BURST_GAP, DAY_BEGINS, shoots_and_bursts

EPOCH = datetime(1970, 1, 1)
TICK = timedelta(microseconds=1)
Photo = tuple[str, timedelta | None, str]

photos = st.tuples(
    st.sampled_from(["wedding", "zoo", "home"]),
    st.none() | st.integers(-200_000, 200_000).map(lambda n: timedelta(seconds=n / 2)),
    st.sampled_from(["", "one", "two"]),
)
seconds_apart = st.tuples(
    st.just("zoo"),
    st.integers(0, 20).map(lambda n: timedelta(seconds=n)),
    st.sampled_from(["a", "b"]),
)


def grouped(shot: Sequence[Photo]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    folders, since, cameras = zip(*shot, strict=True) if shot else ((), (), ())
    ticks = [None if each is None else each // TICK for each in since]
    return shoots_and_bursts(folders, ticks, cameras)


def shoot(photo: Photo) -> tuple[object, ...]:
    folder, since, _ = photo
    return folder, None if since is None else (EPOCH + since - DAY_BEGINS).date()


def joined(shot: Sequence[Photo]) -> list[set[int]]:
    """Bursts by joining, again and again, any two frames that belong together."""
    bursts = [{row} for row in range(len(shot))]
    for row, (_, at, camera) in enumerate(shot):
        for other, (_, when, with_) in enumerate(shot):
            if (
                at is None
                or when is None
                or camera != with_
                or shoot(shot[row]) != shoot(shot[other])
            ):
                continue
            if abs(at - when) <= BURST_GAP and bursts[row] is not bursts[other]:
                bursts[row] |= bursts[other]
                for each in bursts[row]:
                    bursts[each] = bursts[row]
    return bursts


@given(st.lists(photos | seconds_apart, max_size=40))
def test_photos_are_grouped_as_the_definition_says(shot: list[Photo]):
    shoots, bursts = grouped(shot)
    expected = joined(shot)
    for row, photo in enumerate(shot):
        assert set(np.flatnonzero(bursts == bursts[row])) == expected[row]
        for other, another in enumerate(shot):
            assert (shoots[row] == shoots[other]) == (shoot(photo) == shoot(another))


def test_a_night_belongs_to_the_day_before_it():
    party = [timedelta(hours=hours) for hours in (22, 27, 29)]  # ten, three, five o'clock
    shoots, _ = grouped([("party", each, "") for each in party])
    assert shoots[0] == shoots[1] != shoots[2]


def test_a_burst_goes_on_as_long_as_the_camera_does():
    shot = [("zoo", timedelta(seconds=2 * n), "") for n in range(10)]
    assert len(set(grouped(shot)[1].tolist())) == 1
    later = [*shot, ("zoo", timedelta(seconds=20, microseconds=1), "")]
    assert len(set(grouped(later)[1].tolist())) == 2
