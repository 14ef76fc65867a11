"""What one file may cost a worker: time, memory, and how long a worker is kept."""

import sys
import time
from dataclasses import dataclass

_SPARE_CPU_S = 5.0
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of mallopt(3)
_KEPT_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Limits for each file. Whoever exceeds one loses the worker, not the program."""

    seconds: float = 20.0  # wall clock
    memory_bytes: int = 2 * 1024**3  # on top of what an idle worker holds
    recycle_after: int = 2000  # files; a decoder that leaks is put an end to


def cap_memory(extra_bytes: int) -> None:
    """Let this process grow by so much and no more; allocations beyond it fail.

    Only Linux enforces this. Elsewhere the parent watches and kills.
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
        held_bytes = int(file.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = held_bytes + extra_bytes
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def keep_freed_memory() -> None:
    """Let this process use memory again instead of giving it back and asking for it anew.

    A JPEG is read a megabyte at a time, and glibc returned each to the system: 2,000 page faults
    for a file of 10 MB, a twentieth of its decoding.
    """
    if sys.platform != "linux":
        return
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and needs none
    if set_option is not None:
        set_option(_TRIM_THRESHOLD, _KEPT_BYTES)
        set_option(_MMAP_THRESHOLD, _KEPT_BYTES // 2)


def lift_memory_cap() -> None:
    """Take back what `cap_memory` did, for work that no file is to blame for."""
    if sys.platform != "linux":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def allow_cpu_time(seconds: float) -> None:
    """End this process if the next file computes much longer; for when the parent is gone."""
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = int(time.process_time() + seconds * 2 + _SPARE_CPU_S)
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))
