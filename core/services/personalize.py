"""The model learns this photographer: readiness, verdict, profiles, and why a score is so."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import NotEnoughRatingsError, ProfileError, printable
from core.exchange.faults import CopyError
from core.exchange.own_file import write_own_file
from core.library.library import Library, Transaction
from core.library.profile_store import ProfileFacts, StoredProfile
from core.photo import Changes, FileState, Filter, PhotoId, ProfileId
from core.progress import Task
from core.services.catalogued import Catalogued, as_in_force, read_catalogue, values_of
from core.services.deep_arm import DeepArm, DeepTaste, content_of, deep_seconds
from core.services.explain import Explainer
from core.services.mark_count import MarkCount
from core.services.personal_words import Explanation, Move, Profile, Proposal, Suggested
from core.services.previews import Previews
from core.services.profile_content import DEEP, require_unaltered, sha256_of
from core.services.profile_file import MAGIC, SUFFIX, read_file, to_file
from core.services.score import Scoring
from core.services.verdict_json import from_json, to_json
from core.taste.evidence import Evidence
from core.taste.judging import has_order
from core.taste.next_to_rate import next_to_rate
from core.taste.prior import TastePrior, load_prior
from core.taste.readiness import Readiness, counted, readiness
from core.taste.taste_file import to_bytes
from core.taste.trial import quick_trial
from core.taste.verdict import Arm, Cut, Figure, Verdict

__all__ = [
    "SUFFIX",
    "Arm",
    "Cut",
    "Explanation",
    "Figure",
    "Move",
    "Personalize",
    "Profile",
    "Proposal",
    "Readiness",
    "Suggested",
    "Verdict",
]

logger = logging.getLogger(__name__)

_EVERYBODY = "For everybody"
_LONGEST_NAME = 80  # characters
_MOST_MOVES = 12
_LEAST_MOVE = 0.5  # points; less is not seen
_NO_ORDER = "Deep learning was left out: it needs marks that differ."
_NO_PICTURE = "Deep learning was left out: no picture of a rated photo is within reach."
_REASONS = {
    "different": "unlike anything that you have rated",
    "uncertain": "near the line between keeping and cutting",
}


@dataclass(frozen=True, slots=True)
class _Learned:
    """The content of a proposal."""

    content: bytes
    taught: DeepTaste | None = None


class Personalize:
    """Learns from the marks of the catalogue, and keeps what it learned as profiles."""

    def __init__(
        self,
        library: Library,
        previews: Previews,
        scoring: Scoring,
        publish: Callable[[Changes], None],
        model_folder: Path,
    ) -> None:
        self._library = library
        self._previews = previews
        self._scoring = scoring
        self._publish = publish
        self._folder = model_folder
        self._manifest = scoring.manifest
        self._contents = scoring.contents
        self._in_force = scoring.in_force
        self._explainer = Explainer(library, previews, scoring)
        self._deep_arm = DeepArm(library, previews, scoring.student, model_folder)
        self._prior: TastePrior | None = None
        self._mark_count = MarkCount(library)
        self._learning = threading.Lock()

    def check(self) -> str:
        """Restore the model for everybody if the profile in force cannot be used.

        Returns:
            A sentence that says so, or an empty text.

        Raises:
            LibraryWriteError: the restored scores cannot be stored.
        """
        with self._library.transaction() as tx:
            profile = tx.profiles.in_force()
            if profile is None:
                return ""
            try:
                self._contents.usable(tx, profile.id)
            except ProfileError as error:
                logger.warning("A profile was put out of force: %s", error)
                self._in_force.put(tx, None)
                return f"{error} The model for everybody is in force again. {error.hint}"
        return ""

    def readiness(self) -> Readiness:
        """What all marks of the catalogue suffice for. Quick enough for every rating."""
        return readiness(self._mark_count.count())

    def deep_seconds(self, ready: Readiness) -> float:
        """About how long deep learning would take from what is ready."""
        with self._library.transaction() as tx:
            tally = tx.photos.tally(Filter(states=frozenset({FileState.ONLINE})))
        return deep_seconds(ready.marks, tally.scored - tally.reviewed, ready.shoots)

    def suggest(self, count: int = 12) -> tuple[Suggested, ...]:
        """The photos whose ratings would teach most, at most one of a burst."""
        known = as_in_force(read_catalogue(self._library, self._manifest, Task()), self._manifest)
        open_ = np.flatnonzero(~known.is_marked & known.online)
        found = next_to_rate(
            known.evidence(known.marked),
            known.frames.rows(open_),
            known.bursts[open_],
            known.shoots[open_],
            count,
        )
        return tuple(Suggested(known.ids[open_[each.row]], _REASONS[each.reason]) for each in found)

    def learn(self, task: Task, *, deep: bool = False) -> Proposal:
        """Learn from the marks and try the result on shoots that it has not seen.

        Stages: "read", if wanted "read" again and "deep", then "trial" and "fit". Nothing is
        stored. Offline photos count, and for the deep arm if their preview is still there.

        Raises:
            NotEnoughRatingsError: there is nothing to learn from yet.
            CoreError: the catalogue or the model cannot be used.
            Cancelled: the task was asked to stop.
        """
        with self._learning:
            known = read_catalogue(self._library, self._manifest, task)
            evidence = known.evidence(known.telling)
            self._require_ratings(evidence)
            prior = self._loaded_prior()
            marked = evidence.is_marked
            taught = None
            if deep and has_order(evidence):
                taught = self._deep_arm.learn(known, evidence.marked, self._manifest, task)
            others: dict[Arm, npt.NDArray[np.float64]] = {}
            if taught is not None:
                others["deep"] = evidence.frames.generic.copy()
                others["deep"][marked] = taught.held_out
            taste, verdict = quick_trial(evidence, prior, known.frames, task, others)
            if deep and taught is None:
                why = _NO_PICTURE if has_order(evidence) else _NO_ORDER
                verdict = replace(verdict, sentence=f"{verdict.sentence} {why}")
            if verdict.chosen == "deep" and taught is not None:
                return self._deep_proposal(known, verdict, taught)
            if taste is None:
                return Proposal(verdict, "generic", (), (), None)
            after = values_of(taste.ratings(known.frames), known.technical, self._manifest)
            up, down = moves(known, after)
            return Proposal(verdict, "quick", up, down, _Learned(to_bytes(taste)))

    def accept(self, proposal: Proposal, name: str) -> Changes:
        """Keep the proposal as a profile, in force at once, every stored score with it.

        Raises:
            ProfileError: there is nothing to accept, or the name cannot be used.
            LibraryWriteError: nothing was stored; what was in force still is.
        """
        if not isinstance(proposal.content, _Learned):
            raise ProfileError(
                "There is nothing to accept: the model for everybody did as well.",
                hint="Rate more photos and learn again.",
            )
        learned, content = proposal.content, proposal.content.content
        facts = ProfileFacts(
            name=_proper(name),
            arm=proposal.arm,
            made_at=datetime.now(UTC),
            model=self._manifest.model,
            feature_version=self._contents.feature_version,
            sha256=sha256_of(content),
            verdict=to_json(proposal.verdict),
        )
        with self._library.transaction() as tx:
            _require_free(tx, facts.name)
            id_ = tx.profiles.add(facts, content)
            changes = self._in_force.put(tx, id_)
            if learned.taught is not None:
                ratings = _still_right(tx, learned.taught)
                changes |= self._in_force.follow(tx, id_, ratings)
        self._publish(changes)
        return changes

    def profiles(self) -> tuple[Profile, ...]:
        """The model for everybody, then the profiles, the newest first."""
        with self._library.transaction() as tx:
            stored = tx.profiles.all()
        everybody = not any(each.in_force for each in stored)
        generic = Profile(None, _EVERYBODY, "generic", None, 0, None, everybody)
        return (generic, *map(_profile, stored))

    def use(self, profile: ProfileId | None) -> Changes:
        """Put a profile in force, or the model for everybody.

        Raises:
            ProfileError: it is not there, was altered, or was made for another model.
            LibraryWriteError: nothing was stored; what was in force still is.
        """
        with self._library.transaction() as tx:
            changes = self._in_force.put(tx, profile)
        self._publish(changes)
        return changes

    def rename(self, profile: ProfileId, name: str) -> None:
        """Give a profile another name.

        Raises:
            ProfileError: it is not there, or the name cannot be used.
        """
        name = _proper(name)
        with self._library.transaction() as tx:
            if _stored(tx, profile).facts.name != name:
                _require_free(tx, name)
                tx.profiles.rename(profile, name)

    def forget(self, profile: ProfileId) -> Changes:
        """Remove a profile; if it is in force, the model for everybody is restored first.

        Raises:
            ProfileError: it is not there.
            LibraryWriteError: nothing was stored; the profile is still there.
        """
        with self._library.transaction() as tx:
            in_force = _stored(tx, profile).in_force
            changes = self._in_force.put(tx, None) if in_force else Changes()
            tx.profiles.forget(profile)
        self._publish(changes)
        return changes

    def export_profile(self, profile: ProfileId, target: Path) -> None:
        """Write a profile into one file, complete or not at all.

        Another profile's file of that name is replaced; any other file is not.

        Raises:
            ProfileError: it is not there, was altered, or the file cannot be written.
        """
        with self._library.transaction() as tx:
            facts = _stored(tx, profile).facts
            content = tx.profiles.content(profile)
        require_unaltered(facts, content)
        try:
            write_own_file(to_file(facts, content), target, MAGIC)
        except CopyError as error:
            raise ProfileError(
                f"{printable(target.name)} could not be written: {error.reason}."
            ) from error

    def import_profile(self, source: Path) -> Profile:
        """Add the profile of a file to the catalogue; it is not put in force.

        Where its name is taken it gets a number.

        Raises:
            ProfileError: the file is none of ours, was altered, or is for another model.
        """
        facts, content = read_file(source)
        self._contents.require_sound(facts, content)
        with self._library.transaction() as tx:
            taken = {each.facts.name for each in tx.profiles.all()}
            facts = replace(facts, name=_numbered(facts.name[:_LONGEST_NAME], taken))
            stored = StoredProfile(tx.profiles.add(facts, content), facts, in_force=False)
        return _profile(stored)

    def explain(self, photo: PhotoId) -> Explanation:
        """Why the photo has its score.

        Raises:
            ProfileError: it has no score by the model in force.
        """
        return self._explainer.explain(photo)

    def _require_ratings(self, evidence: Evidence) -> None:
        found = readiness(counted(evidence.stars, evidence.picks, evidence.shoots, evidence.bursts))
        if found.level == "none":
            raise NotEnoughRatingsError(found.sentence)

    def _deep_proposal(self, known: Catalogued, verdict: Verdict, taught: DeepTaste) -> Proposal:
        rows = np.array([row for row, id_ in enumerate(known.ids) if id_ in taught.ratings])
        ratings = np.array([taught.ratings[known.ids[row]] for row in rows])
        after = known.values.copy()
        technical = [known.technical[row] for row in rows]
        after[rows] = values_of(ratings, technical, self._manifest)
        up, down = moves(known, after)
        return Proposal(verdict, "deep", up, down, _Learned(taught.content, taught))

    def _loaded_prior(self) -> TastePrior:
        if self._prior is None:
            self._prior = load_prior(self._folder, self._manifest.feature_version)
        return self._prior


def moves(
    known: Catalogued, after: npt.NDArray[np.float64]
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """The photos that would rise and fall most, one of a burst, of those that can be shown."""
    change = np.where(known.online, after - known.values, 0.0)
    return _largest(known, after, change), _largest(known, after, -change)


def _largest(
    known: Catalogued, after: npt.NDArray[np.float64], change: npt.NDArray[np.float64]
) -> tuple[Move, ...]:
    found: dict[int, Move] = {}
    for row in np.argsort(-change, kind="stable"):
        if len(found) == _MOST_MOVES or change[row] < _LEAST_MOVE:
            break
        move = Move(known.ids[row], float(known.values[row]), float(after[row]))
        found.setdefault(int(known.bursts[row]), move)
    return tuple(found.values())


def _still_right(tx: Transaction, taught: DeepTaste) -> dict[PhotoId, float]:
    """The ratings of the photos whose files are what the student looked at."""
    now = tx.photos.get([*taught.seen])
    return {
        id_: taught.ratings[id_]
        for id_, was in taught.seen.items()
        if id_ in now and content_of(now[id_]) == was
    }


def _profile(stored: StoredProfile) -> Profile:
    facts = stored.facts
    try:
        verdict: Verdict | None = from_json(facts.verdict)
    except ValueError:  # it only says how the trial went; the profile itself has a hash
        verdict = None
    return Profile(
        id=stored.id,
        name=facts.name,
        arm="deep" if facts.arm == DEEP else "quick",
        made_at=facts.made_at,
        ratings=verdict.ratings if verdict else 0,
        gain=verdict.gain if verdict else None,
        in_force=stored.in_force,
    )


def _stored(tx: Transaction, id_: ProfileId) -> StoredProfile:
    found = tx.profiles.get(id_)
    if found is None:
        raise ProfileError("That profile is no longer in the catalogue.")
    return found


def _proper(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ProfileError(
            f"A profile needs a name of 1 to {_LONGEST_NAME} characters.",
            hint="Call it after what you photograph, such as Weddings.",
        )
    return name


def _require_free(tx: Transaction, name: str) -> None:
    if name == _EVERYBODY or any(each.facts.name == name for each in tx.profiles.all()):
        raise ProfileError(
            f"There is a profile called {name} already.", hint="Choose another name."
        )


def _numbered(name: str, taken: set[str]) -> str:
    numbered, number = name, 2
    while numbered in taken:
        numbered, number = f"{name} ({number})", number + 1
    return numbered
