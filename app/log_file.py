"""The log: a few files of limited size in the program's own folder."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_NAME = "shortlist.log"
_MAX_BYTES = 1_000_000
_KEPT = 3


def start_logging(folder: Path) -> Path:
    """Write the log into `folder`, and warnings to standard error too; returns the file.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / LOG_NAME
    kept = RotatingFileHandler(
        file, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8", errors="replace"
    )
    handlers: list[logging.Handler] = [kept]
    if sys.stderr is not None:  # a windowed program on Windows has none
        seen = logging.StreamHandler()
        seen.setLevel(logging.WARNING)
        handlers.append(seen)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s",
        handlers=handlers,
        force=True,
    )
    return file
