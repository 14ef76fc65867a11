"""Training the technical heads that ship, from the training data to their folder."""

import argparse
import io
import logging
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import CoreError
from core.ingest.decode import preview_jpeg
from core.ingest.source import Source
from core.photo import FileKind
from core.progress import Progress, Task
from core.vision import technical_statistics

logger = logging.getLogger(__name__)


def train_technical_heads(data: Path, run: Path, out: Path, task: Task) -> Path:
    """Train, evaluate and export the technical heads as they ship; the folder `out`.

    Args:
        data: the training data folder.
        run: keeps what was measured; a second run starts from it.
        out: receives the heads.
        task: reports and cancels.

    Raises:
        TrainingError: the data or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped.
    """
    # Loads torch, which no other service may do, the command line's --help least of all.
    from core.learning.technical.train import Measured, Recipe, reproduce_heads

    measured = Measured(
        what_the_program_sees, technical_statistics.VERSION, technical_statistics.NAMES
    )
    return reproduce_heads(data, run, out, measured, task, Recipe())


def what_the_program_sees(file: Path) -> npt.NDArray[np.float32]:
    """The statistics of a file's preview, made as for scoring.

    Raises:
        PhotoReadError: the file cannot be shown.
    """
    preview = preview_jpeg(Source(file, FileKind.TIFF))
    with Image.open(io.BytesIO(preview), formats=["JPEG"]) as picture:
        return technical_statistics.measure(picture)


def main(arguments: list[str] | None = None) -> int:
    """Train, evaluate and export; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m core.services.train_technical", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="the training data folder")
    parser.add_argument("--run", type=Path, required=True, help="keeps what was measured")
    parser.add_argument("--out", type=Path, required=True, help="becomes the heads' folder")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    task = Task(_log_progress, min_interval_s=20)
    try:
        train_technical_heads(options.data, options.run, options.out, task)
    except CoreError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command starts again from what was measured.\n")
        return 1
    return 0


def _log_progress(progress: Progress) -> None:
    logger.info("%s: %d of %s", progress.stage, progress.done, progress.total)


if __name__ == "__main__":
    sys.exit(main())
