"""What `shortlist export` prints: the plan before, the report after."""

from pathlib import Path

from core.cli_output import below, on_one_line, put, say
from core.cli_session import NOTHING_DONE, SOME_FAILED
from core.early_stop import STOPPED
from core.errors import printable
from core.services.export import ExportPlan, ExportReport, in_words


def show_plan(plan: ExportPlan, folder: Path) -> int:
    """Print the copies a plan would make and what it leaves out; the result is the status."""
    lines = [
        f"{below(copy.source, folder)} -> {printable(copy.target)}"
        + (f", unless {printable(copy.twins[0].name)} is the same" if copy.twins else "")
        for copy in plan.copies
    ]
    _put_lines([*lines, f"-> {printable(plan.csv)}"] if plan.csv else lines)
    for skipped in plan.skipped:
        say(f"{below(skipped.path, folder)}: {skipped.reason}")
    say(
        f"Would copy {_counted(len(plan.photo_ids), 'photograph')}, "
        f"{_counted(len(plan.copies), 'file')}, {in_words(plan.total_bytes)}, "
        f"to {printable(plan.target)}, which has {in_words(plan.free_bytes)} free."
    )
    if plan.problem:
        say(plan.problem)
        return NOTHING_DONE
    return SOME_FAILED if plan.skipped else 0


def show_report(report: ExportReport, plan: ExportPlan, folder: Path) -> int:
    """Print the copies that were made and what was left out; the result is the status."""
    lines = [f"{below(copy.source, folder)} -> {printable(copy.target)}" for copy in report.copied]
    _put_lines([*lines, f"-> {printable(report.csv)}"] if report.csv else lines)
    for skipped in report.skipped:
        say(f"{below(skipped.path, folder)}: {skipped.reason}")
    left_out = [skipped for skipped in report.skipped if not skipped.already_there]
    photographs = len({copy.photo_id for copy in report.copied})
    say(
        f"{'Stopped: copied' if report.cancelled else 'Copied'} and verified "
        f"{_counted(photographs, 'photograph')}, {_counted(len(report.copied), 'file')}, "
        f"to {printable(plan.target)}; {_counted(len(left_out), 'file')} left out."
    )
    if report.cancelled:
        return STOPPED
    return SOME_FAILED if left_out else 0


def _put_lines(lines: list[str]) -> None:
    put("".join(f"{on_one_line(line)}\n" for line in lines))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
