"""The life of a decode worker process: take an order, answer, until the parent goes away.

Only light modules are imported at the top: the parent imports this file to name `serve`, and
must not load a decoder.
"""

import contextlib
import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from core.ingest.limits import (
    DecodeLimits,
    allow_cpu_time,
    cap_memory,
    keep_freed_memory,
    lift_memory_cap,
)
from core.ingest.messages import Order, PixelsFollow, Ready, Wanted
from core.ingest.pixel_pipe import send_pixels

# Pillow gives the memory of every picture back to the system at once, and asking for it again
# page by page costs a fifth of decoding a preview.
_KEPT_BLOCKS = "2"  # of at most 16 MB each


def serve(connection: "Connection[object, object]", limits: DecodeLimits) -> None:
    """Answer orders until the pipe closes. Runs as the whole program of a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.environ.setdefault("PILLOW_BLOCKS_MAX", _KEPT_BLOCKS)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # its threads would each reserve memory, unused
    keep_freed_memory()
    from core.ingest.work import answer, prepare

    _fall_silent()
    prepared: set[Wanted] = set()
    with contextlib.suppress(EOFError, OSError):  # the parent closed its end
        connection.send(Ready())
        while True:
            order = connection.recv()
            assert isinstance(order, Order)
            if order.wanted not in prepared:
                lift_memory_cap()
                prepare(order.wanted)
                cap_memory(limits.memory_bytes)
                prepared.add(order.wanted)
                connection.send(Ready())
            for source in order.sources:
                allow_cpu_time(limits.seconds)
                reply, pixels = answer(order, source)
                connection.send(reply)
                if isinstance(reply, PixelsFollow) and pixels is not None:
                    send_pixels(connection, pixels)


def _fall_silent() -> None:
    """Codecs written in C chatter about bad files, into what the command line promises to own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _die_with_parent() -> None:
    """A worker in the middle of a file would otherwise outlive a killed parent."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
