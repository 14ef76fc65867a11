"""Damaged files by the thousand: each ends as a picture or as a reason, and the pool lives on."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import PhotoReadError
from core.ingest.decode_pool import DecodeLimits, DecodePool, Priority
from core.ingest.source import Source
from core.photo import Metadata
from tests.core.ingest.conftest import source
from tests.make_photos import FIRST_SHOT, make_jpeg, write_picture
from tests.make_raw import write_dng

SUFFIXES = ["jpg", "png", "tif", "webp", "heic", "avif", "dng"]
LIMITS = DecodeLimits(seconds=10, memory_bytes=1024**3)


def seeds(folder: Path) -> dict[str, bytes]:
    """One small good file of each format, with EXIF and, in the JPEG, an embedded preview."""
    files = {
        suffix: write_picture(
            folder / f"seed.{suffix}", size=(120, 80), taken_at=FIRST_SHOT, gps=(1.0, 2.0)
        ).read_bytes()
        for suffix in SUFFIXES
        if suffix not in ("jpg", "dng")
    }
    files["jpg"] = make_jpeg(size=(1300, 870), preview_size=(900, 602), quality=30)
    dng = write_dng(folder / "seed.dng", size=(120, 80), preview_size=(120, 80))
    return files | {"dng": dng.read_bytes()}


def mutants(folder: Path, count: int) -> Iterator[Source]:
    """Good files with bytes changed, pieces removed, doubled, zeroed or cut off."""
    originals = seeds(folder)
    for number in range(count):
        chance = random.Random(number)
        suffix = SUFFIXES[number % len(SUFFIXES)]
        path = folder / f"{number}.{suffix}"
        path.write_bytes(damaged(bytearray(originals[suffix]), chance))
        yield source(path)


def damaged(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 6)):
        # Headers are short and the pixels long: half of the damage goes to the first kilobyte.
        reach = min(1024, len(data)) if chance.random() < 0.5 else len(data)
        at = chance.randrange(reach)
        length = chance.randint(1, 64)
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff"])
            case 2:
                data[at : at + length] = data[at : at + length] * 2
            case 3:
                del data[at : at + length]
            case 4 if len(data) > 200 and chance.random() < 0.3:
                del data[max(100, at) :]
            case _:
                data[at : at + length] = bytes(len(data[at : at + length]))
    return data


def check(folder: Path, count: int) -> tuple[int, int]:
    """How many of the mutants were shown, and how many were refused with a reason."""
    pool = DecodePool(2, LIMITS)
    try:
        sources = list(mutants(folder, count))
        previews = [pool.preview(each, Priority.NOW) for each in sources]
        answers = pool.metadata(sources).result()
        assert all(isinstance(answer, Metadata | PhotoReadError) for answer in answers)
        errors = [preview.exception() for preview in previews]
        assert all(error is None or isinstance(error, PhotoReadError) for error in errors)
        assert all(error.reason for error in errors if isinstance(error, PhotoReadError))
        return errors.count(None), sum(error is not None for error in errors)
    finally:
        pool.close()


def test_damaged_files_end_as_a_picture_or_a_reason(tmp_path: Path) -> None:
    shown, refused = check(tmp_path, 350)
    assert shown > 20  # the damage is not so great that nothing is exercised
    assert refused > 20


@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_ten_thousand_damaged_files(tmp_path: Path) -> None:
    shown, refused = check(tmp_path, 10_000)
    assert shown + refused == 10_000
