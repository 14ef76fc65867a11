"""From the command to the window on screen."""

import os
import subprocess
import sys
import time

from tests.bench.figures import Figure, median
from tests.bench.inputs import Inputs

_REPEATS = 7


def start(inputs: Inputs) -> list[Figure]:
    """A second start: the files of the program are in the system's memory."""
    home = str(inputs.scratch("start"))
    _start_once(home)
    seconds = [_start_once(home) for _ in range(_REPEATS)]
    note = "process start to first paint, warm; torch not loaded"
    return [Figure("window on screen", median(seconds), 1, "s", note=note)]


def _start_once(home: str) -> float:
    command = [sys.executable, "-m", "tests.bench.window_probe", "--home", home]
    began = time.perf_counter()  # one clock for all processes of a machine
    done = subprocess.run(
        command, env={**os.environ}, check=True, stdout=subprocess.PIPE, text=True
    )
    painted, torch_loaded = done.stdout.split()
    if torch_loaded != "False":
        raise RuntimeError("the window has loaded torch")
    return float(painted) - began
