"""How much memory a program and its workers hold together, at most."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """One finished run of a program."""

    seconds: float
    peak_bytes: int  # all its processes together, shared pages counted once
    lines: int  # of its output


def run_and_watch(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> ProgramRun:
    """Run a program to its end, sampling the memory of its process tree."""
    began, peak = time.perf_counter(), 0
    with (folder / "output").open("w+b") as output:
        program = subprocess.Popen(command, env=environment, stdout=output)
        tree = psutil.Process(program.pid)
        while program.poll() is None:
            peak = max(peak, tree_bytes(tree))
            time.sleep(_EVERY_S)
        seconds = time.perf_counter() - began
        output.seek(0)
        lines = sum(1 for _ in output)
    if program.returncode != 0:
        raise RuntimeError(f"{command} ended with status {program.returncode}")
    return ProgramRun(seconds, peak, lines)


def tree_bytes(process: psutil.Process) -> int:
    """What a process and all below it hold now; shared pages count once."""
    total = 0
    try:
        members = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in members:
        try:
            total += _own_bytes(member)
        except psutil.Error:  # it ended just now
            continue
    return total


def _own_bytes(process: psutil.Process) -> int:
    if sys.platform == "linux":
        return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)
