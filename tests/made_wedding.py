"""Writes a made shoot to disk as the JPEGs of its cameras."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from tests.made_shoots import Shot, drawn
from tests.make_photos import CAMERA, make_exif

_CAMERAS = (CAMERA, ("FUJIFILM", "X-T5"), ("Panasonic", "DC-G9"))


def write_shots(folder: Path, shots: Sequence[Shot]) -> list[Path]:
    """One file a shot, named by its place in the shoot; `folder` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _write(folder / f"IMG_{place:04}.JPG", shot) for place, shot in enumerate(shots, start=1)
    ]


def _write(path: Path, shot: Shot) -> Path:
    taken_at = None
    if shot.taken_s is not None:
        taken_at = datetime.fromtimestamp(shot.taken_s, UTC).replace(tzinfo=None)
    exif = make_exif(taken_at=taken_at, camera=_CAMERAS[shot.camera], exposure_s=shot.exposure_s)
    out = BytesIO()
    drawn(shot.view).save(out, "JPEG", quality=88, exif=exif)
    path.write_bytes(out.getvalue())
    return path
