"""`shortlist groups`: which photographs belong together, and which of each group to keep first."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli_options import Catalog, Folder, Recursive
from core.cli_output import Format, below, on_one_line, put, records_text, say
from core.cli_session import (
    SOME_FAILED,
    failures_told,
    interruptible,
    name_problems,
    opened_engine,
    visit_folder,
)
from core.photo import Filter, Photo, PhotoId

if TYPE_CHECKING:  # heavy, and --help must be quick
    from core.services.engine import Engine
    from core.services.group import Group, Grouped, Thresholds

GROUPS_HELP = """Print the groups of FOLDER: bursts, near-duplicates, exposure brackets, panoramas.

Photographs are one group if they follow each other within --time seconds and are at least so
alike as --similarity says, or if they look the same whenever they were taken. Of each group one
is suggested, with the reason; nothing is marked, moved or deleted. What was changed by hand in
the window holds here too. What has no score yet is scored first.

\b
Options that shape the groups:
  --time        0 and more; larger joins frames with longer pauses between them
  --similarity  0 to 1; lower joins frames that look less alike
  --sharpness   first compare, at 1:1, how sharp the subject is in the frames of each group;
                about a third of a second a photograph, and kept for the next time

\b
Formats:
  table  for reading: groups of two and more
  jsonl  one JSON object a group, single photographs too: kind, best, reason, alike, cover,
         photos

\b
Examples:
  shortlist groups ~/Pictures/wedding
  shortlist groups ~/Pictures/wedding --time 1 --similarity 0.95
      only what is nearly the same
  shortlist groups ~/Pictures/wedding --sharpness --format jsonl > groups.jsonl
"""


class GroupFormat(StrEnum):
    """How groups are printed."""

    TABLE = "table"
    JSONL = "jsonl"


def groups(
    context: typer.Context,
    folder: Folder,
    time: Annotated[
        float | None, typer.Option("--time", min=0, metavar="S", help="Longest pause, seconds.")
    ] = None,
    similarity: Annotated[
        float | None, typer.Option(min=0, max=1, metavar="X", help="Least likeness, 0 to 1.")
    ] = None,
    sharpness: Annotated[
        bool, typer.Option("--sharpness", help="Compare sharpness at 1:1 first.")
    ] = False,
    recursive: Recursive = False,
    catalog: Catalog = None,
    shape: Annotated[
        GroupFormat, typer.Option("--format", help="How groups are printed.")
    ] = GroupFormat.TABLE,
    home: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            metavar="DIR",
            help="Keep catalogue, cache and settings in this folder; also by SHORTLIST_HOME.",
        ),
    ] = None,
) -> None:
    """Print the groups of a folder."""
    with failures_told(), opened_engine(home or context.obj, catalog) as engine:
        folder = engine.importer.enter(folder)
        thresholds = _thresholds(time, similarity)
        with interruptible() as task:
            visit = visit_folder(engine, folder, recursive, task)
            found = engine.groups.groups(Filter(folder, recursive), thresholds, task)
            failed = False
            if sharpness:
                report = engine.groups.measure_sharpness(found.groups, task)
                for error in report.failed:
                    say(f"{below(error.path, folder)}: {error.reason}")
                failed = bool(report.failed)
                found = engine.groups.groups(Filter(folder, recursive), thresholds, task)
        name_problems(visit, folder, recursive)
        for note in found.notes:
            say(note)
        put(_printed(engine, found, shape, folder))
        raise typer.Exit(max(visit.status, SOME_FAILED if failed else 0))


def _thresholds(time: float | None, similarity: float | None) -> "Thresholds":
    from core.services.group import Thresholds

    usual = Thresholds()
    return Thresholds(
        usual.time_gap_s if time is None else time,
        usual.similarity if similarity is None else similarity,
    )


def _printed(engine: "Engine", found: "Grouped", shape: GroupFormat, folder: Path) -> str:
    shown = found.groups if shape is GroupFormat.JSONL else found.stacks
    photos = engine.browse.photos([id_ for group in shown for id_ in group.ids])
    if shape is GroupFormat.JSONL:
        return records_text([_record(group, photos) for group in shown], Format.JSONL, folder)
    alone = len(found.groups) - len(shown)
    lines = [line for group in shown for line in _lines(group, photos, folder)]
    lines.append(f"{_counted(len(shown), 'group')}, {_counted(alone, 'photograph')} alone")
    return "".join(f"{on_one_line(line)}\n" for line in lines)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _record(group: "Group", photos: Mapping[PhotoId, Photo]) -> dict[str, object]:
    def path(id_: PhotoId) -> str:
        return os.fspath(photos[id_].path)

    return {
        "kind": group.kind.value,
        "best": path(group.suggestion.id),
        "reason": group.suggestion.sentence,
        "alike": [path(id_) for id_ in group.suggestion.alike],
        "cover": path(group.cover),
        "photos": [path(id_) for id_ in group.ids],
    }


def _lines(group: "Group", photos: Mapping[PhotoId, Photo], folder: Path) -> list[str]:
    reason = group.suggestion.sentence
    lines = [f"{group.name}, {len(group):,} photographs"]
    for id_ in group.ids:
        score = photos[id_].score
        best = id_ == group.suggestion.id
        mark, why = ("*", f"  ({reason})") if best else (" ", "")
        value = f"{score.value:5.1f}" if score else "    -"
        lines.append(f" {mark} {value}  {below(photos[id_].path, folder)}{why}")
    return [*lines, ""]
