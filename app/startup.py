"""The one place that wires the window: arguments, display, log, engine, window, and the end.

Qt is imported only after the arguments are understood, so `--help` needs no display.
"""

import argparse
import ctypes
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.log_file import start_logging
from core import __version__
from core.paths import HOME_VARIABLE, app_paths

WRONG_USE = 2

_NO_DISPLAY = (
    "Shortlist needs a display to open its window, and none was found (neither DISPLAY nor "
    "WAYLAND_DISPLAY is set). Without one, use the command line: shortlist --help"
)
_LIBRARY_MISSING = (
    "Shortlist cannot open its window because a system library is missing: {detail}\n"
    "On Debian or Ubuntu: apt install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libdbus-1-3 libfontconfig1"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit status once it is closed."""
    multiprocessing.freeze_support()  # a worker of the packaged program never gets beyond this
    options = _parser().parse_args(argv)
    problem = _display_problem()
    if problem:
        return _refuse(problem)
    paths = app_paths(options.home)
    try:
        start_logging(paths.logs)
        from app.run import run
    except ImportError as error:  # Qt is there but a library of the system is not
        return _refuse(_LIBRARY_MISSING.format(detail=error))
    except OSError as error:
        return _refuse(f"Shortlist cannot write to {paths.logs}: {error.strerror}.")
    return run(paths, options.folders, catalog=options.catalog)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shortlist-window",
        description="Look through folders of photographs, rate them and export the best.",
        epilog="Without a folder the last one is opened again. See also: shortlist --help",
    )
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="a folder of photographs, or a file"
    )
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help=f"keep everything of Shortlist in this folder (also: {HOME_VARIABLE})",
    )
    parser.add_argument(
        "--catalog", type=Path, metavar="FILE", help="use this catalogue instead of your own"
    )
    parser.add_argument("--version", action="version", version=f"Shortlist {__version__}")
    return parser


def _display_problem() -> str:
    """Why Qt would end the program at once, in a sentence; Qt itself would abort."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return _NO_DISPLAY
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        return _LIBRARY_MISSING.format(detail=error)
    return ""


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return WRONG_USE
