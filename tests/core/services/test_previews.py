"""Previews: decoded once, shared, cancellable, and honest about what cannot be shown."""

import io
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from PIL import Image

from core.errors import PhotoReadError
from core.photo import FileState, Filter, Photo, Query
from core.progress import Task
from core.services.engine import Engine
from core.services.previews import Priority
from tests.make_hostile import write_truncated
from tests.make_photos import write_jpeg


def photos_of(engine: Engine, folder: Path) -> list[Photo]:
    engine.importer.import_folder(folder, recursive=True, task=Task())
    ids = engine.browse.ids(Query(Filter(folder=folder)))
    photos = engine.browse.photos(ids)
    return [photos[id_] for id_ in ids]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for n in range(12):
        write_jpeg(folder / f"{n:02}.jpg", seed=n, size=(900, 600))
    return folder


def test_a_preview_is_upright_and_at_most_640_px_long(engine: Engine, tmp_path: Path):
    folder = tmp_path / "turned"
    folder.mkdir()
    write_jpeg(folder / "a.jpg", size=(600, 900), orientation=6)
    [photo] = photos_of(engine, folder)
    jpeg = engine.previews.thumbnail(photo, Priority.VISIBLE).result(20)
    assert Image.open(io.BytesIO(jpeg)).size in {(427, 640), (426, 640)}


def test_a_preview_is_served_from_disk_after_the_original_is_gone(
    start: Callable[[], Engine], folder: Path
):
    engine = start()
    photo = photos_of(engine, folder)[0]
    first = engine.previews.thumbnail(photo, Priority.VISIBLE).result(20)
    photo.path.unlink()
    engine.close()
    assert start().previews.thumbnail(photo, Priority.VISIBLE).result(20) == first


def test_all_who_ask_for_one_photo_get_it_even_if_one_of_them_leaves(engine: Engine, folder: Path):
    photo = photos_of(engine, folder)[0]
    asked = [engine.previews.thumbnail(photo, priority) for priority in Priority]
    asked[-1].cancel()
    assert len({future.result(20) for future in asked[:-1]}) == 1


def test_what_scrolled_away_is_not_decoded(engine: Engine, folder: Path):
    photos = photos_of(engine, folder)
    asked = [engine.previews.thumbnail(photo, Priority.BACKGROUND) for photo in photos]
    for future in asked[1:-1]:
        future.cancel()
    assert asked[-1].result(20)
    for future in asked[1:-1]:
        with pytest.raises(CancelledError):
            future.result(1)


def test_asking_again_with_more_urgency_still_answers_everyone(engine: Engine, folder: Path):
    photos = photos_of(engine, folder)
    slow = [engine.previews.thumbnail(photo, Priority.BACKGROUND) for photo in photos]
    urgent = engine.previews.thumbnail(photos[-1], Priority.NOW)
    assert urgent.result(20) == slow[-1].result(20)
    assert all(future.result(20) for future in slow)


def test_an_unreadable_file_fails_with_its_reason(engine: Engine, folder: Path):
    (folder / "bad.jpg").write_text("only words")
    bad = next(photo for photo in photos_of(engine, folder) if photo.path.name == "bad.jpg")
    with pytest.raises(PhotoReadError, match=r"bad\.jpg could not be read: .+"):
        engine.previews.thumbnail(bad, Priority.VISIBLE).result(20)
    assert engine.browse.photos([bad.id])[bad.id].problem


def test_what_is_left_of_a_file_is_shown_and_never_passes_for_the_picture(
    engine: Engine, folder: Path
):
    write_truncated(folder / "cut.jpg")
    cut = next(photo for photo in photos_of(engine, folder) if photo.path.name == "cut.jpg")

    for _ in range(2):  # the second could come from the cache
        shown = engine.previews.thumbnail(cut, Priority.VISIBLE)
        assert Image.open(io.BytesIO(shown.result(20))).size == (600, 400)
        with pytest.raises(PhotoReadError, match="48 % of the picture"):
            engine.previews.thumbnail(cut, Priority.BACKGROUND, whole=True).result(20)
    known = engine.browse.photos([cut.id])[cut.id]
    assert known.state is FileState.DAMAGED
    assert known.problem == "the file is cut short; 48 % of the picture can be seen"
    assert engine.previews.pixels(cut, None, Priority.NOW).result(20).shape == (400, 600, 3)

    (folder / "cut.jpg").write_bytes((folder / "01.jpg").read_bytes())
    assert photos_of(engine, folder)
    assert engine.browse.photos([cut.id])[cut.id].state is FileState.ONLINE


def test_pixels_come_at_the_size_asked_for(engine: Engine, folder: Path):
    photo = photos_of(engine, folder)[0]
    fitted = engine.previews.pixels(photo, 450, Priority.NOW).result(20)
    native = engine.previews.pixels(photo, None, Priority.NOW).result(20)
    assert max(fitted.shape) == 450
    assert native.shape == (600, 900, 3)
