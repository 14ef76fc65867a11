"""Where to look first: at what the camera focused on, else at the finest detail."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.paths import app_paths
from core.photo import FileKind, FileState, Photo, PhotoId
from core.services.engine import Engine, open_engine
from core.services.previews import Priority
from core.services.subject import Origin, Subject, find_subject
from core.vision.busiest_place import busiest_place


@pytest.fixture
def engine(shortlist_home: Path) -> Iterator[Engine]:
    opened = open_engine(app_paths(shortlist_home), workers=1)
    yield opened
    opened.close()


def with_patch(x: int, y: int, size: tuple[int, int] = (640, 426)) -> np.ndarray:
    """A soft ramp with one patch of fine texture around a place."""
    width, height = size
    ramp = np.linspace(60, 190, width, dtype=np.float32)[None, :, None]
    picture = np.broadcast_to(ramp, (height, width, 3)).copy()
    noise = np.random.default_rng(1).integers(-60, 60, (100, 100, 1))
    picture[y - 50 : y + 50, x - 50 : x + 50] += noise
    return picture.clip(0, 255).astype(np.uint8)


def subject(engine: Engine, path: Path, state: FileState = FileState.ONLINE) -> Subject:
    size = path.stat().st_size if path.exists() else 1
    photo = Photo(PhotoId(1), path, FileKind.JPEG, size, 1, state=state)
    return find_subject(engine.previews, photo, Priority.NOW)


@pytest.mark.parametrize("place", [(150, 120), (500, 300), (320, 213)])
def test_the_finest_detail_is_found(place: tuple[int, int]) -> None:
    found = busiest_place(with_patch(*place))
    assert found is not None
    assert found == pytest.approx((place[0] / 640, place[1] / 426), abs=0.05)


def test_a_flat_or_tiny_picture_has_none() -> None:
    assert busiest_place(np.full((400, 600, 3), 90, np.uint8)) is None
    assert busiest_place(np.zeros((3, 3, 3), np.uint8)) is None


def test_the_camera_has_the_first_word(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9214: (480, 106), 0xA002: 640, 0xA003: 426})
    Image.fromarray(with_patch(150, 300)).save(path, exif=exif)
    found = subject(engine, path)
    assert found.origin is Origin.CAMERA
    assert (found.x, found.y) == pytest.approx((0.75, 0.249), abs=0.01)
    assert found.focus is not None


def test_then_the_detail_and_then_the_middle(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(with_patch(500, 120)).save(path)
    assert subject(engine, path).origin is Origin.DETAIL
    flat = tmp_path / "flat.jpg"
    Image.new("RGB", (640, 426), "grey").save(flat)
    assert subject(engine, flat) == Subject(0.5, 0.5, Origin.NOBODY)


def test_of_what_cannot_be_read_it_is_the_middle(engine: Engine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("only words")
    middle = Subject(0.5, 0.5, Origin.NOBODY)
    assert subject(engine, broken) == middle
    assert subject(engine, tmp_path / "gone.jpg", FileState.OFFLINE) == middle
