"""The photographer's taste: what the window asks of the engine about it, off the GUI thread.

What alters the catalogue queues with the ratings, in the order of the keys; what only reads
goes beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs import Job, JobRunner, Lane
from core.photo import Changes, Photo, PhotoId, ProfileId
from core.services.browse import Browse
from core.services.personalize import Explanation, Personalize, Profile, Proposal, Readiness

_COUNT_MS = 300  # ratings come in bursts; their number may lag a little
_EXPLAIN_MS = 150  # while the user goes through photos nothing is explained

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Switched:
    """Another model is in force."""

    profile: Profile
    before: Profile


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a photo has its score, and the rated photos that it most resembles."""

    explanation: Explanation
    alike: tuple[Photo, ...]


class Personalizing(QObject):
    """Readiness, suggestions, profiles and explanations."""

    readiness_changed = Signal(object)  # Readiness
    deep_time_changed = Signal(float)  # seconds that thorough learning would take, about
    profiles_changed = Signal(object)  # tuple[Profile, ...]
    suggested = Signal(object)  # tuple[Suggested, ...]
    switching = Signal()  # to another model, because the user asked for it
    switched = Signal(object)  # Switched: it was done
    explained = Signal(object, object)  # PhotoId, Explained or an exception

    def __init__(
        self,
        personalize: Personalize,
        browse: Browse,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._personalize = personalize
        self._browse = browse
        self._jobs = jobs
        self._profiles: tuple[Profile, ...] = ()
        self._asked_about: PhotoId | None = None
        self._count = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._count.timeout.connect(self._read_readiness)
        self._explain = QTimer(self, singleShot=True, interval=_EXPLAIN_MS)
        self._explain.timeout.connect(self._read_explanation)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The model for everybody and the profiles, as they were read last."""
        return self._profiles

    @property
    def in_force(self) -> Profile | None:
        """The model in force, as it was read last."""
        return next((one for one in self._profiles if one.in_force), None)

    def begin(self) -> None:
        """Read what there is."""
        self._read_readiness()
        self.read_profiles()

    def apply(self, changes: Changes) -> None:
        """Count again after marks."""
        if changes.marked or changes.membership:
            self._count.start()

    def suggest(self) -> None:
        """Ask which photos to rate next; the answer comes as suggested."""
        job = self._submit(Lane.PREVIEW, "suggest", self._personalize.suggest)
        job.succeeded.connect(self.suggested)

    def accept(self, proposal: Proposal, name: str) -> Job:
        """Keep what was learned and put it in force; the job tells its maker of a failure."""
        return self._switch(lambda: self._personalize.accept(proposal, name), told_by_owner=True)

    def use(self, profile: ProfileId | None, *, told_by_owner: bool = False) -> Job:
        """Put a profile in force, or the model for everybody.

        `told_by_owner` says that who asks tells the user himself when it fails.
        """
        return self._switch(lambda: self._personalize.use(profile), told_by_owner=told_by_owner)

    def forget(self, profile: ProfileId) -> Job:
        """Remove a profile."""
        was_in_force = self.in_force is not None and self.in_force.id == profile
        if was_in_force:
            return self._switch(lambda: self._personalize.forget(profile))
        return self._alter(lambda: self._personalize.forget(profile))

    def rename(self, profile: ProfileId, name: str) -> Job:
        """Give a profile another name."""
        return self._alter(lambda: self._personalize.rename(profile, name))

    def export_profile(self, profile: ProfileId, target: Path) -> Job:
        """Write a profile into a file."""
        return self._alter(lambda: self._personalize.export_profile(profile, target))

    def import_profile(self, source: Path) -> Job:
        """Add the profile of a file."""
        return self._alter(lambda: self._personalize.import_profile(source))

    def explain(self, photo: PhotoId | None) -> None:
        """Explain the score of this photo soon, unless another one is asked about first."""
        self._asked_about = photo
        if photo is None:
            self._explain.stop()
        else:
            self._explain.start()

    def read_profiles(self) -> None:
        """Read the list of profiles again."""
        job = self._submit(Lane.PREVIEW, "read profiles", self._personalize.profiles)
        job.succeeded.connect(self._take_profiles)

    def _read_readiness(self) -> None:
        job = self._submit(Lane.PREVIEW, "count ratings", self._counted)
        job.succeeded.connect(self._take_counts)

    def _counted(self) -> tuple[Readiness, float]:
        """Runs on a worker."""
        ready = self._personalize.readiness()
        return ready, self._personalize.deep_seconds(ready)

    def _take_counts(self, counted: tuple[Readiness, float]) -> None:
        ready, deep_s = counted
        self.deep_time_changed.emit(deep_s)
        self.readiness_changed.emit(ready)

    def _read_explanation(self) -> None:
        photo = self._asked_about
        if photo is None:
            return
        job = self._submit(
            Lane.PREVIEW, "explain", lambda: self._explained(photo), told_by_owner=True
        )
        job.succeeded.connect(lambda found: self._answer(photo, found))
        job.failed.connect(lambda error: self._answer(photo, error))

    def _explained(self, photo: PhotoId) -> Explained:
        """Runs on a worker."""
        explanation = self._personalize.explain(photo)
        photos = self._browse.photos(explanation.alike)
        alike = (photos[id_] for id_ in explanation.alike if id_ in photos)
        return Explained(explanation, tuple(alike))

    def _answer(self, photo: PhotoId, found: object) -> None:
        if photo == self._asked_about:
            self.explained.emit(photo, found)

    def _switch(self, work: Callable[[], object], *, told_by_owner: bool = False) -> Job:
        """Do what puts another model in force, and tell both."""

        def run() -> tuple[Profile, tuple[Profile, ...]]:
            before = _in_force(self._personalize.profiles())
            work()
            return before, self._personalize.profiles()

        self.switching.emit()
        job = self._submit(Lane.LIBRARY, "use a model", run, told_by_owner=told_by_owner)
        job.succeeded.connect(self._take_switch)
        job.failed.connect(lambda _: self.read_profiles())
        return job

    def _take_switch(self, answer: tuple[Profile, tuple[Profile, ...]]) -> None:
        before, profiles = answer
        self._take_profiles(profiles)
        self.switched.emit(Switched(_in_force(profiles), before))

    def _alter(self, work: Callable[[], object]) -> Job:
        job = self._submit(Lane.LIBRARY, "profiles", work, told_by_owner=True)
        job.finished.connect(self.read_profiles)
        return job

    def _take_profiles(self, profiles: tuple[Profile, ...]) -> None:
        if profiles != self._profiles:
            self._profiles = profiles
            self.profiles_changed.emit(profiles)

    def _submit(
        self, lane: Lane, name: str, work: Callable[[], T], *, told_by_owner: bool = False
    ) -> Job:
        return self._jobs.submit(lane, name, lambda _: work(), told_by_owner=told_by_owner)


def _in_force(profiles: tuple[Profile, ...]) -> Profile:
    return next((one for one in profiles if one.in_force), profiles[0])
