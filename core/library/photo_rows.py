"""Domain values to rows and back."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.library.camera_time import from_ticks
from core.library.natural_order import search_name, sort_name
from core.library.schema import FolderRow, MetadataRow, PhotoRow, ScoreRow
from core.library.stored_paths import FolderPaths, decode_companions, encode_companions
from core.photo import (
    ColorLabel,
    FileKind,
    FileState,
    FoundPhoto,
    Metadata,
    Photo,
    PhotoId,
    Pick,
    Score,
    TechnicalPart,
)

Value = str | bytes | int | float | None

KNOWN_COLUMNS = (
    PhotoRow.id,
    FolderRow.path,
    PhotoRow.file,
    PhotoRow.size_bytes,
    PhotoRow.mtime_ns,
    PhotoRow.companions,
    PhotoRow.state,
)
_METADATA_COLUMNS = (
    MetadataRow.utc_offset_min,
    MetadataRow.camera,
    MetadataRow.lens,
    MetadataRow.exposure_s,
    MetadataRow.aperture,
    MetadataRow.iso,
    MetadataRow.focal_length_mm,
    MetadataRow.width_px,
    MetadataRow.height_px,
    MetadataRow.orientation,
    MetadataRow.latitude,
    MetadataRow.longitude,
)
_SCORE_COLUMNS = (
    ScoreRow.value,
    ScoreRow.aesthetic,
    ScoreRow.spread,
    ScoreRow.technical,
    ScoreRow.model,
    ScoreRow.technical_version,
    ScoreRow.profile,
)
PHOTO_COLUMNS = (
    *KNOWN_COLUMNS,
    PhotoRow.kind,
    PhotoRow.problem,
    PhotoRow.stars,
    PhotoRow.pick,
    PhotoRow.label,
    PhotoRow.taken_at,
    *_METADATA_COLUMNS,
    *_SCORE_COLUMNS,
)
_METADATA_START = len(KNOWN_COLUMNS) + 6
_SCORE_START = _METADATA_START + len(_METADATA_COLUMNS)
_PARTS = frozenset(TechnicalPart) - {TechnicalPart.SUBJECT_SHARPNESS}
_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Known:
    """What a scan compares a file with."""

    id: PhotoId
    size_bytes: int
    mtime_ns: int
    companions: tuple[Path, ...]
    state: FileState


class KnownRows:
    """Rows of KNOWN_COLUMNS, still as stored.

    Paths of 50,000 photos take 0.3 s to make: not inside the transaction, where a rating
    would have to wait for them.
    """

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows

    def by_path(self) -> dict[Path, Known]:
        """What each file is compared with."""
        folders = FolderPaths()
        return dict(to_known(row, folders) for row in self._rows)


def to_known(row: Sequence[Any], folders: FolderPaths) -> tuple[Path, Known]:
    """From a row of KNOWN_COLUMNS."""
    id_, stored_folder, file, size_bytes, mtime_ns, companions, state = row
    path = folders.file(stored_folder, file)
    others = decode_companions(path.parent, companions) if companions else ()
    return path, Known(PhotoId(id_), size_bytes, mtime_ns, others, FileState(state))


def to_photo(row: Sequence[Any], folders: FolderPaths) -> Photo:
    """From a row of PHOTO_COLUMNS."""
    path, known = to_known(row[: len(KNOWN_COLUMNS)], folders)
    kind, problem, stars, pick, label, taken_at = row[len(KNOWN_COLUMNS) : _METADATA_START]
    return Photo(
        id=known.id,
        path=path,
        kind=FileKind(kind),
        size_bytes=known.size_bytes,
        mtime_ns=known.mtime_ns,
        companions=known.companions,
        state=known.state,
        problem=problem,
        metadata=_to_metadata(taken_at, row[_METADATA_START:_SCORE_START]),
        stars=stars,
        pick=Pick(pick),
        label=ColorLabel(label),
        score=_to_score(row[_SCORE_START:]),
    )


def from_found(found: FoundPhoto, folder_id: int) -> dict[str, Value]:
    """The columns of PhotoRow that a scan decides."""
    return {
        "folder_id": folder_id,
        "file": os.fsencode(found.path.name),
        "sort_name": sort_name(found.path.name),
        "search_name": search_name(found.path.name),
        "kind": found.kind.value,
        "size_bytes": found.size_bytes,
        "mtime_ns": found.mtime_ns,
        "companions": encode_companions(found.path.parent, found.companions),
    }


def from_metadata(id_: PhotoId, metadata: Metadata) -> dict[str, Value]:
    """The columns of MetadataRow."""
    columns = {column.key: getattr(metadata, column.key) for column in _METADATA_COLUMNS}
    return {"photo_id": id_} | {name: storable(value) for name, value in columns.items()}


def from_score(id_: PhotoId, score: Score) -> dict[str, Value]:
    """The columns of ScoreRow."""
    return {
        "photo_id": id_,
        "value": score.value,
        "aesthetic": score.aesthetic,
        "spread": score.spread,
        "model": score.model,
        "technical": json.dumps(dict(score.technical)),
        "technical_version": score.technical_version,
        "profile": score.profile,
        **{part.value: storable(score.technical.get(part)) for part in _PARTS},
    }


def storable(value: Value) -> Value:
    """What a file claims, within what SQLite can hold: a camera's nonsense is no answer."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case int():
            return value if value in _INT64 else None
        case float():
            return value if math.isfinite(value) else None
    return value


def _to_metadata(taken_at: int | None, columns: Sequence[Any]) -> Metadata:
    if columns[-3] is None:  # orientation: there is no row
        return Metadata()
    return Metadata(None if taken_at is None else from_ticks(taken_at), *columns)


def _to_score(columns: Sequence[Any]) -> Score | None:
    value, aesthetic, spread, technical, model, technical_version, profile = columns
    if value is None:
        return None
    parts = json.loads(technical)
    return Score(value, aesthetic, spread, parts, model, technical_version, profile)
