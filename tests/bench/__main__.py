"""Prints how fast Shortlist is on this machine: python -m tests.bench [--only NAME]."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench import answering, catalog, grid, grouping, loupe, scoring, starting
from tests.bench.figures import Figure, as_record, machine, print_table, with_figures
from tests.bench.inputs import Inputs

README = Path(__file__).resolve().parents[2] / "README.md"
BENCHMARKS: Mapping[str, Callable[[Inputs], list[Figure]]] = {
    "scoring": scoring.throughput,
    "previews": scoring.throughput_with_previews,
    "memory": scoring.memory,
    "sorting": catalog.sorting,
    "facts": catalog.facts,
    "rescan": catalog.rescan,
    "start": starting.start,
    "thumbnails": grid.first_thumbnails,
    "many": grid.many_photos,
    "groups": grouping.found_groups,
    "grouping": grouping.speed,
    "best": grouping.best_of_burst,
    "loupe": loupe.next_photo,
    "quick learning": answering.quick,
    "deep learning": answering.deep,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen benchmarks one after the other and print their figures."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    inputs = Inputs(options.work)
    where = machine()
    figures: list[Figure] = []
    for name in options.only or BENCHMARKS:
        sys.stderr.write(f"measuring {name}\n")
        figures += BENCHMARKS[name](inputs)
    print_table(figures, where)
    if options.readme:
        text = with_figures(README.read_text("utf-8"), figures, where)
        README.write_text(text, "utf-8")
    if options.json:
        options.json.write_text(json.dumps(as_record(figures, where), indent=2), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure how fast Shortlist is here. The first run makes the photographs "
        "(about 600 MB), later runs reuse them.",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=BENCHMARKS,
        metavar="NAME",
        help=f"one of: {', '.join(BENCHMARKS)}; may be given again",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "shortlist-bench",
        help="where the photographs are kept (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument(
        "--readme", action="store_true", help="also put the figures into the README"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
