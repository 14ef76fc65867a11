"""What is remembered of a session reads back as it was, and nonsense reads as nothing."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.left_off import LeftOff
from core.photo import ColorLabel, Filter, PartRange, Pick, TechnicalPart

sets = st.frozensets
filters = st.builds(
    Filter,
    min_stars=st.integers(0, 5),
    max_stars=st.integers(0, 5),
    picks=sets(st.sampled_from(Pick)),
    labels=sets(st.sampled_from(ColorLabel)),
    min_score=st.none() | st.floats(0, 100),
    parts=sets(st.builds(PartRange, st.sampled_from(TechnicalPart), st.none() | st.floats(0, 100))),
    taken_from=st.none() | st.datetimes(),
    taken_before=st.none() | st.datetimes(),
    name_contains=st.text(max_size=8),
    unreviewed=st.booleans(),
)


@given(conditions=filters, in_loupe=st.booleans(), name=st.text("aä \udcff\n", min_size=1))
def test_what_is_written_reads_back(conditions: Filter, in_loupe: bool, name: str) -> None:
    left = LeftOff(Path("/photos"), Path("/photos") / name, in_loupe, conditions)
    assert LeftOff.from_bytes(left.to_bytes()) == left


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b'{"folder": 3, "photo": "", "mode": "GRID", "filter": {}}',
        b'{"folder": "/a", "photo": "", "mode": "GRID", "filter": {"of_tomorrow": 1}}',
        b'{"folder": "/a", "photo": "", "mode": "GRID", "filter": {"picks": [99]}}',
        b'{"folder": "/a", "photo": "", "mode": "GRID", "filter": {"taken_from": "soon"}}',
        b"\xff\xfe",
    ],
)
def test_what_another_version_wrote_is_left_alone(content: bytes) -> None:
    assert LeftOff.from_bytes(content) is None


def test_a_capture_time_keeps_its_day() -> None:
    asked = Filter(taken_from=datetime(2026, 5, 17))
    left = LeftOff(Path("/a"), None, conditions=asked)
    again = LeftOff.from_bytes(left.to_bytes())
    assert again is not None
    assert again.conditions.taken_from == datetime(2026, 5, 17)
