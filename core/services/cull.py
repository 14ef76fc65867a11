"""The cull assistant: proposes what to keep of many photos, and applies it as one step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.culling.budget import Budget, KeepCount, KeepPerGroup, KeepShare
from core.culling.proposal import KEEP_STARS, Candidates, Fate, Proposal, pictures, propose
from core.library.history_store import Edit
from core.library.library import Library
from core.library.shoot_store import SHOOT_COLUMNS, Row
from core.photo import Changes, FileState, Filter, Mark, PhotoId, Pick
from core.services.group_words import Grouped, Kind
from core.services.rate import Outcome
from core.services.verdict_json import from_json
from core.taste.verdict import Cut

__all__ = [
    "KEEP_STARS",
    "Budget",
    "Cull",
    "CullPlan",
    "Fate",
    "KeepCount",
    "KeepPerGroup",
    "KeepShare",
]


GroupsOf = Callable[[Filter], Grouped]
_WHOLE = frozenset({Kind.BRACKET, Kind.PANORAMA})


@dataclass(frozen=True, slots=True)
class CullPlan:
    """What would become of each photo, best first; nothing of it is stored."""

    fates: Mapping[PhotoId, Fate]
    pictures: int  # that would be kept; a bracket or a panorama is one
    cut_off: float | None  # the score that decides, where one does
    keepers_lost: str  # a sentence by the personal model in force, or empty

    def of(self, *fates: Fate) -> tuple[PhotoId, ...]:
        """The photos with one of these fates."""
        return tuple(id_ for id_, fate in self.fates.items() if fate in fates)

    @property
    def to_pick(self) -> tuple[PhotoId, ...]:
        """Photos that applying it picks."""
        return self.of(Fate.KEPT, Fate.UNSURE_KEPT)

    @property
    def to_reject(self) -> tuple[PhotoId, ...]:
        """Photos that may be rejected: what is unsure is not among them."""
        return self.of(Fate.LEFT_OUT)


class Cull:
    """Plans over the scores and groups of a filter; applies what the photographer agreed to."""

    def __init__(
        self, library: Library, groups_of: GroupsOf, publish: Callable[[Changes], None]
    ) -> None:
        self._library = library
        self._groups_of = groups_of
        self._publish = publish

    def plan(self, scope: Filter, budget: Budget) -> CullPlan:
        """Propose a fate for every photo of a filter.

        Groups are those of the whole folder: a frame is the second of its burst also where the
        filter hides the first one.
        """
        grouped = self._groups_of(Filter(folder=scope.folder, recursive=scope.recursive))
        with self._library.transaction() as stored:
            rows = stored.shoots.photos(scope)
            profile = stored.profiles.in_force()
        ids = [PhotoId(row[0]) for row in rows]
        candidates = _candidates(rows, grouped)
        proposal = propose(candidates, budget)
        order = np.argsort(-np.nan_to_num(candidates.score, nan=-1), kind="stable")
        kept = proposal.rows(Fate.KEPT, Fate.UNSURE_KEPT, Fate.DECIDED_KEPT)
        cuts = from_json(profile.facts.verdict).cuts if profile is not None else ()
        return CullPlan(
            fates={ids[row]: Fate(int(proposal.fate[row])) for row in order},
            pictures=pictures(candidates, kept),
            cut_off=proposal.cut_off,
            keepers_lost=_keepers_lost(proposal, cuts),
        )

    def apply(self, pick: Sequence[PhotoId], reject: Sequence[PhotoId]) -> Outcome:
        """Pick and reject as one step that undo takes back; nothing is deleted.

        A photo that was picked or rejected since the plan was made is left as it is.

        Raises:
            LibraryWriteError: the disk is full or failing; nothing was stored.
        """
        wanted = dict.fromkeys(reject, Pick.REJECTED) | dict.fromkeys(pick, Pick.PICKED)
        with self._library.transaction() as stored:
            before = {
                id_: mark
                for id_, mark in stored.photos.marks(list(wanted)).items()
                if mark.pick is Pick.UNDECIDED
            }
            if not before:
                return Outcome("Nothing was left to decide", Changes())
            after = {id_: Mark(mark.stars, wanted[id_], mark.label) for id_, mark in before.items()}
            changes = stored.photos.set_marks(after)
            message = _message(after)
            stored.history.record(Edit(message, before, after))
        changes |= Changes(history=True)
        self._publish(changes)
        return Outcome(message, changes)


def _candidates(rows: Sequence[Row], grouped: Grouped) -> Candidates:
    """Photos that came since they were grouped stand alone, numbered after all groups."""
    at = {
        id_: (number, rank, group.kind in _WHOLE)
        for number, group in enumerate(grouped.groups)
        for rank, id_ in enumerate(group.ranked)
    }
    new = len(grouped.groups)
    places = [at.get(row[0], (new + number, 0, False)) for number, row in enumerate(rows)]
    group, rank, is_whole = zip(*places, strict=True) if places else ((), (), ())
    columns = list(zip(*rows, strict=True)) or [()] * len(SHOOT_COLUMNS)
    _, state, stars, picks, _, _, _, value, spread = columns
    score = np.array([np.nan if one is None else one for one in value], np.float32)
    score[np.array(state, np.int64) == FileState.UNREADABLE] = np.nan
    return Candidates(
        score=score,
        spread=np.array([0 if one is None else one for one in spread], np.float32),
        stars=np.array(stars, np.int8),
        pick=np.array(picks, np.int8),
        group=np.array(group, np.int64),
        place=np.array(rank, np.int64),
        is_whole=np.array(is_whole, np.bool_),
    )


def _message(after: Mapping[PhotoId, Mark]) -> str:
    picked = sum(mark.pick is Pick.PICKED for mark in after.values())
    rejected = len(after) - picked
    parts = [f"{picked:,} {'photo' if picked == 1 else 'photos'} picked"] if picked else []
    if rejected:
        parts.append(f"{rejected:,} {'photo' if rejected == 1 else 'photos'} rejected")
    return "Cull: " + ", ".join(parts)


def _keepers_lost(proposal: Proposal, cuts: Sequence[Cut]) -> str:
    """What the verdict of the personal model measured for about so deep a cut."""
    scored = len(proposal.fate) - len(proposal.rows(Fate.NO_SCORE))
    if not cuts or not scored:
        return ""
    share = 100 * len(proposal.rows(Fate.LEFT_OUT)) / scored
    deepest = max(cuts, key=lambda cut: cut.percent)
    cut = min((cut for cut in cuts if cut.percent >= share), key=lambda c: c.percent, default=None)
    if cut is None:
        return (
            f"On shoots it had not seen, your model lost {deepest.personal.value:.0f} of 100 "
            f"keepers (95 % sure: {deepest.personal.low:.0f} to {deepest.personal.high:.0f}) in "
            f"the lowest {deepest.percent} %. How many it loses in so deep a cut as this, of "
            f"{share:.0f} %, was not measured: look at what is left out."
        )
    return (
        f"On shoots it had not seen, your model lost {cut.personal.value:.0f} of 100 keepers "
        f"(95 % sure: {cut.personal.low:.0f} to {cut.personal.high:.0f}) in the lowest "
        f"{cut.percent} %; this leaves out {share:.0f} %."
    )
