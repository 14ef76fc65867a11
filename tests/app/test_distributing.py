"""The distributions beside the sliders follow the folder, the filter and the scores."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from core.photo import PhotoId, Query, Score, ScoredPhoto, SortKey, TechnicalPart
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 20_000
SHARP = TechnicalPart.SHARPNESS


def scored(engine: Engine, id_: PhotoId, sharpness: float) -> ScoredPhoto:
    parts = {"sharpness": sharpness, "noise": 50.0}
    score = Score(50, 50, 1, parts, engine.scoring.model, "by hand")
    return ScoredPhoto(id_, score, b"\0\0", b"\0\0")


@pytest.fixture
def shown(qtbot: QtBot, engine: Engine, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Six photos, five of them measured by hand; nothing scores them."""
    write_shoot(tmp_path / "shoot", 6, size=(60, 40))
    window.work.score = lambda: None  # type: ignore[method-assign]
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    with engine.library.transaction() as stored:
        ids = stored.photos.ids(Query(sort=SortKey.NAME))
        stored.scores.save([scored(engine, id_, 20.0 * n + 10) for n, id_ in enumerate(ids[:5])])
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: window.grid.model().rowCount() == 6, timeout=WAIT_MS)
    return window


def row_texts(window: MainWindow) -> Callable[[], tuple[str, str]]:
    form = window.filter_bar._technical.content
    return lambda: (form.row(SHARP).texts[1], form._passing.text())


def test_an_open_form_follows_filter_and_scores(
    qtbot: QtBot, engine: Engine, shown: MainWindow
) -> None:
    said = row_texts(shown)
    qtbot.mouseClick(shown.filter_bar._technical, Qt.MouseButton.LeftButton)
    missing = "Not measured in 1 of 6 photos"
    qtbot.waitUntil(lambda: said() == (missing, "6 of 6 photos pass"), timeout=WAIT_MS)
    row = shown.filter_bar._technical.content.row(SHARP)
    assert row.slider.accessibleDescription().count("1 photo") == 5

    for _ in range(10):
        qtbot.keyClick(row.slider.lower_end, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: said() == (missing, "3 of 6 photos pass"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown.grid.model().rowCount() == 3, timeout=WAIT_MS)
    assert row.slider.accessibleDescription().count("1 photo") == 5  # without its own range

    with engine.library.transaction() as stored:
        last = stored.photos.ids(Query(sort=SortKey.NAME))[5]
        changes = stored.scores.save([scored(engine, last, 95)])
    engine.changes.publish(changes)
    qtbot.waitUntil(lambda: said() == ("", "4 of 6 photos pass"), timeout=WAIT_MS)
    assert shown.browsing.outdated == "1 new score"  # the list waits until asked, as ever
    shown.filter_bar._technical.popup.close()


def test_the_form_opens_by_its_action(qtbot: QtBot, shown: MainWindow) -> None:
    shown.actions_["technical"].trigger()
    qtbot.waitUntil(lambda: row_texts(shown)()[1] == "6 of 6 photos pass", timeout=WAIT_MS)
    assert shown.filter_bar._technical.is_open
    shown.filter_bar._technical.popup.close()


def test_a_closed_form_asks_nothing(qtbot: QtBot, shown: MainWindow) -> None:
    shown.filter_bar._technical.content.row(SHARP).slider.set_range(50, 100)
    qtbot.waitUntil(lambda: shown.grid.model().rowCount() == 3, timeout=WAIT_MS)
    assert row_texts(shown)() == ("", "")


def test_the_order_by_a_part_puts_what_was_not_measured_last(
    qtbot: QtBot, engine: Engine, shown: MainWindow
) -> None:
    ids = list(engine.browse.ids(Query(sort=SortKey.NAME)))
    shown.filter_bar.sort_by(SortKey.SHARPNESS, descending=True)
    expected = [*reversed(ids[:5]), ids[5]]
    qtbot.waitUntil(lambda: list(shown.grid.model().ids) == expected, timeout=WAIT_MS)
