"""Capture times as whole microseconds on the camera's clock, which sort and compare exactly."""

from datetime import datetime, timedelta

_EPOCH = datetime(1970, 1, 1)
_TICK = timedelta(microseconds=1)


def to_ticks(moment: datetime) -> int:
    """Microseconds since 1970; the zone, if any, is not looked at."""
    return (moment.replace(tzinfo=None) - _EPOCH) // _TICK


def from_ticks(ticks: int) -> datetime:
    """The inverse of `to_ticks`."""
    return _EPOCH + timedelta(microseconds=ticks)
