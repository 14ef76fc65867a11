"""`shortlist cull`: a proposal of what to keep, and on request the picks of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli_options import Catalog, Folder, Recursive
from core.cli_output import Format, below, on_one_line, put, records_text, say
from core.cli_session import (
    failures_told,
    interruptible,
    name_problems,
    opened_engine,
    visit_folder,
)
from core.photo import Filter

if TYPE_CHECKING:  # heavy, and --help must be quick
    from core.services.cull import Budget, CullPlan
    from core.services.engine import Engine

CULL_HELP = """Propose which photographs of FOLDER to keep. Nothing changes without --apply.

Say how many you want in one of three ways: --keep, --percent or --per-group. The best frame of
each group comes first, then second frames. What you picked, or gave three stars or more, is kept
and counts; what you rejected or rated lower stays as it is. A bracket or a panorama is kept whole
and counts as one. What has no score yet is scored first.

\b
What is printed of each photograph, best first:
  keep          would be picked
  keep, unsure  would be picked, but lies just above the cut-off: look at it
  unsure        lies just below the cut-off: look at it
  leave         left out
  kept          you kept it before
  not kept      you rejected it or rated it lower before
  no score      could not be scored, so nothing is proposed

\b
Examples:
  shortlist cull ~/Pictures/wedding --keep 150
  shortlist cull ~/Pictures/wedding --percent 10 --apply
      pick them; the window's Undo takes that back
  shortlist cull ~/Pictures/wedding --per-group 2 --min-score 60 --apply --reject-rest
      also mark what is left out as rejected; nothing is ever deleted
"""


def cull(
    context: typer.Context,
    folder: Folder,
    keep: Annotated[int | None, typer.Option(min=1, metavar="N", help="Keep so many.")] = None,
    percent: Annotated[
        float | None, typer.Option(max=100, metavar="P", help="Keep the best share.")
    ] = None,
    per_group: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Keep so many of each group.")
    ] = None,
    min_score: Annotated[
        float, typer.Option(min=0, max=100, metavar="S", help="With --per-group: the least score.")
    ] = 0.0,
    apply: Annotated[bool, typer.Option("--apply", help="Pick what would be kept.")] = False,
    reject_rest: Annotated[
        bool, typer.Option("--reject-rest", help="With --apply: reject what is left out.")
    ] = False,
    recursive: Recursive = False,
    catalog: Catalog = None,
    shape: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.TABLE,
) -> None:
    """Propose what to keep of a folder."""
    if reject_rest and not apply:
        raise typer.BadParameter("--reject-rest goes with --apply.")
    budget = _budget(keep, percent, per_group, min_score)
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        folder = engine.importer.enter(folder)
        with interruptible() as task:
            visit = visit_folder(engine, folder, recursive, task)
        name_problems(visit, folder, recursive)
        plan = engine.cull.plan(Filter(folder, recursive), budget)
        put(_printed(engine, plan, shape, folder))
        say(_summary(plan))
        if plan.keepers_lost:
            say(plan.keepers_lost)
        if apply:
            say(engine.cull.apply(plan.to_pick, plan.to_reject if reject_rest else ()).message)
        raise typer.Exit(visit.status)


def _budget(
    keep: int | None, percent: float | None, per_group: int | None, min_score: float
) -> "Budget":
    from core.services.cull import KeepCount, KeepPerGroup, KeepShare

    asked: list[Budget] = [KeepCount(keep)] if keep is not None else []
    if percent is not None:
        if percent <= 0:
            raise typer.BadParameter("--percent must be more than 0.")
        asked.append(KeepShare(percent))
    if per_group is not None:
        asked.append(KeepPerGroup(per_group, min_score))
    elif min_score:
        raise typer.BadParameter("--min-score goes with --per-group.")
    if len(asked) != 1:
        raise typer.BadParameter("Give exactly one of --keep, --percent and --per-group.")
    return asked[0]


def _printed(engine: "Engine", plan: "CullPlan", shape: Format, folder: Path) -> str:
    photos = engine.browse.photos(list(plan.fates))
    if shape is not Format.TABLE:
        records = [
            {
                "path": os.fspath(photos[id_].path),
                "fate": fate.words,
                "score": round(found.value, 2) if (found := photos[id_].score) else None,
            }
            for id_, fate in plan.fates.items()
        ]
        return records_text(records, shape, folder)
    lines = []
    for id_, fate in plan.fates.items():
        score = photos[id_].score
        value = f"{score.value:5.1f}" if score else "    -"
        lines.append(f"{fate.words:12} {value}  {below(photos[id_].path, folder)}")
    return "".join(f"{on_one_line(line)}\n" for line in lines)


def _summary(plan: "CullPlan") -> str:
    text = f"{plan.pictures:,} of {len(plan.fates):,} photographs would be kept"
    return text + (f"; the cut-off is at {plan.cut_off:.0f}." if plan.cut_off is not None else ".")
