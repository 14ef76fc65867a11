"""What the views share: each picture is made once, whoever wants it, and kept within limits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.loupe.picture_cache import PictureCache, PictureKey
from app.loupe.picture_loader import Wanted
from app.loupe.pictures import Pictures
from core.photo import Photo, Query
from core.progress import Task
from core.services.engine import Engine
from core.services.previews import Priority, Region
from core.services.subject import Origin
from tests.app.photos import photo
from tests.make_photos import write_shoot

WAIT_MS = 20_000


@pytest.fixture
def pictures(engine: Engine, jobs: JobRunner) -> Iterator[Pictures]:
    made = Pictures(engine.previews, jobs)
    yield made
    made.deleteLater()


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> list[Photo]:
    write_shoot(tmp_path / "shoot", 4, size=(300, 200))
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    return list(engine.browse.photos(engine.browse.ids(Query())).values())


def image(width: int, height: int) -> QImage:
    return QImage(QSize(width, height), QImage.Format.Format_RGB32)


def test_what_one_view_leaves_another_still_gets(
    qtbot: QtBot, pictures: Pictures, shoot: list[Photo]
) -> None:
    wanted = [Wanted(one, None, Priority.AHEAD) for one in shoot]
    pictures.loader.want("loupe", wanted)
    pictures.loader.want("second window", wanted[2:])
    pictures.leave("loupe")
    qtbot.waitUntil(lambda: all(one.key in pictures.cache for one in wanted[2:]), timeout=WAIT_MS)


def test_a_part_that_lies_beside_the_photo_is_refused_and_not_asked_for_again(
    qtbot: QtBot, pictures: Pictures, shoot: list[Photo]
) -> None:
    beside = Wanted(shoot[0], None, Priority.AHEAD, Region(5000, 0, 100, 100))
    with qtbot.waitSignal(pictures.loader.failed, timeout=WAIT_MS) as failed:
        pictures.loader.want("loupe", [beside])
    assert "smaller" in failed.args[1]
    assert pictures.loader.has_refused(beside.key)


def test_a_part_that_is_cut_short_is_refused(
    qtbot: QtBot, pictures: Pictures, shoot: list[Photo]
) -> None:
    with qtbot.waitSignal(pictures.loader.failed, timeout=WAIT_MS):
        over = Wanted(shoot[0], None, Priority.AHEAD, Region(250, 150, 100, 100))
        pictures.loader.want("loupe", [over])


def test_the_part_that_shows_most_is_taken() -> None:
    cache, one = PictureCache(), photo(1)
    for x in (0, 100, 200):
        cache.put(PictureKey.of(one, None, Region(x, 0, 100, 100)), image(100, 100))
    best = cache.part_with(one, QRect(120, 10, 100, 50))
    assert best is not None
    assert best.key.region == Region(100, 0, 100, 100)
    assert cache.part_with(one, QRect(900, 900, 10, 10)) is None
    assert cache.part_with(photo(1, mtime_ns=99), QRect(0, 0, 10, 10)) is None
    assert cache.largest(one) is None  # a part does not stand in for the whole


def test_pictures_leave_when_there_are_too_many() -> None:
    cache = PictureCache(max_bytes=5 * 4 * 100 * 100)
    for number in range(20):
        cache.put(PictureKey.of(photo(number), 1024), image(100, 100))
    assert cache.size_bytes <= 5 * 4 * 100 * 100
    assert PictureKey.of(photo(19), 1024) in cache
    assert PictureKey.of(photo(0), 1024) not in cache


def test_where_to_look_is_found_for_all_that_is_wanted(
    qtbot: QtBot, pictures: Pictures, shoot: list[Photo]
) -> None:
    found: list[int] = []

    def note(id_: int) -> None:  # Qt cannot be given list.append
        found.append(id_)

    pictures.subjects.found.connect(note)
    pictures.subjects.want("loupe", shoot[:2])
    pictures.subjects.want("survey", shoot)
    qtbot.waitUntil(lambda: len(found) == len(shoot), timeout=WAIT_MS)
    assert len(set(found)) == len(shoot)
    subjects = [pictures.subjects.of(one) for one in shoot]
    assert all(one is not None and one.origin is Origin.DETAIL for one in subjects)
