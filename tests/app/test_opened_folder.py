"""Opening a folder: what is known of it is on screen before the disk is asked again."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 20_000


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> Path:
    """Three photos that the catalogue knows."""
    write_shoot(tmp_path / "shoot", 3, size=(60, 40))
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    return tmp_path / "shoot"


def test_a_known_folder_is_shown_first_and_scanned_then(
    qtbot: QtBot, window: MainWindow, shoot: Path
) -> None:
    was_scanning: list[bool] = []
    window.folder.listed.connect(lambda _: was_scanning.append(window.work.importing))
    (shoot / "DSC_9999.JPG").write_bytes(next(shoot.glob("*.*")).read_bytes())
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: len(window.grid.model().ids) == 4, timeout=WAIT_MS)
    assert was_scanning[0] is False
    qtbot.waitUntil(lambda: not window.work.importing, timeout=WAIT_MS)


def test_another_folder_opened_at_once_is_the_one_that_is_scanned(
    qtbot: QtBot, window: MainWindow, shoot: Path, tmp_path: Path
) -> None:
    write_shoot(tmp_path / "other", 2, size=(60, 40), seed=9)
    window.open_paths([shoot])
    window.open_paths([tmp_path / "other"])
    qtbot.waitUntil(
        lambda: (
            window.folder.path == tmp_path / "other"
            and len(window.grid.model().ids) == 2
            and not window.work.importing
        ),
        timeout=WAIT_MS,
    )


def test_a_new_folder_is_searched_before_it_is_called_empty(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    said: list[str] = []
    window.folder.listed.connect(lambda _: said.append(window.viewer.empty.title))
    window.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: window.viewer.empty.title == "No photos here", timeout=WAIT_MS)
    assert said[0] == "Looking for photos…"


def test_recent_folders_can_be_opened_again_and_forgotten(
    qtbot: QtBot, window: MainWindow, shoot: Path
) -> None:
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: window.folder.path == shoot, timeout=WAIT_MS)
    names = [action.text() for action in window.top_bar.recent_menu.actions()]
    assert names[0] == str(shoot)
    with qtbot.waitSignal(window.folder.opened, timeout=WAIT_MS):
        window.top_bar.recent_menu.actions()[0].trigger()
    window.top_bar.recent_menu.actions()[-1].trigger()
    assert window.session.recent_folders == ()
    assert not window.top_bar.recent_menu.isEnabled()


def test_a_folder_whose_drive_is_away_is_shown_offline(
    qtbot: QtBot, window: MainWindow, engine: Engine, shoot: Path
) -> None:
    shoot.rename(shoot.with_name("unplugged"))
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: "3 offline" in window.status.tally, timeout=WAIT_MS)
    assert len(window.grid.model().ids) == 3
    qtbot.waitUntil(lambda: "cannot be opened" in window.status.message, timeout=WAIT_MS)

    shoot.with_name("unplugged").rename(shoot)
    window.actions_["rescan"].trigger()
    qtbot.waitUntil(lambda: "offline" not in window.status.tally, timeout=WAIT_MS)


def test_sub_folders_count_only_while_they_are_shown(
    qtbot: QtBot, window: MainWindow, shoot: Path
) -> None:
    write_shoot(shoot / "more", 2, size=(60, 40), seed=9)
    window.open_paths([shoot])
    qtbot.waitUntil(lambda: window.status.tally.startswith("5 photos"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.work.importing, timeout=WAIT_MS)
    window.actions_["subfolders"].trigger()
    qtbot.waitUntil(lambda: window.status.tally.startswith("3 photos"), timeout=WAIT_MS)
    window.actions_["subfolders"].trigger()
    qtbot.waitUntil(lambda: window.status.tally.startswith("5 photos"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.work.importing, timeout=WAIT_MS)
