"""Catalogues to test and to measure with: photos that exist only as rows."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from core.library.library import Library
from core.photo import (
    ColorLabel,
    FileKind,
    FoundPhoto,
    Mark,
    Metadata,
    PhotoId,
    Pick,
    Score,
    ScoredPhoto,
)

MODEL = "student 1"
PARTS = MappingProxyType({"sharpness": 80.0, "exposure": 55.5})
_START = datetime(2026, 1, 1)
_BATCH = 2000


def found(path: str | Path, *, size_bytes: int = 1000, mtime_ns: int = 1) -> FoundPhoto:
    """What a scan would say of a JPEG file."""
    return FoundPhoto(Path(path), FileKind.JPEG, size_bytes, mtime_ns)


def scored(
    id_: PhotoId, value: float, model: str = MODEL, parts: Mapping[str, float] = PARTS
) -> ScoredPhoto:
    """What a scoring run would store."""
    score = Score(value, value / 2, 3.0, parts, model)
    return ScoredPhoto(id_, score, embedding=bytes(1024), distribution=bytes(20))


def add(library: Library, *paths: str | Path) -> list[PhotoId]:
    """Add JPEG files of these names."""
    with library.transaction() as stored:
        return stored.photos.add([found(path) for path in paths])


def fill(library: Library, count: int, *, seed: int = 1, root: Path = Path("/photos")) -> None:
    """Put a season's work into the catalogue: described, scored and partly rated."""
    source = random.Random(seed)
    items = _shoots(count, root)
    while batch := list(islice(items, _BATCH)):
        with library.transaction() as stored:
            ids = stored.photos.add(batch)
            stored.photos.describe({id_: _metadata(source) for id_ in ids})
            stored.scores.save([scored(id_, source.uniform(0, 100)) for id_ in ids])
            stored.photos.set_marks(_marks(ids, source))


def _shoots(count: int, root: Path) -> Iterator[FoundPhoto]:
    for number in range(count):
        folder = root / f"shoot {number // 5000:03d}" / f"card {number // 1000 % 5}"
        yield found(folder / f"IMG_{number:05d}.JPG", size_bytes=9_000_000 + number)


def _metadata(source: random.Random) -> Metadata:
    return Metadata(
        taken_at=_START + timedelta(seconds=source.randrange(10_000_000)),
        camera="Canon EOS R5",
        lens="RF24-70mm F2.8 L IS USM",
        exposure_s=1 / 250,
        aperture=2.8,
        iso=400,
        focal_length_mm=50.0,
        width_px=6000,
        height_px=4000,
    )


def _marks(ids: Sequence[PhotoId], source: random.Random) -> dict[PhotoId, Mark]:
    rated = source.sample(ids, len(ids) // 3)
    return {
        id_: Mark(source.randrange(6), source.choice(list(Pick)), source.choice(list(ColorLabel)))
        for id_ in rated
    }
