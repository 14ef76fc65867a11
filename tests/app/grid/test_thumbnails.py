"""Thumbnails from real files through the real engine, to memory and no further."""

from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from app.grid.pixmap_cache import PixmapCache
from app.grid.thumbnails import Thumbnails, decoded
from app.jobs import JobRunner
from core.photo import Filter, Photo, Query
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import make_jpeg, write_shoot

WAIT_MS = 20_000


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> list[Photo]:
    """Six pictures of 300 by 200, and a file that is none."""
    write_shoot(tmp_path / "shoot", 6, size=(300, 200))
    (tmp_path / "shoot" / "broken.jpg").write_text("only words")
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    found = engine.browse.photos(engine.browse.ids(Query(Filter())))
    return sorted(found.values(), key=lambda each: each.path)


@pytest.fixture
def thumbnails(engine: Engine, jobs: JobRunner) -> Thumbnails:
    return Thumbnails(engine.previews, jobs, jobs)


def test_what_is_wanted_arrives_scaled_to_the_cell(
    qtbot: QtBot, thumbnails: Thumbnails, shoot: list[Photo]
) -> None:
    thumbnails.want(shoot[:3], 120)
    qtbot.waitUntil(lambda: not thumbnails.busy, timeout=WAIT_MS)
    sizes = [pixmap.size().toTuple() for p in shoot[:3] if (pixmap := thumbnails.pixmap(p))]
    assert sizes == [(120, 80)] * 3
    assert thumbnails.pixmap(shoot[4]) is None


def test_for_larger_cells_the_old_picture_serves_until_the_new_one_is_there(
    qtbot: QtBot, thumbnails: Thumbnails, shoot: list[Photo]
) -> None:
    thumbnails.want(shoot[:1], 60)
    qtbot.waitUntil(lambda: not thumbnails.busy, timeout=WAIT_MS)
    thumbnails.want(shoot[:1], 240)
    old = thumbnails.pixmap(shoot[0])
    assert old is not None
    assert old.width() == 60
    qtbot.waitUntil(lambda: not thumbnails.busy, timeout=WAIT_MS)
    new = thumbnails.pixmap(shoot[0])
    assert new is not None
    assert new.width() == 240


def test_what_was_scrolled_away_is_not_fetched(
    qtbot: QtBot, thumbnails: Thumbnails, shoot: list[Photo]
) -> None:
    thumbnails.want(shoot[:5], 100)
    thumbnails.want(shoot[5:6], 100)
    qtbot.waitUntil(lambda: not thumbnails.busy, timeout=WAIT_MS)
    assert thumbnails.pixmap(shoot[5]) is not None


def test_a_file_that_cannot_be_read_is_tried_once(
    qtbot: QtBot, thumbnails: Thumbnails, shoot: list[Photo]
) -> None:
    broken = next(p for p in shoot if p.path.name == "broken.jpg")
    with qtbot.waitSignal(thumbnails.failed, timeout=WAIT_MS) as failed:
        thumbnails.want([broken], 100)
    assert failed.args == [broken.id]
    assert thumbnails.has_failed(broken)
    thumbnails.want([broken], 100)
    assert not thumbnails.busy


def test_closing_withdraws_everything(thumbnails: Thumbnails, shoot: list[Photo]) -> None:
    thumbnails.want(shoot, 100)
    thumbnails.close()
    assert not thumbnails.busy


@pytest.mark.parametrize(
    ("size", "box_px", "expected"),
    [((400, 200), 100, (100, 50)), ((200, 400), 100, (50, 100)), ((40, 20), 100, (40, 20))],
)
def test_a_preview_is_fitted_and_never_enlarged(
    size: tuple[int, int], box_px: int, expected: tuple[int, int]
) -> None:
    image = decoded(make_jpeg(size=size), box_px)
    assert (image.width(), image.height()) == expected


def test_bytes_that_are_no_picture_give_none() -> None:
    assert decoded(b"no picture", 100).isNull()


def test_the_cache_lets_go_of_what_was_not_used_for_longest(qapp: object) -> None:
    cache = PixmapCache(max_bytes=3 * 100 * 100 * 4)
    for name in "abc":
        cache.put(name, QPixmap(100, 100))
    cache.get("a")
    cache.put("d", QPixmap(100, 100))
    assert [name for name in "abcd" if cache.get(name) is not None] == ["a", "c", "d"]
    assert cache.size_bytes == 3 * 100 * 100 * 4
