"""What runs in the background, in figures a photographer can use, and a way to stop it."""

import threading

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner, Lane
from app.panels.job_panel import JobPanel
from app.panels.pace import Pace, duration
from core.progress import Progress, Task


@pytest.fixture
def panel(qtbot: QtBot, jobs: JobRunner) -> JobPanel:
    made = JobPanel(jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_background_job_shows_its_progress_and_can_be_cancelled(
    qtbot: QtBot, jobs: JobRunner, panel: JobPanel
) -> None:
    def score(task: Task) -> None:
        done = 0
        while True:
            task.report("score", done := min(done + 1, 50), 200)
            threading.Event().wait(0.01)

    job = jobs.submit(Lane.COMPUTE, "Scoring", score)
    qtbot.waitUntil(lambda: "25 %" in panel.rows[0].text, timeout=10_000)
    assert panel.rows[0].text.startswith("Scoring")
    with qtbot.waitSignal(job.cancelled, timeout=5000):
        panel.rows[0].findChild(QToolButton).click()
        assert "stopping" in panel.rows[0].text
    qtbot.waitUntil(lambda: panel.rows == [])


def test_short_reads_and_marks_are_not_shown(
    qtbot: QtBot, jobs: JobRunner, panel: JobPanel
) -> None:
    for lane in (Lane.PREVIEW, Lane.LIBRARY):
        with qtbot.waitSignal(jobs.submit(lane, "quick", lambda _: None).finished):
            assert panel.rows == []


def test_a_row_whose_job_is_over_opens_no_window(
    qtbot: QtBot, jobs: JobRunner, panel: JobPanel
) -> None:
    def opened() -> list[QWidget]:
        return [each for each in QApplication.topLevelWidgets() if each.isVisible()]

    before = opened()
    seen: list[list[QWidget]] = []

    def linger() -> None:
        """As in an open menu: nothing is deleted, but time goes on and the row would appear."""
        loop = QEventLoop()
        QTimer.singleShot(600, loop.quit)
        loop.exec()
        seen.append(opened())

    jobs.submit(Lane.COMPUTE, "Scoring", lambda _: None).finished.connect(linger)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [before]


def pace_after(*reports: tuple[float, int, int | None]) -> Pace:
    pace = Pace()
    for now_s, done, total in reports:
        pace.add(Progress("score", done, total), now_s)
    return pace


def test_pace_tells_share_throughput_and_time_left() -> None:
    pace = pace_after((0, 0, 2440), (10, 240, 2440))
    assert pace.text() == "9 % · 24 photos/s · 2 min left"


def test_pace_follows_what_happened_lately() -> None:
    pace = pace_after((0, 0, 1000), (100, 100, 1000), (109, 190, 1000), (110, 200, 1000))
    assert pace.per_s == pytest.approx(10)


def test_pace_says_nothing_that_it_does_not_know() -> None:
    assert pace_after().text() == ""
    assert pace_after((0, 0, None)).text() == ""
    assert pace_after((0, 1, None), (1, 41, None)).text() == "41 photos · 40 photos/s"
    assert pace_after((0, 0, 10), (0.01, 9, 10)).text() == "90 %"


def test_a_new_stage_starts_a_new_measurement() -> None:
    pace = pace_after((0, 0, 100), (10, 100, 100))
    pace.add(Progress("read details", 0, 50), 11)
    assert pace.per_s is None
    assert pace.percent == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (42, "42 s"), (61, "1 min"), (3599, "1 h 0 min"), (4800, "1 h 20 min")],
)
def test_durations_read_as_one_would_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
