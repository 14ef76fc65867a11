"""Work off the GUI thread: one ending each, on the right thread, and stoppable."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner, Lane
from core.errors import CoreError
from core.progress import Progress, Task


def test_the_result_arrives_on_the_gui_thread_after_work_on_another(
    qtbot: QtBot, jobs: JobRunner
) -> None:
    threads: list[int] = []
    job = jobs.submit(Lane.PREVIEW, "think", lambda _: threads.append(threading.get_ident()) or 42)
    with qtbot.waitSignal(job.succeeded, timeout=5000) as done:
        job.succeeded.connect(lambda _: threads.append(threading.get_ident()))
    assert done.args == [42]
    assert threads[0] != threading.get_ident() == threads[1]


def test_cancelled_work_ends_as_cancelled_and_not_as_failed(qtbot: QtBot, jobs: JobRunner) -> None:
    started = threading.Event()
    endings: list[str] = []

    def endless(task: Task) -> None:
        count = 0
        while True:
            task.report("work", count := count + 1)
            started.set()

    job = jobs.submit(Lane.COMPUTE, "endless", endless)
    job.failed.connect(lambda _: endings.append("failed"))
    job.cancelled.connect(lambda: endings.append("cancelled"))
    assert started.wait(5)
    with qtbot.waitSignal(job.finished, timeout=5000):
        job.cancel()
    assert endings == ["cancelled"]


def test_a_failure_arrives_whole(qtbot: QtBot, jobs: JobRunner) -> None:
    error = CoreError("The card is gone.", hint="Put it back.")

    def fail(_: Task) -> None:
        raise error

    with qtbot.waitSignal(jobs.submit(Lane.EXPORT, "copy", fail).failed, timeout=5000) as failed:
        pass
    assert failed.args is not None
    assert failed.args[0] is error


def test_progress_comes_before_the_end_and_in_order(qtbot: QtBot, jobs: JobRunner) -> None:
    def count(task: Task) -> None:
        for done in range(3):
            task.report("count", done + 1, done + 1)  # the last of a stage is never left out

    seen: list[object] = []
    job = jobs.submit(Lane.COMPUTE, "count", count)
    job.progressed.connect(seen.append)
    job.finished.connect(lambda: seen.append("finished"))
    with qtbot.waitSignal(job.finished, timeout=5000):
        pass
    assert seen == [*(Progress("count", n, n) for n in (1, 2, 3)), "finished"]


def test_a_lane_of_one_keeps_the_order(qtbot: QtBot, jobs: JobRunner) -> None:
    done: list[int] = []
    for number in range(20):
        last = jobs.submit(Lane.LIBRARY, "mark", lambda _, n=number: done.append(n))
    with qtbot.waitSignal(last.finished, timeout=5000):
        pass
    assert done == list(range(20))


def test_a_busy_import_does_not_hold_up_a_rating(qtbot: QtBot, jobs: JobRunner) -> None:
    release = threading.Event()
    importing = jobs.submit(Lane.IMPORT, "import", lambda _: release.wait(10))
    with qtbot.waitSignal(jobs.submit(Lane.LIBRARY, "mark", lambda _: None).succeeded):
        pass
    assert importing in jobs.active
    with qtbot.waitSignal(importing.finished, timeout=5000):
        release.set()


def test_what_the_photographer_said_is_stored_even_when_the_window_closes_at_once(
    qtbot: QtBot,
) -> None:
    runner = JobRunner()
    stored: list[int] = []
    for number in range(5):
        runner.submit(Lane.LIBRARY, "mark", lambda _, n=number: stored.append(n))
    assert runner.shutdown()
    assert stored == [0, 1, 2, 3, 4]


def test_work_that_never_began_does_not_count_as_work_that_hangs(qtbot: QtBot) -> None:
    runner, started = JobRunner(), threading.Event()

    def until_cancelled(task: Task) -> None:
        while True:
            task.report("work", 0)
            started.set()

    runner.submit(Lane.EXPORT, "begun", until_cancelled)
    runner.submit(Lane.EXPORT, "queued", lambda _: None)
    assert started.wait(5)
    assert runner.shutdown()


def test_work_that_hangs_does_not_keep_the_window_from_closing(qtbot: QtBot) -> None:
    runner, release = JobRunner(), threading.Event()
    runner.submit(Lane.PREVIEW, "hang", lambda _: release.wait(30))
    assert not runner.shutdown(timeout_ms=50)
    release.set()


@pytest.mark.parametrize("lane", list(Lane))
def test_after_the_end_nothing_starts_and_nothing_is_delivered(qtbot: QtBot, lane: Lane) -> None:
    runner = JobRunner()
    heard: list[object] = []
    runner.submit(lane, "early", lambda _: 1).succeeded.connect(heard.append)
    runner.shutdown()
    runner.submit(lane, "late", lambda _: heard.append("late"))
    qtbot.wait(20)
    assert heard == []
