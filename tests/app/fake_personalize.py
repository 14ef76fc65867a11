"""A taste that answers at once and as told, for the tests of the window."""

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from core.photo import Changes, PhotoId, ProfileId
from core.progress import Task
from core.services.personalize import (
    Cut,
    Explanation,
    Figure,
    Move,
    Personalize,
    Profile,
    Proposal,
    Suggested,
    Verdict,
)
from core.taste.readiness import Readiness

GENERIC = Profile(None, "Model for everybody", "generic", None, 0, None, in_force=True)


def profile(number: int, name: str, **facts: object) -> Profile:
    """A quick profile of 120 ratings."""
    made = datetime(2026, 11, 20 + number % 8)
    plain = Profile(
        ProfileId(number), name, "quick", made, 120, Figure(0.16, 0.05, 0.27), in_force=False
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def verdict(**facts: object) -> Verdict:
    """A verdict in favour of the personal model."""
    plain = Verdict(
        ratings=212,
        shoots=9,
        bursts=140,
        held_out=212,
        chosen="quick",
        generic=Figure(0.42, 0.31, 0.53),
        personal=Figure(0.58, 0.48, 0.67),
        gain=Figure(0.16, 0.05, 0.27),
        cuts=(
            Cut(10, Figure(4, -0.4, 9), Figure(1, -2, 4)),
            Cut(20, Figure(11, 6, 17), Figure(4, 1, 8)),
            Cut(30, Figure(19, 12, 27), Figure(9, 4, 15)),
        ),
        sentence="On shoots that it has not seen, your model puts photos in your order more often "
        "than the model for everybody.",
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def proposal(ids: tuple[PhotoId, ...] = (), **facts: object) -> Proposal:
    """A proposal that moves half of these photos up and half of them down."""
    half = len(ids) // 2
    found = verdict(**facts)
    return Proposal(
        verdict=found,
        arm=found.chosen,
        up=tuple(Move(id_, 31 + n, 78 - n) for n, id_ in enumerate(ids[:half][:12])),
        down=tuple(Move(id_, 84 - n, 40 + n) for n, id_ in enumerate(ids[half:][:12])),
        content=b"",
    )


class FakePersonalize(Personalize):
    """Does nothing to a catalogue."""

    def __init__(self) -> None:
        self.ready = Readiness(34, 3, 28, "few", "Enough to try; with 6 more the gain can be seen.")
        self.deep_s = 182.0
        self.suggestions: tuple[Suggested, ...] = ()
        self.found: Proposal | Exception = proposal()
        self.kept: list[Profile] = [GENERIC]
        self.refusal: Exception | None = None  # of whatever alters profiles
        self.explanation = Explanation(None, {}, (), "It looks like what you rate high.")
        self.go_on = threading.Event()  # learning waits for it
        self.go_on.set()
        self.log: list[object] = []

    def readiness(self) -> Readiness:
        return self.ready

    def deep_seconds(self, ready: Readiness) -> float:
        return self.deep_s

    def suggest(self, count: int = 12) -> tuple[Suggested, ...]:
        return self.suggestions[:count]

    def learn(self, task: Task, *, deep: bool = False) -> Proposal:
        self.log.append(("learn", deep))
        done = 3
        task.report("trial", done, 10)
        while not self.go_on.wait(0.01):
            task.report("trial", done, 10)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def accept(self, proposal: Proposal, name: str) -> Changes:
        self._refuse()
        number = 1 + max((one.id or 0 for one in self.kept), default=0)
        self.kept.insert(1, profile(number, name, arm=proposal.arm))
        return self.use(ProfileId(number))

    def profiles(self) -> tuple[Profile, ...]:
        return tuple(self.kept)

    def use(self, profile: ProfileId | None) -> Changes:
        self._refuse()
        self.log.append(("use", profile))
        self.kept = [replace(one, in_force=one.id == profile) for one in self.kept]
        return Changes()

    def rename(self, profile: ProfileId, name: str) -> None:
        self._refuse()
        self.kept = [replace(one, name=name) if one.id == profile else one for one in self.kept]

    def forget(self, profile: ProfileId) -> None:
        self._refuse()
        if any(one.in_force for one in self.kept if one.id == profile):
            self.use(None)
        self.kept = [one for one in self.kept if one.id != profile]

    def export_profile(self, profile: ProfileId, target: Path) -> None:
        self._refuse()
        target.write_bytes(b"taste")

    def import_profile(self, source: Path) -> Profile:
        self._refuse()
        added = profile(90, source.stem)
        self.kept.insert(1, added)
        return added

    def explain(self, photo: PhotoId) -> Explanation:
        return self.explanation

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal


def bump(height: int = 14, width: int = 20) -> np.ndarray:
    """A map whose middle counts most."""
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.exp(-3 * ((rows + 0.2) ** 2 + (columns - 0.2) ** 2)).astype(np.float32)
