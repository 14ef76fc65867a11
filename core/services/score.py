"""Scores photos in the background: what the photographer looks at first, then the newest."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from core.errors import PhotoReadError
from core.library.library import Library, Transaction
from core.photo import Changes, Filter, Photo, PhotoId, ProfileId, ScoredPhoto
from core.progress import Task
from core.services.catalogued import facts_of
from core.services.previews import Previews, Priority
from core.services.profile_content import DEEP, ProfileContents
from core.services.profile_in_force import ProfileInForce
from core.vision.manifest import Manifest, load_manifest
from core.vision.model_store import shipped_technical_heads
from core.vision.personal_model import PersonalModel
from core.vision.student import Measured, Opinion, Student, measures_version
from core.vision.technical import TechnicalHeads

_BATCH = 4  # pictures in one run of the network; more take memory and save no time
_JUDGES = min(2, os.cpu_count() or 1)  # with one, many decoders of small previews would wait
_AHEAD = 2 * (_BATCH + (os.cpu_count() or 2))  # the decoders have work while a batch is judged
_PAGE = 64  # photos fetched from the catalogue at once
_STORE_S = 0.5  # results wait at most this long before they are durable and shown
_POLL_S = 0.1  # how soon a cancel is noticed while every decoder is busy


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is new of a photo."""

    look: Opinion | Measured | None  # None: all but the personal rating is known
    rating: float | None  # by the deep profile in force when the run began


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """What a scoring run did."""

    scored: int
    failed: tuple[PhotoReadError, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class DeepProfile:
    """A profile that must look at every picture itself."""

    profile: ProfileId
    model: PersonalModel


class Scoring:
    """Runs the model over the photos that it has not scored yet."""

    def __init__(
        self,
        library: Library,
        previews: Previews,
        publish: Callable[[Changes], None],
        model_folder: Path,
    ) -> None:
        """Read the model's manifest; the model itself is loaded by the first run.

        Raises:
            ModelMismatchError: the manifest or the technical heads are missing or damaged.
        """
        self._library = library
        self._previews = previews
        self._publish = publish
        self._folder = model_folder
        self._manifest = load_manifest(model_folder)
        self._heads = TechnicalHeads(shipped_technical_heads())
        self.contents = ProfileContents(self._manifest, measures_version(self._heads))
        self.in_force = ProfileInForce(self._manifest, self.contents)
        self._student: Student | None = None
        self._deep: DeepProfile | None = None
        self._loading = threading.Lock()
        self._preferred: tuple[PhotoId, ...] = ()
        self._running = threading.Lock()

    @property
    def manifest(self) -> Manifest:
        """The model that every profile builds on."""
        return self._manifest

    @property
    def model(self) -> str:
        """Name and version of the model in force."""
        return self._manifest.model

    @property
    def meaning(self) -> str:
        """What a score of this model means, in one sentence."""
        return self._manifest.calibration.meaning

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the technical parts of a score."""
        return self._heads.parts

    def prefer(self, ids: Sequence[PhotoId]) -> None:
        """Score these first, in this order; replaces an earlier wish. Any thread."""
        self._preferred = tuple(ids)

    def score(self, scope: Filter, task: Task) -> ScoreReport:
        """Score every photo of `scope` that is there and has no score of this model.

        Where only the technical parts are of another version, only these are measured again,
        and where only the deep profile in force is missing, only that is asked. Photos that
        cannot be read are reported and left alone. A cancelled or killed run is resumed by
        calling this again. Stage: "score", in photos.

        Raises:
            ModelMismatchError: the model is missing, altered or does not fit its manifest.
            ProfileError: the deep profile in force cannot be used.
            LibraryWriteError: results cannot be stored.
            Cancelled: everything scored until then is stored.
        """
        began = time.monotonic()
        with self._running:
            student = self.student()
            deep = self.deep()
            version, profile = student.measures_version, deep.profile if deep else None
            with self._library.transaction() as tx:
                waiting = tx.scores.unscored(self.model, version, scope, profile)
            run = _Run(self._library, self._previews, self._publish, student, deep, self.in_force)
            # The judges share the processor with the decoders. OpenBLAS would give each small
            # product a thread for every core, and these wait by spinning: half of all time.
            with threadpool_limits(1, user_api="blas"):
                run.over(waiting, lambda: self._preferred, task)
        return ScoreReport(run.scored, tuple(run.failed), time.monotonic() - began)

    def student(self) -> Student:
        """The model, loaded when first asked for.

        Raises:
            ModelMismatchError: the model is missing, altered or does not fit its manifest.
        """
        with self._loading:
            if self._student is None:
                self._student = Student(self._folder, self._heads)
            return self._student

    def deep(self) -> DeepProfile | None:
        """The deep profile in force, loaded.

        Raises:
            ProfileError: it cannot be used.
        """
        with self._library.transaction() as tx:
            profile = tx.profiles.in_force()
            if profile is None or profile.facts.arm != DEEP:
                return None
            with self._loading:
                if self._deep is None or self._deep.profile != profile.id:
                    content = self.contents.personal_model(tx, profile)
                    self._deep = DeepProfile(profile.id, PersonalModel(self._manifest, content))
                return self._deep


class _Run:
    """One pass over the photos that wait, with a few decodes always under way."""

    def __init__(
        self,
        library: Library,
        previews: Previews,
        publish: Callable[[Changes], None],
        student: Student,
        deep: DeepProfile | None,
        in_force: ProfileInForce,
    ) -> None:
        self._library = library
        self._previews = previews
        self._publish = publish
        self._student = student
        self._deep = deep
        self._in_force = in_force
        self._fetched: dict[PhotoId, Photo] = {}
        self._asked: dict[Future[bytes], Photo] = {}
        self._judges = ThreadPoolExecutor(_JUDGES, "judge")
        self._judging: dict[Future[list[_Verdict]], list[Photo]] = {}
        self._judged: dict[PhotoId, tuple[Photo, _Verdict]] = {}
        self._stored_s = time.monotonic()
        self.failed: list[PhotoReadError] = []
        self.scored = 0

    def over(
        self,
        ids: Sequence[PhotoId],
        preferred: Callable[[], Sequence[PhotoId]],
        task: Task,
    ) -> None:
        """Score the photos; what was judged is stored whatever happens."""
        waiting = dict.fromkeys(ids)
        try:
            while waiting or self._asked or self._judging:
                task.report("score", self.scored + len(self.failed), len(ids))
                self._ask(waiting, preferred())
                self._hand_on()
                if time.monotonic() - self._stored_s > _STORE_S:
                    self._store()
        finally:
            for future in self._asked:
                future.cancel()
            self._judges.shutdown()
            self._collect(self._judging.keys())
            self._store()
        task.report("score", len(ids), len(ids))

    def _ask(self, waiting: dict[PhotoId, None], preferred: Sequence[PhotoId]) -> None:
        """Keep the decoders busy; `waiting` loses what was asked for."""
        first = (id_ for id_ in preferred if id_ in waiting)
        for id_ in [*dict.fromkeys(chain(first, islice(waiting, _PAGE)))]:
            if len(self._asked) >= _AHEAD:
                return
            photo = self._photo(id_, waiting)
            del waiting[id_]
            if photo is not None:
                asked = self._previews.thumbnail(photo, Priority.BACKGROUND, whole=True)
                self._asked[asked] = photo

    def _photo(self, id_: PhotoId, waiting: dict[PhotoId, None]) -> Photo | None:
        """From the catalogue, a page at a time; None if it left the catalogue meanwhile."""
        if id_ not in self._fetched:
            with self._library.transaction() as tx:
                self._fetched |= tx.photos.get([id_, *islice(waiting, _PAGE)])
        return self._fetched.pop(id_, None)

    def _hand_on(self) -> None:
        """Move pictures from the decoders to the judges; waits a little if nothing moves."""
        busy = len(self._judging) == _JUDGES  # then what was decoded has to wait
        awaited: list[Future[Any]] = [*self._judging] if busy else [*self._asked, *self._judging]
        done = wait(awaited, timeout=_POLL_S, return_when=FIRST_COMPLETED).done
        self._collect(done & self._judging.keys())
        while len(self._judging) < _JUDGES and self._judge(
            [future for future in self._asked if future.done()][:_BATCH]
        ):
            pass

    def _judge(self, decoded: Sequence[Future[bytes]]) -> bool:
        """Hand what could be decoded to a judge; False if there is none."""
        previews: list[bytes] = []
        photos: list[Photo] = []
        for future in decoded:
            photo = self._asked.pop(future)
            try:
                previews.append(future.result())
            except PhotoReadError as error:
                self.failed.append(error)
            else:
                photos.append(photo)
        if previews:
            self._judging[self._judges.submit(self._verdicts, photos, previews)] = photos
        return bool(decoded)

    def _verdicts(self, photos: Sequence[Photo], previews: Sequence[bytes]) -> list[_Verdict]:
        """What is missing of each photo: an opinion, new parts, or the personal rating alone."""
        student = self._student
        model, version = student.manifest.model, student.measures_version
        scores = [
            photo.score if photo.score is not None and photo.score.model == model else None
            for photo in photos
        ]
        looks = list(zip(previews, scores, strict=True))
        opinions = iter(student.judge([look for look, score in looks if score is None]))
        known = [(look, s) for look, s in looks if s and s.technical_version != version]
        measured = iter(student.measure_again([look for look, _ in known], [s for _, s in known]))
        ratings: list[float | None] = [None] * len(photos)
        if self._deep is not None:
            ratings = [*self._deep.model.ratings(student.pictures(previews)).tolist()]
        return [
            _Verdict(
                next(opinions)
                if score is None
                else next(measured)
                if score.technical_version != version
                else None,
                rating,
            )
            for score, rating in zip(scores, ratings, strict=True)
        ]

    def _collect(self, judged: Iterable[Future[list[_Verdict]]]) -> None:
        for future in list(judged):
            for photo, verdict in zip(self._judging.pop(future), future.result(), strict=True):
                self._judged[photo.id] = (photo, verdict)
                self.scored += 1

    def _store(self) -> None:
        """Make results durable, then visible."""
        self._stored_s = time.monotonic()
        if not self._judged:
            return
        judged, self._judged = self._judged, {}
        with self._library.transaction() as tx:
            now = tx.photos.get([*judged])
            # A file that was replaced since it was decoded waits for the next run.
            still = [
                (photo, verdict)
                for photo, verdict in judged.values()
                if photo.id in now and _same_content(photo, now[photo.id])
            ]
            changes = self._saved(tx, still)
        self._publish(changes)

    def _saved(self, tx: Transaction, judged: Sequence[tuple[Photo, _Verdict]]) -> Changes:
        """Store everybody's scores, then what the profile that is in force now makes of them."""
        opinions = [
            _scored(photo, verdict.look)
            for photo, verdict in judged
            if isinstance(verdict.look, Opinion)
        ]
        measured = {
            photo.id: verdict.look
            for photo, verdict in judged
            if isinstance(verdict.look, Measured)
        }
        changes = tx.scores.save(opinions) | tx.scores.save_scores(
            {id_: each.score for id_, each in measured.items()},
            {id_: facts_of(each.score, each.appearance) for id_, each in measured.items()},
        )
        changes |= self._in_force.apply(tx, [photo.id for photo, _ in judged])
        if self._deep is None:
            return changes
        ratings = {photo.id: v.rating for photo, v in judged if v.rating is not None}
        return changes | self._in_force.follow(tx, self._deep.profile, ratings)


def _same_content(one: Photo, other: Photo) -> bool:
    return (one.path, one.size_bytes, one.mtime_ns) == (
        other.path,
        other.size_bytes,
        other.mtime_ns,
    )


def _scored(photo: Photo, opinion: Opinion) -> ScoredPhoto:
    return ScoredPhoto(
        id=photo.id,
        score=opinion.score,
        embedding=opinion.embedding.astype("<f2").tobytes(),
        distribution=opinion.distribution.astype("<f2").tobytes(),
        facts=facts_of(opinion.score, opinion.appearance),
    )
