"""Work on the open folder that the user stops, and how it goes on."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.main_window import MainWindow
from core.photo import Filter
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 20_000


def test_stopped_scoring_is_told_and_goes_on_at_a_click(
    qtbot: QtBot, window: MainWindow, jobs: JobRunner, engine: Engine, tmp_path: Path
) -> None:
    write_shoot(tmp_path / "shoot", 3, size=(60, 40))
    stop = jobs.submitted.connect(lambda job: job.name == "Scoring" and job.cancel())
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "You stopped the scoring" in window.status.message, timeout=WAIT_MS)
    assert engine.browse.tally(Filter()).scored == 0

    jobs.submitted.disconnect(stop)
    qtbot.mouseClick(window.status._link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "3 photos scored" in window.status.message, timeout=WAIT_MS)


def test_looking_again_in_vain_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    write_shoot(tmp_path / "shoot", 2, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "2 photos scored" in window.status.message, timeout=WAIT_MS)
    window.actions_["rescan"].trigger()
    qtbot.waitUntil(lambda: "Nothing has changed" in window.status.message, timeout=WAIT_MS)

    (tmp_path / "empty").mkdir()
    window.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: window.status.message == "", timeout=WAIT_MS)
