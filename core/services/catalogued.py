"""The catalogue as a taste sees it: what every photo looks like, and how it was marked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.grouping.bursts import shoots_and_bursts
from core.library.library import Library
from core.photo import FileState, PhotoId, Score
from core.progress import Task
from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.marks import passed_over
from core.vision import appearance
from core.vision.manifest import AESTHETIC, Manifest

_PAGE = 4000  # rows read in one transaction: a rating waits for it at most
_STAGE = "read"


@dataclass(frozen=True, slots=True)
class Catalogued:
    """Photos with features of the model in force, one row each."""

    ids: Sequence[PhotoId]
    frames: Frames
    deviation: float  # how far the model's opinions of one photo are apart, usually; in ratings
    technical: Sequence[str]  # JSON, name to 0..100
    values: npt.NDArray[np.float64]  # (N,) scores as they are shown
    stars: npt.NDArray[np.int8]
    picks: npt.NDArray[np.int8]
    online: npt.NDArray[np.bool_]
    shoots: npt.NDArray[np.int64]
    bursts: npt.NDArray[np.int64]

    @property
    def is_marked(self) -> npt.NDArray[np.bool_]:
        """Whether each photo has stars or a flag (N,)."""
        found: npt.NDArray[np.bool_] = (self.stars > 0) | (self.picks != 0)
        return found

    @property
    def marked(self) -> npt.NDArray[np.intp]:
        """The rows of the marked photos."""
        return np.flatnonzero(self.is_marked)

    @property
    def telling(self) -> npt.NDArray[np.intp]:
        """The rows that say something of a taste: marked, or passed over for another."""
        passed = passed_over(self.stars, self.picks, self.shoots, self.bursts)
        return np.flatnonzero(self.is_marked | passed)

    def evidence(self, rows: npt.NDArray[np.intp]) -> Evidence:
        """Some of the photos with their marks."""
        return Evidence(
            self.frames.rows(rows),
            self.stars[rows],
            self.picks[rows],
            self.shoots[rows],
            self.bursts[rows],
        )

    def __len__(self) -> int:
        return len(self.ids)


def read_catalogue(
    library: Library,
    manifest: Manifest,
    task: Task,
    *,
    marked: bool = False,
    beside: PhotoId | None = None,
) -> Catalogued:
    """Read all photos, or only the marked ones and the one `beside` them; stage "read".

    Raises:
        Cancelled: the task was asked to stop.
    """
    rows: list[Sequence[Any]] = []
    while True:
        task.report(_STAGE, len(rows))
        after = rows[-1][0] if rows else 0
        with library.transaction() as tx:
            page = tx.tastes.frames(
                manifest.model, after=after, most=_PAGE, marked=marked, beside=beside
            )
        rows += page
        if len(page) < _PAGE:
            task.report(_STAGE, len(rows), len(rows))
            return _catalogued(rows, manifest)


def as_in_force(known: Catalogued, manifest: Manifest) -> Catalogued:
    """The same photos, rated by what is in force instead of the model for everybody."""
    calibration = manifest.calibration
    ratings = np.interp(known.values, calibration.scores, calibration.ratings)
    return replace(known, frames=replace(known.frames, generic=ratings))


def facts_of(score: Score, looks: npt.NDArray[np.float32]) -> bytes:
    """What the catalogue keeps beside an embedding: float16, little-endian, as FACTS."""
    measured = dict(zip(appearance.NAMES, map(float, looks), strict=True))
    parts = {name: value / 100 for name, value in score.technical.items()}
    known = {**measured, **parts}
    return np.array([known.get(name, np.nan) for name in FACTS], dtype="<f2").tobytes()


def frames_of(
    vectors: Sequence[bytes],
    distributions: Sequence[bytes],
    facts: Sequence[bytes | None],
    manifest: Manifest,
) -> Frames:
    """Stored features, one of each a photo, as the taste takes them."""
    shares = _matrix(distributions, len(manifest.bins))
    unmeasured = np.full(len(FACTS), np.nan, dtype="<f2").tobytes()
    return Frames(
        features=_matrix(vectors, manifest.embedding_dim).astype(np.float32),
        facts=_matrix(
            [each if each and len(each) == len(unmeasured) else unmeasured for each in facts],
            len(FACTS),
        ).astype(np.float32),
        generic=manifest.expected_ratings(shares) if len(shares) else np.empty(0),
    )


def values_of(
    ratings: npt.NDArray[np.float64], technical: Sequence[str], manifest: Manifest
) -> npt.NDArray[np.float64]:
    """Scores (N,) 0..100 as they are shown, of ratings (N,) and technical parts (JSON)."""
    aesthetics = manifest.calibration.score_of(ratings)
    if manifest.score_weights.keys() == {AESTHETIC}:
        return aesthetics
    parts: list[Mapping[str, float]] = [json.loads(each) for each in technical]
    return np.array(
        [manifest.value_of(one, known) for one, known in zip(aesthetics, parts, strict=True)]
    )


def _catalogued(rows: Sequence[Sequence[Any]], manifest: Manifest) -> Catalogued:
    columns: Any = [*zip(*rows, strict=True)] or [()] * 12
    ids, stars, picks, states, taken, folders, cameras, *seen = columns
    values, vectors, distributions, facts, technical = seen
    shoots, bursts = shoots_and_bursts(folders, taken, cameras)
    return Catalogued(
        ids=[PhotoId(id_) for id_ in ids],
        frames=frames_of(vectors, distributions, facts, manifest),
        deviation=_deviation(distributions, manifest),
        technical=technical,
        values=np.array(values, dtype=np.float64),
        stars=np.array(stars, dtype=np.int8),
        picks=np.array(picks, dtype=np.int8),
        online=np.array(states, dtype=np.int64) == int(FileState.ONLINE),
        shoots=shoots,
        bursts=bursts,
    )


def _deviation(distributions: Sequence[bytes], manifest: Manifest) -> float:
    if not distributions:
        return 0.0
    shares = _matrix(distributions, len(manifest.bins)).astype(np.float64)
    away = manifest.bins - manifest.expected_ratings(shares)[:, None]
    return float(np.sqrt((shares * away**2).sum(axis=1)).mean())


def _matrix(rows: Sequence[bytes], width: int) -> npt.NDArray[np.float16]:
    return np.frombuffer(b"".join(rows), dtype="<f2").reshape(-1, width)
