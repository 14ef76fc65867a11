"""`python -m core.learning`: reproduces the shipped student, and what each part of it is worth."""

import argparse
import logging
import sys
from pathlib import Path

from core.errors import CoreError
from core.learning.ablations import ablate
from core.learning.architectures import compare_architectures
from core.learning.reproduce import Recipe, reproduce_student
from core.learning.short_alignment import Study
from core.progress import Progress, Task

logger = logging.getLogger("core.learning")


def main(arguments: list[str] | None = None) -> int:
    """Train, evaluate and export; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.learning", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the training data folder")
    parser.add_argument(
        "--run", type=Path, required=True, help="checkpoints; an interrupted run goes on"
    )
    parser.add_argument("--out", type=Path, required=True, help="receives the model folder")
    parser.add_argument(
        "--ablations",
        action="store_true",
        help="instead, measure the parts of the method and write the tables into OUT",
    )
    parser.add_argument(
        "--architectures",
        action="store_true",
        help="instead, compare networks by what they learn and cost, and write the table into OUT",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    task = Task(_log_progress, min_interval_s=30)
    try:
        if options.ablations:
            ablate(options.data, options.run, options.out, task, Study())
        elif options.architectures:
            compare_architectures(options.data, options.run, options.out, task, Study(seeds=1))
        else:
            reproduce_student(options.data, options.run, options.out, task, Recipe())
    except CoreError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command goes on from the last checkpoint.\n")
        return 1
    return 0


def _log_progress(progress: Progress) -> None:
    logger.info("%s: %d of %s", progress.stage, progress.done, progress.total)


if __name__ == "__main__":
    sys.exit(main())
