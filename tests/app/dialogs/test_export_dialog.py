"""The export window: a plan first, then the copies, then the report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_outcome import ExportOutcome
from app.jobs import JobRunner
from core.photo import Filter, PhotoId, Pick, Query
from core.progress import Task
from core.services.engine import Engine
from tests.make_photos import write_shoot

WAIT_MS = 20_000

Open = Callable[..., ExportDialog]


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> list[PhotoId]:
    """Four photos; the first two are picked."""
    write_shoot(tmp_path / "shoot", 4, size=(60, 40))
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    ids = list(engine.browse.ids(Query()))
    engine.rating.pick(ids[:2], Pick.PICKED)
    return ids


@pytest.fixture
def open_dialog(
    qtbot: QtBot, engine: Engine, jobs: JobRunner, shoot: list[PhotoId], tmp_path: Path
) -> Iterator[Open]:
    made: list[ExportDialog] = []

    def open_(*chosen: PhotoId) -> ExportDialog:
        dialog = ExportDialog(
            engine.export, jobs, Filter(folder=tmp_path / "shoot"), chosen or shoot[:1]
        )
        made.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    yield open_
    for dialog in made:
        dialog.close()


def button(dialog: ExportDialog, text: str) -> QPushButton:
    [found] = [b for b in dialog.findChildren(QPushButton) if b.text() == text]
    return found


def said(dialog: ExportDialog) -> str:
    return dialog.findChild(ExportOutcome).sentence


def plan_for(qtbot: QtBot, dialog: ExportDialog, target: Path) -> None:
    dialog.set_target(target)
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=WAIT_MS)


def test_without_a_folder_nothing_can_be_exported(open_dialog: Open) -> None:
    dialog = open_dialog()
    assert not button(dialog, "Export").isEnabled()
    assert "Choose a folder" in said(dialog)


def test_the_plan_is_shown_before_anything_is_copied(
    qtbot: QtBot, open_dialog: Open, tmp_path: Path
) -> None:
    dialog = open_dialog()
    plan_for(qtbot, dialog, tmp_path / "picks")
    assert [copy.target.name for copy in dialog.plan.copies] == ["IMG_0001.JPG", "IMG_0002.JPG"]
    assert said(dialog).startswith("2 photos in 2 files")
    assert not (tmp_path / "picks").exists()


def test_several_selected_photos_are_what_is_meant_and_another_choice_makes_another_plan(
    qtbot: QtBot, open_dialog: Open, shoot: list[PhotoId], tmp_path: Path
) -> None:
    dialog = open_dialog(*shoot[1:])
    plan_for(qtbot, dialog, tmp_path / "picks")
    assert len(dialog.plan.copies) == 3
    [picked] = [each for each in dialog.findChildren(QRadioButton) if "Picked" in each.text()]
    picked.click()
    assert not button(dialog, "Export").isEnabled()  # until the new plan is there
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=WAIT_MS)
    assert len(dialog.plan.copies) == 2


def test_the_report_says_what_was_copied_and_a_second_export_overwrites_nothing(
    qtbot: QtBot, open_dialog: Open, tmp_path: Path
) -> None:
    target = tmp_path / "picks"
    dialog = open_dialog()
    plan_for(qtbot, dialog, target)
    with qtbot.waitSignal(dialog.exported, timeout=WAIT_MS):
        button(dialog, "Export").click()
    assert said(dialog).startswith("2 photos copied to ")
    first = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    assert sorted(first) == ["IMG_0001.JPG", "IMG_0002.JPG"]

    button(dialog, "Export again").click()
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=WAIT_MS)
    if button(dialog, "Export").isEnabled():
        with qtbot.waitSignal(dialog.exported, timeout=WAIT_MS):
            button(dialog, "Export").click()
    assert {name: (target / name).stat().st_mtime_ns for name in first} == first


def test_a_target_that_cannot_be_used_is_explained(
    qtbot: QtBot, open_dialog: Open, tmp_path: Path
) -> None:
    file = tmp_path / "a file"
    file.touch()
    dialog = open_dialog()
    dialog.set_target(file)
    qtbot.waitUntil(lambda: "a file" in said(dialog), timeout=WAIT_MS)
    assert not button(dialog, "Export").isEnabled()


def test_photos_that_have_no_score_yet_are_not_passed_over_in_silence(
    qtbot: QtBot, open_dialog: Open, tmp_path: Path
) -> None:
    dialog = open_dialog()
    plan_for(qtbot, dialog, tmp_path / "picks")
    assert "no score" not in said(dialog)
    best = next(b for b in dialog.findChildren(QRadioButton) if b.text() == "The best")
    best.click()
    qtbot.waitUntil(lambda: "4 photos have no score yet" in said(dialog), timeout=WAIT_MS)
