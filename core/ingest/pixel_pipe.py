"""Moves a large array through a pipe without the copies that `Connection` makes of it."""

import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def send_pixels(connection: "Connection[object, object]", pixels: "npt.NDArray[np.uint8]") -> None:
    """Write the bytes of an array; the other side must know its shape already."""
    import numpy as np

    rest = np.ascontiguousarray(pixels).data.cast("B")
    if sys.platform == "win32":
        connection.send_bytes(rest)
        return
    while rest:
        rest = rest[os.write(connection.fileno(), rest) :]


def receive_pixels(
    connection: "Connection[object, object]",
    shape: tuple[int, int, int],
    wait: Callable[[], None],
) -> "npt.NDArray[np.uint8]":
    """Read an array that `send_pixels` wrote.

    `wait` is called before each read and returns once there is something to read, or raises.

    Raises:
        EOFError: the other side is gone.
    """
    import numpy as np

    pixels = np.empty(shape, np.uint8)
    rest = pixels.data.cast("B")
    if sys.platform == "win32":
        wait()
        connection.recv_bytes_into(rest)
        return pixels
    while rest:
        wait()
        count = os.readv(connection.fileno(), [rest])
        if count == 0:
            raise EOFError
        rest = rest[count:]
    return pixels
