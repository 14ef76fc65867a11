"""Ends a program quietly that is stopped from the keyboard before it has begun.

Loading takes long enough to be interrupted, and there is nothing to lose yet.
"""

import os
import signal
from types import FrameType

STOPPED = 130  # what a shell expects of a program that Ctrl+C ended


def stop_quietly() -> None:
    """From now on Ctrl+C ends this process at once, without a word.

    Who has it ignored, as `nohup` does, keeps that.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def interrupt_again() -> None:
    """From now on Ctrl+C is a KeyboardInterrupt again, for work that has something to finish."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(STOPPED)
