"""What a benchmark says: figures beside what was aimed at, and the machine they hold for."""

import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

BEGIN, END = "<!-- figures: made by python -m tests.bench --readme -->", "<!-- end of figures -->"

_VERDICTS = {True: "reached", False: "missed", None: ""}
_COLUMNS = ("figure", "aim", "measured", "", "how")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `note` says what exactly was measured.

    Without an aim it only helps to judge the others.
    """

    name: str
    measured: float
    aim: float | None
    unit: str
    at_least: bool = False  # else the aim is an upper limit
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.aim is None:
            return None
        return self.measured >= self.aim if self.at_least else self.measured <= self.aim


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile_95(values: Sequence[float]) -> float:
    return percentile(values, 95)


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> dict[str, str]:
    """What the figures were measured on, and how busy it was with other things."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "python": platform.python_version(),
        "load before": f"{load:.1f}",
    }


def as_record(figures: Sequence[Figure], where: dict[str, str]) -> dict[str, object]:
    """The whole run as a value for JSON."""
    return {
        "machine": where,
        "figures": [{**asdict(figure), "reached": figure.reached} for figure in figures],
    }


def print_table(figures: Sequence[Figure], where: dict[str, str]) -> None:
    """For a reader at the terminal."""
    table = Table(*_COLUMNS, title="Speed of Shortlist", title_justify="left")
    for figure in figures:
        table.add_row(*_row(figure))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print(_where(where))


def with_figures(readme: str, figures: Sequence[Figure], where: dict[str, str]) -> str:
    """The README's text with these figures between its two marks."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_row, figures)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return "\n".join([f"{before}{BEGIN}", *lines, "", _where(where), f"{END}{after}"])


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.at_least else "≤"
    return (
        figure.name,
        "" if figure.aim is None else f"{sign} {_rounded(figure.aim)} {figure.unit}",
        f"{_rounded(figure.measured)} {figure.unit}",
        _VERDICTS[figure.reached],
        figure.note,
    )


def _where(where: dict[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in where.items())


def _rounded(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
