"""A verdict as the text that is kept beside its profile, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.taste.verdict import Cut, Figure, Verdict

_ARMS = ("generic", "quick", "deep")


def to_json(verdict: Verdict) -> str:
    """Everything that a verdict says."""
    return json.dumps(asdict(verdict), ensure_ascii=False)


def from_json(text: str) -> Verdict:
    """The inverse of `to_json`.

    Raises:
        ValueError: it is not a verdict.
    """
    try:
        return _verdict(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a verdict: {error}") from error


def _verdict(data: Mapping[str, Any]) -> Verdict:
    if data["chosen"] not in _ARMS:
        raise ValueError(f"not an arm: {data['chosen']}")
    return Verdict(
        ratings=int(data["ratings"]),
        shoots=int(data["shoots"]),
        bursts=int(data["bursts"]),
        held_out=int(data["held_out"]),
        chosen=data["chosen"],
        generic=_figure(data["generic"]),
        personal=_figure(data["personal"]),
        gain=_figure(data["gain"]),
        cuts=tuple(
            Cut(int(cut["percent"]), _known(cut["generic"]), _known(cut["personal"]))
            for cut in data["cuts"]
        ),
        sentence=str(data["sentence"]),
    )


def _figure(data: Mapping[str, Any] | None) -> Figure | None:
    return None if data is None else _known(data)


def _known(data: Mapping[str, Any]) -> Figure:
    return Figure(float(data["value"]), float(data["low"]), float(data["high"]))
