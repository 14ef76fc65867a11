"""Catalogues to personalise: photos that exist as rows, marked by a visible taste."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from core.photo import FileKind, FoundPhoto, Mark, Metadata, PhotoId, Pick, Score, ScoredPhoto
from core.services.engine import Engine
from core.taste.evidence import FACTS
from tests.make_model import BINS, DIM

MODEL = "brightness 1.0.0"
PER_SHOOT = 25
_START = datetime(2026, 5, 1, 12)
_SATURATION = FACTS.index("saturation")


@dataclass(frozen=True, slots=True)
class Shoots:
    """What was put into the catalogue."""

    ids: list[PhotoId]
    saturation: np.ndarray  # (N,) standardised; what the photographer looks at

    def likes(self, rows: Sequence[int] | np.ndarray) -> dict[PhotoId, Mark]:
        """The marks of somebody who loves monochrome photos: 5 stars for the greyest fifth."""
        cuts = np.quantile(self.saturation, [0.2, 0.4, 0.6, 0.8])
        return {
            self.ids[row]: Mark(5 - int(np.searchsorted(cuts, self.saturation[row])))
            for row in rows
        }


def fill(
    engine: Engine, shoots: int = 8, *, per_shoot: int = PER_SHOOT, facts: bool = True
) -> Shoots:
    """Add scored photos, one day and folder a shoot, ten minutes apart."""
    source = np.random.default_rng(3)
    count = shoots * per_shoot
    saturation = source.standard_normal(count)
    found = [
        FoundPhoto(Path(f"/season/{n // per_shoot:03}/{n:05}.jpg"), FileKind.JPEG, 1000 + n, 1)
        for n in range(count)
    ]
    with engine.library.transaction() as tx:
        ids = tx.photos.add(found)
        tx.photos.describe({id_: Metadata(_taken(n, per_shoot)) for n, id_ in enumerate(ids)})
        tx.scores.save(
            [
                _scored(engine, id_, level, source, facts=facts)
                for id_, level in zip(ids, saturation, strict=True)
            ]
        )
    return Shoots(ids, saturation)


def mark(engine: Engine, marks: dict[PhotoId, Mark]) -> None:
    """Give the marks as the photographer would."""
    with engine.library.transaction() as tx:
        tx.photos.set_marks(marks)


def rejected(ids: Sequence[PhotoId]) -> dict[PhotoId, Mark]:
    return {id_: Mark(pick=Pick.REJECTED) for id_ in ids}


def scores(engine: Engine, ids: Sequence[PhotoId]) -> dict[PhotoId, Score]:
    """The scores as they are shown."""
    photos = engine.browse.photos(ids)
    return {id_: score for id_ in ids if (score := photos[id_].score) is not None}


def _taken(number: int, per_shoot: int) -> datetime:
    shoot, place = divmod(number, per_shoot)
    return _START + timedelta(days=shoot, minutes=10 * place)


def _scored(
    engine: Engine, id_: PhotoId, level: float, source: np.random.Generator, *, facts: bool
) -> ScoredPhoto:
    vector = source.standard_normal(DIM)
    share = source.uniform(0.2, 0.8)
    distribution = np.array([1 - share, 0, 0, share])
    measured = source.normal(0.5, 0.1, len(FACTS))
    measured[_SATURATION] = 0.4 + 0.1 * level
    aesthetic = float((distribution @ BINS - 1) / 6 * 100)
    version = engine.scoring.student().measures_version
    parts = dict.fromkeys(engine.scoring.parts, 80.0)
    return ScoredPhoto(
        id_,
        Score(aesthetic, aesthetic, 5.0, parts, MODEL, version),
        embedding=(vector / np.linalg.norm(vector)).astype("<f2").tobytes(),
        distribution=distribution.astype("<f2").tobytes(),
        facts=measured.astype("<f2").tobytes() if facts else b"",
    )
