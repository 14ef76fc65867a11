"""The program killed while it learns, or while it puts in force what it learned."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.paths import AppPaths
from core.photo import Mark
from core.progress import Task
from core.services.engine import Engine
from tests.core.services.rated_catalogue import fill, mark, scores

ROOT = Path(__file__).resolve().parents[3]

# Learns anew and accepts it. Where it is told to, it holds still, or kills itself half way.
LEARN = """
import os, signal, sys, time
from pathlib import Path
from core.library.taste_store import TasteStore
from core.paths import app_paths
from core.progress import Task
from core.services import engine

home, model, stop, *deep = sys.argv[1:]
engine.shipped_model = lambda: Path(model)

def reached(progress):
    if progress.stage == stop and progress.done:
        print(stop, flush=True)
        time.sleep(600)

if stop == "accept":
    change = TasteStore.set_values
    def half(store, *rest):
        change(store, *rest)
        os.kill(os.getpid(), signal.SIGKILL)
    TasteStore.set_values = half

service = engine.open_engine(app_paths(Path(home)), workers=1).personalize
service.accept(service.learn(Task(reached, min_interval_s=0), deep=bool(deep)), "New")
"""


pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")


def learn_and_be_killed(folder: Path, stop: str, *options: str) -> None:
    """Until nothing of the program runs any more."""
    command = [sys.executable, "-c", LEARN, str(folder / "home"), str(folder / "model"), stop]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        if stop != "accept":
            assert program.stdout.readline().decode() == f"{stop}\n"
            others = psutil.Process(program.pid).children(recursive=True)
            program.kill()
            _, left = psutil.wait_procs(others, timeout=60)
            assert left == []
        program.stdout.read()
    assert program.returncode == -signal.SIGKILL


@pytest.mark.parametrize("stop", ["read", "trial", "fit", "accept"])
def test_the_old_model_stays_in_force_and_nothing_is_lost(
    start: Callable[[], Engine], paths: AppPaths, tmp_path: Path, stop: str
):
    engine = start()
    shoots = fill(engine)
    mark(engine, shoots.likes(range(0, 200, 2)))
    engine.personalize.accept(engine.personalize.learn(Task()), "Mono")
    turned = {id_: Mark(6 - each.stars) for id_, each in shoots.likes(range(200)).items()}
    mark(engine, turned)
    before, profiles = scores(engine, shoots.ids), engine.personalize.profiles()
    engine.close()

    learn_and_be_killed(tmp_path, stop)

    engine = start()
    assert engine.problems == ()
    assert engine.personalize.profiles() == profiles
    assert scores(engine, shoots.ids) == before
    photos = engine.browse.photos(shoots.ids)
    assert {id_: photo.stars for id_, photo in photos.items()} == {
        id_: each.stars for id_, each in turned.items()
    }
    engine.personalize.accept(engine.personalize.learn(Task()), "New")
    assert [each.name for each in engine.personalize.profiles() if each.in_force] == ["New"]
