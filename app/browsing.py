"""Which photos are listed, in which order, and when that may change.

Photos that come or go take their place at once; what is already listed keeps its order until
the user asks for another. All questions to the catalogue are answered off the GUI thread.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.grid.order import merged
from app.grid.stacking import Fold, StackMark, unfolded
from app.jobs import JobRunner, Lane
from core.photo import Changes, Filter, Photo, PhotoId, Query, SortKey, Tally, TechnicalPart
from core.services.browse import Browse

_FIRST_SCREEN = 120
_GROWTH_MS = 250  # how often the list grows while a scan runs
_TALLY_MS = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer of the catalogue: the ids in order, and the photos needed first."""

    ids: tuple[PhotoId, ...]
    photos: dict[PhotoId, Photo]
    kept_order: bool
    in_order: bool  # whether sorting again would change nothing
    stacks: Mapping[PhotoId, StackMark] = field(default_factory=dict)


class Browsing(QObject):
    """The present query and its answers."""

    asked = Signal()  # another query than before
    listed = Signal(Listing)
    answered = Signal()  # nothing is being listed any more, whether it succeeded or not
    photos_read = Signal(object, object)  # ids asked for, {PhotoId: Photo}
    tallied = Signal(Tally)
    outdated_changed = Signal(str)  # why sorting again would change something, or ""
    choice_ended = Signal()  # something else was asked for than the photos chosen one by one

    def __init__(self, browse: Browse, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fold_now: Callable[[], Fold] = lambda: unfolded  # asked for each listing
        self._browse = browse
        self._jobs = jobs
        self._query = Query()
        self._chosen: tuple[PhotoId, ...] | None = None
        self._ids: tuple[PhotoId, ...] = ()
        self._running = False
        self._again: bool | None = None  # a further listing is wanted; whether it keeps the order
        self._new_scores: set[PhotoId] = set()
        self._newest_scores: set[PhotoId] = set()  # since the listing that runs was asked for
        self._outdated = ""
        self._settling = False  # the next listing shows whether capture times change the order
        self._has_grown = False  # since the last listing was asked for
        self._count_next = False  # other folders than those counted; photos are shown first
        self._growth = QTimer(self, singleShot=True, interval=_GROWTH_MS)
        self._growth.timeout.connect(self._grow)
        self._tally = QTimer(self, singleShot=True, interval=_TALLY_MS)
        self._tally.timeout.connect(self._count)

    @property
    def query(self) -> Query:
        """What is asked of the catalogue now."""
        return self._query

    @property
    def outdated(self) -> str:
        """Why sorting again would change something, or nothing."""
        return self._outdated

    def ask(self, query: Query) -> None:
        """List something else."""
        had_choice = self._chosen is not None
        if query == self._query and not had_choice:
            return
        self._chosen = None
        new, old = query.filter, self._query.filter
        self._count_next |= (new.folder, new.recursive) != (old.folder, old.recursive)
        self._query = query
        self.asked.emit()
        self.refresh(keep_order=False)
        if had_choice:
            self.choice_ended.emit()

    def choose(self, ids: Sequence[PhotoId]) -> None:
        """List exactly these photos in this order, from whatever folder, until unchoose()."""
        self._chosen = tuple(ids)
        self.refresh(keep_order=False)

    def unchoose(self) -> None:
        """List what the query asks for again."""
        if self._chosen is None:
            return
        self._chosen = None
        self.choice_ended.emit()
        if self._query.filter.folder is None:  # there was nothing before
            self._ids = ()
            self.listed.emit(Listing((), {}, kept_order=False, in_order=True))
        else:
            self.refresh(keep_order=False)

    def refresh(self, *, keep_order: bool) -> None:
        """Ask the catalogue again; a new order only where `keep_order` is false."""
        if self._query.filter.folder is None and self._chosen is None:
            return
        if self._running:
            self._again = keep_order and self._again in (True, None)
            return
        self._running = True
        shown, query, chosen = self._ids if keep_order else (), self._query, self._chosen
        fold = self.fold_now()
        self._newest_scores.clear()
        job = self._jobs.submit(
            Lane.PREVIEW,
            "list photos",
            lambda _: (
                _list(self._browse, query, shown, keep_order, fold)
                if chosen is None
                else _list_chosen(self._browse, chosen, keep_order)
            ),
        )
        job.succeeded.connect(lambda listing: self._take(listing, query, chosen))
        job.finished.connect(self._listing_done)

    def read(self, ids: Sequence[PhotoId]) -> None:
        """Read photos; the answer comes as photos_read."""
        asked = tuple(ids)
        job = self._jobs.submit(Lane.PREVIEW, "read photos", lambda _: self._browse.photos(asked))
        job.succeeded.connect(lambda photos: self.photos_read.emit(asked, photos))

    def apply(self, changes: Changes) -> None:
        """Take in what an operation altered."""
        query = self._query
        if changes.membership:
            self._has_grown = True
            if not self._growth.isActive():
                self._grow()
        if changes.marked and _depends_on_marks(query.filter):
            self.refresh(keep_order=True)
        if changes.scored and _depends_on_scores(query):
            self._new_scores |= changes.scored
            self._newest_scores |= changes.scored
            self._say_new_scores()
        elif changes.marked and query.sort is SortKey.STARS:
            self._say("Stars have changed")
        elif changes.grouped and _depends_on_groups(query):
            self._say("Groups have changed")
        if (changes.membership or changes.touched) and not self._tally.isActive():
            self._tally.start()

    def sort_again(self) -> None:
        """Put everything into the order that was asked for."""
        self.refresh(keep_order=False)

    def sort_if_outdated(self) -> None:
        """The user asked for what altered the order, so he asked for the new order too."""
        if self._outdated:
            self.sort_again()

    def settle(self, *, may_move: bool) -> None:
        """A scan has ended and capture times are known: the final order, now or when asked."""
        if may_move:
            self.refresh(keep_order=False)
            return
        self._settling = self._query.sort is SortKey.CAPTURE_TIME
        self.refresh(keep_order=True)

    def in_folder(self, folder: Path, *, recursive: bool) -> Query:
        """The present query over another folder."""
        scope = replace(self._query.filter, folder=folder, recursive=recursive)
        return replace(self._query, filter=scope)

    def is_known(self, folder: Path) -> bool:
        """Whether the catalogue has photos of a folder. Asks it, so it belongs on a worker."""
        return self._browse.tally(Filter(folder=folder)).total > 0

    def find(self, file: Path) -> PhotoId | None:
        """The photo of a file, if the catalogue has it. Asks it, so it belongs on a worker."""
        nearby = Filter(folder=file.parent, recursive=False, name_contains=file.name)
        photos = self._browse.photos(self._browse.ids(Query(nearby)))
        return next((id_ for id_, photo in photos.items() if photo.path == file), None)

    def _grow(self) -> None:
        """At once the first time, then at most every now and then."""
        if self._has_grown:
            self._has_grown = False
            self.refresh(keep_order=True)
            self._growth.start()

    def _take(self, listing: Listing, asked: Query, chosen: tuple[PhotoId, ...] | None) -> None:
        if asked != self._query or chosen != self._chosen:
            return  # the user wants something else by now
        self._ids = listing.ids
        if not listing.kept_order:
            self._new_scores = set(self._newest_scores)  # which the listing may not have seen
            self._say_new_scores()
        elif self._settling and not listing.in_order:
            self._say("Capture times known")
        self.listed.emit(listing)

    def _listing_done(self) -> None:
        self._running = False
        again, self._again = self._again, None
        if again is not None:
            self.refresh(keep_order=again)
            return
        self._settling = False
        if self._count_next:
            self._count_next = False
            self._tally.start(0)
        self.answered.emit()

    def _count(self) -> None:
        folder = self._query.filter.folder
        if folder is None:
            return
        scope = Filter(folder=folder, recursive=self._query.filter.recursive)
        job = self._jobs.submit(Lane.PREVIEW, "count", lambda _: self._browse.tally(scope))
        job.succeeded.connect(self.tallied)

    def _say_new_scores(self) -> None:
        count = len(self._new_scores)
        self._say(f"{count:,} new score" + ("" if count == 1 else "s") if count else "")

    def _say(self, reason: str) -> None:
        if reason != self._outdated:
            self._outdated = reason
            self.outdated_changed.emit(reason)


def _list(
    browse: Browse, query: Query, shown: Sequence[PhotoId], keep_order: bool, fold: Fold
) -> Listing:
    folded = fold(browse.ids(query))
    listed = tuple(merged(shown, folded.ids)) if keep_order else folded.ids
    known = frozenset(shown)
    fresh = [id_ for id_ in listed[:_FIRST_SCREEN] if id_ not in known]
    photos = browse.photos(fresh)
    return Listing(listed, photos, keep_order, listed == folded.ids, folded.marks)


def _list_chosen(browse: Browse, chosen: Sequence[PhotoId], keep_order: bool) -> Listing:
    photos = browse.photos(chosen)
    ids = tuple(id_ for id_ in chosen if id_ in photos)
    return Listing(ids, photos, keep_order, in_order=True)


def _depends_on_marks(scope: Filter) -> bool:
    blank = Filter()
    return (
        (scope.min_stars, scope.max_stars) != (blank.min_stars, blank.max_stars)
        or bool(scope.picks)
        or bool(scope.labels)
        or scope.unreviewed
    )


def _depends_on_scores(query: Query) -> bool:
    scope = query.filter
    asked_for_score = scope.min_score is not None or scope.max_score is not None
    parts = _parts_of(query) - {TechnicalPart.SUBJECT_SHARPNESS}
    return query.sort is SortKey.SCORE or asked_for_score or bool(parts)


def _depends_on_groups(query: Query) -> bool:
    """Subjects are compared within their groups."""
    return TechnicalPart.SUBJECT_SHARPNESS in _parts_of(query)


def _parts_of(query: Query) -> set[TechnicalPart]:
    """What is measured and decides which photos are listed, or in which order."""
    ranged = {asked.part for asked in query.filter.parts}
    return ranged if query.sort.part is None else {*ranged, query.sort.part}
