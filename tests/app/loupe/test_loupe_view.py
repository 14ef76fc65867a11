"""The loupe: the whole picture or its pixels, at once, and words where there is no picture."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.loupe.loupe_view import LoupeView
from app.loupe.picture_cache import PictureKey
from app.loupe.pictures import Pictures
from app.loupe.view_frame import Zoom
from app.overlays.overlays import Overlays
from core.photo import FileState, Photo, Query
from core.progress import Task
from core.services.engine import Engine
from core.services.previews import Priority
from tests.app.photos import photo
from tests.make_photos import natural_image, write_shoot

WAIT_MS = 20_000
SIZE = (900, 600)


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> list[Photo]:
    """Three photos of 900 by 600, and a file that is none."""
    write_shoot(tmp_path / "shoot", 3, size=SIZE)
    (tmp_path / "shoot" / "broken.jpg").write_text("only words")
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    found = engine.browse.photos(engine.browse.ids(Query()))
    return sorted(found.values(), key=lambda each: each.path.name)


@pytest.fixture
def pictures(engine: Engine, jobs: JobRunner) -> Iterator[Pictures]:
    made = Pictures(engine.previews, jobs)
    yield made
    made.deleteLater()


@pytest.fixture
def loupe(qtbot: QtBot, pictures: Pictures, jobs: JobRunner) -> Iterator[LoupeView]:
    made = LoupeView(pictures, Overlays(jobs, jobs))
    qtbot.addWidget(made)
    made.resize(400, 400)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


def show(qtbot: QtBot, loupe: LoupeView, which: Photo, *ahead: Photo) -> None:
    with qtbot.waitSignal(
        loupe.picture_ready, timeout=WAIT_MS, check_params_cb=lambda id_: id_ == which.id
    ):
        loupe.show_photo(which, ahead)


def words(loupe: LoupeView) -> str:
    return " ".join(label.text() for label in loupe.findChildren(QLabel) if label.isVisible())


def test_the_whole_photo_is_shown_in_its_proportions(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    show(qtbot, loupe, shoot[0])
    area, view = loupe.canvas.picture_area_px, loupe.canvas.view_px
    assert area.width() == view.width()
    assert area.width() / area.height() == pytest.approx(1.5, abs=0.01)
    assert abs(area.center().y() - view.height() / 2) <= 1


def test_at_1_to_1_a_pixel_is_a_pixel_and_dragging_moves_it(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    show(qtbot, loupe, shoot[0])
    loupe.zoom_actual()
    qtbot.waitUntil(lambda: loupe.canvas.picture_area_px.size().toTuple() == SIZE, timeout=WAIT_MS)
    before = loupe.canvas.picture_area_px.topLeft()
    canvas = loupe.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(canvas, QPoint(150, 180))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 180))
    moved = loupe.canvas.picture_area_px.topLeft() - before
    assert moved == QPoint(-50, -20) * canvas.devicePixelRatioF()
    assert canvas.zoom is Zoom.ACTUAL


def test_a_click_zooms_and_the_zoom_stays_for_the_next_photo(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    show(qtbot, loupe, shoot[0])
    with qtbot.waitSignal(loupe.zoom_changed) as zoomed:
        qtbot.mouseClick(loupe.canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert zoomed.args == ["1:1"]
    assert "1:1" in words(loupe)
    show(qtbot, loupe, shoot[1])
    assert loupe.canvas.picture_area_px.size().toTuple() == SIZE
    loupe.toggle_zoom()
    assert loupe.canvas.zoom is Zoom.FIT


@pytest.fixture
def large(engine: Engine, tmp_path: Path) -> list[Photo]:
    """Two photos of 6 megapixels; the camera focused on a place off the middle."""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(2):
        exif = Image.Exif()
        exif.get_ifd(0x8769).update({0x9214: (900, 1400), 0xA002: 3000, 0xA003: 2000})
        natural_image(3000, 2000, number).save(folder / f"{number}.jpg", exif=exif)
    engine.importer.import_folder(folder, recursive=True, task=Task())
    found = engine.browse.photos(engine.browse.ids(Query()))
    return sorted(found.values(), key=lambda each: each.path.name)


def seen_place(loupe: LoupeView) -> tuple[int, int]:
    """The pixel of the photo in the middle of the canvas."""
    seen = loupe.canvas.seen_px
    assert seen is not None
    return seen.center().x(), seen.center().y()


def test_at_1_to_1_only_the_part_at_the_focus_point_is_decoded_pixel_for_pixel(
    qtbot: QtBot, loupe: LoupeView, pictures: Pictures, large: list[Photo]
) -> None:
    show(qtbot, loupe, large[0])
    qtbot.waitUntil(lambda: pictures.subjects.of(large[0]) is not None, timeout=WAIT_MS)
    with qtbot.waitSignal(loupe.picture_ready, timeout=WAIT_MS):
        loupe.zoom_actual()
    assert seen_place(loupe) == pytest.approx((900, 1400), abs=2)
    assert PictureKey.of(large[0], None) not in pictures.cache
    seen, shown = loupe.canvas.seen_px, loupe.canvas.grab().toImage()
    with Image.open(large[0].path) as whole:
        for x, y in ((0, 0), (137, 201), (300, 350)):
            red, green, blue = whole.convert("RGB").getpixel((seen.x() + x, seen.y() + y))
            assert shown.pixelColor(x, y) == QColor(red, green, blue)


def test_the_place_stays_from_photo_to_photo_and_the_next_part_is_there_already(
    qtbot: QtBot, loupe: LoupeView, pictures: Pictures, large: list[Photo]
) -> None:
    show(qtbot, loupe, large[0], large[1])
    qtbot.waitUntil(lambda: pictures.subjects.of(large[0]) is not None, timeout=WAIT_MS)
    loupe.zoom_actual()
    loupe.canvas.pan(QPointF(400, -300))
    place = seen_place(loupe)
    ready: list[int] = []
    loupe.picture_ready.connect(ready.append)

    def shown_at_once() -> bool:
        loupe.show_photo(large[0], [large[1]])
        ready.clear()
        loupe.show_photo(large[1], [])
        return ready == [large[1].id]

    qtbot.waitUntil(shown_at_once, timeout=WAIT_MS)
    assert seen_place(loupe) == place
    assert PictureKey.of(large[1], None) not in pictures.cache


def test_a_photo_that_is_not_as_large_as_the_catalogue_says_is_shown_all_the_same(
    qtbot: QtBot, loupe: LoupeView, large: list[Photo]
) -> None:
    larger = replace(large[0].metadata, width_px=9000, height_px=6000)
    wrong = replace(large[0], metadata=larger)
    loupe.zoom_actual()
    show(qtbot, loupe, wrong)
    assert loupe.canvas.picture_area_px.size().toTuple() == (3000, 2000)


def test_the_next_photo_is_there_before_it_is_asked_for(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    show(qtbot, loupe, shoot[0], shoot[1], shoot[2])
    ready: list[int] = []
    loupe.picture_ready.connect(ready.append)

    def shown_at_once() -> bool:
        loupe.show_photo(shoot[0], shoot[1:3])
        ready.clear()
        loupe.show_photo(shoot[1], [shoot[2]])
        return ready == [shoot[1].id]  # without the event loop: nothing had to be decoded

    qtbot.waitUntil(shown_at_once, timeout=WAIT_MS)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    [broken] = [each for each in shoot if each.path.name == "broken.jpg"]
    loupe.show_photo(broken, ())
    assert "broken.jpg could not be read: " in words(loupe)
    show(qtbot, loupe, shoot[0])
    assert "could not be read" not in words(loupe)


def test_a_photo_on_a_drive_that_is_away_keeps_its_rating(loupe: LoupeView) -> None:
    loupe.show_photo(photo(3, state=FileState.OFFLINE, stars=4), ())
    assert "IMG_0003.JPG in /shoot is out of reach: not found" in words(loupe)
    assert "rating of it is kept" in words(loupe)


def test_of_a_photo_that_is_away_the_preview_is_still_shown(
    qtbot: QtBot, loupe: LoupeView, engine: Engine, shoot: list[Photo]
) -> None:
    engine.previews.thumbnail(shoot[0], Priority.NOW).result(WAIT_MS / 1000)
    shoot[0].path.unlink()
    show(qtbot, loupe, replace(shoot[0], state=FileState.OFFLINE))
    assert "not found" not in words(loupe)
    assert "Offline" in words(loupe)
    assert not loupe.canvas.picture_area_px.isEmpty()


def test_the_caption_says_which_photo_of_how_many(
    qtbot: QtBot, loupe: LoupeView, shoot: list[Photo]
) -> None:
    loupe.show_photo(shoot[0], (), position=(2, 2913))
    assert shoot[0].path.name in words(loupe)
    assert "2 of 2,913" in words(loupe)
