"""The command line: `shortlist score`, `rank`, `groups`, `cull`, `export` and others.

Each works by the services that the window uses.

Exit status: 0 all went well; 1 some photos could not be read or copied, each named on
standard error, and the rest was done, or what was printed found no room; 2 wrong use, or a
reason, told in a sentence, why nothing could be done; 130 stopped from the keyboard.
"""

import multiprocessing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core import __version__, cli_cull, cli_groups, cli_learning, cli_personalize, cli_train
from core.cli_help import EXPORT_HELP, HELP, RANK_HELP, SCORE_HELP
from core.cli_options import Catalog, Folder, Recursive
from core.cli_output import (
    Format,
    OutputError,
    error_record,
    finish,
    prepare_streams,
    put,
    record,
    records_text,
    say,
)
from core.cli_session import (
    SOME_FAILED,
    failures_told,
    interruptible,
    name_problems,
    opened_engine,
    readable,
    visit_folder,
)
from core.early_stop import STOPPED
from core.photo import Filter, TechnicalPart

if TYPE_CHECKING:
    from core.services.export import Selection

app = typer.Typer(
    name="shortlist",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        metavar="DIR",
        help="Keep catalogue, cache and settings in this folder; also by SHORTLIST_HOME.",
    ),
]


class RankBy(StrEnum):
    """What `rank` can order by."""

    SCORE = "score"
    SHARPNESS = "sharpness"
    MOTION = "motion"
    NOISE = "noise"
    UNDEREXPOSURE = "underexposure"
    OVEREXPOSURE = "overexposure"
    COMPRESSION = "compression"
    SUBJECT_SHARPNESS = "subject-sharpness"

    @property
    def part(self) -> TechnicalPart | None:
        """The part it names; None for the score."""
        return None if self is RankBy.SCORE else TechnicalPart(self.value.replace("-", "_"))


Shape = Annotated[Format, typer.Option("--format", help="How records are printed.")]


def main() -> None:
    """Run the command of the command line, and end the process with its status."""
    multiprocessing.freeze_support()  # a worker of the packaged program never gets beyond this
    prepare_streams()
    try:
        try:
            app()
        finally:
            finish()
    except OutputError as error:
        say(str(error))
        raise SystemExit(SOME_FAILED) from None
    except KeyboardInterrupt:  # before a command could begin
        raise SystemExit(STOPPED) from None


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"shortlist {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    home: Home = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_show_version,  # before a command is missed
            help="Show the version and end.",
        ),
    ] = False,
) -> None:
    """Take the options that stand before the command."""
    context.obj = home


@app.command(help=SCORE_HELP)
def score(
    context: typer.Context,
    folder: Folder,
    recursive: Recursive = False,
    catalog: Catalog = None,
    shape: Shape = Format.TABLE,
    home: Home = None,
) -> None:
    """Score a folder."""
    with failures_told(), opened_engine(home or context.obj, catalog) as engine:
        folder = engine.importer.enter(folder)
        with interruptible() as task:
            visit = visit_folder(engine, folder, recursive, task)
        name_problems(visit, folder, recursive)
        records = [record(photo.path, photo.score) for photo in visit.photos if photo.score]
        records += [error_record(path, reason) for path, reason in visit.unreadable.items()]
        records.sort(key=lambda printed: str(printed["path"]))
        put(records_text(records, shape, folder))
        raise typer.Exit(visit.status)


@app.command(help=RANK_HELP)
def rank(
    context: typer.Context,
    folder: Folder,
    by: Annotated[RankBy, typer.Option("--by", help="What orders them.")] = RankBy.SCORE,
    top: Annotated[int | None, typer.Option(min=1, help="How many; all without it.")] = None,
    recursive: Recursive = False,
    catalog: Catalog = None,
    shape: Shape = Format.TABLE,
    home: Home = None,
) -> None:
    """Rank a folder."""
    with failures_told(), opened_engine(home or context.obj, catalog) as engine:
        folder = engine.importer.enter(folder)
        with interruptible() as task:
            visit = visit_folder(engine, folder, recursive, task)
        name_problems(visit, folder, recursive)
        ids = engine.export.best(readable(folder, recursive), top, by.part)
        photos = engine.browse.photos(ids)
        best = {id_: record(photos[id_].path, found) for id_ in ids if (found := photos[id_].score)}
        if by is RankBy.SUBJECT_SHARPNESS:
            for id_, share in engine.browse.subject_sharpness([*best]).items():
                best[id_]["subject_sharpness"] = round(share, 2)
            if visit.photos and not best:
                say(
                    "The sharpness of subjects was not compared here; "
                    "shortlist groups FOLDER --sharpness does that."
                )
        put(records_text([*best.values()], shape, folder))
        raise typer.Exit(visit.status)


@app.command(help=EXPORT_HELP)
def export(
    context: typer.Context,
    folder: Folder,
    to: Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="Where to copy to.")],
    top: Annotated[int | None, typer.Option(min=1, help="The best so many.")] = None,
    percent: Annotated[float | None, typer.Option(max=100, help="The best share.")] = None,
    stars: Annotated[
        int | None, typer.Option(min=1, max=5, help="Rated with so many stars or more.")
    ] = None,
    picks: Annotated[bool, typer.Option("--picks", help="Flagged as picked.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan and copy nothing.")
    ] = False,
    keep_folders: Annotated[
        bool, typer.Option("--keep-folders", help="Keep the sub-folders of FOLDER.")
    ] = False,
    template: Annotated[
        str, typer.Option(help="File names, such as {date}_{counter:04}_{name}.")
    ] = "{name}",
    csv: Annotated[
        bool, typer.Option("--csv", help="Also write a list of the photographs.")
    ] = False,
    recursive: Recursive = False,
    catalog: Catalog = None,
    home: Home = None,
) -> None:
    """Export from a folder."""
    from core.cli_export_text import show_plan, show_report
    from core.services.export import ExportRequest

    selection = _selection(top, percent, stars, picks)
    with failures_told(), opened_engine(home or context.obj, catalog) as engine:
        folder = engine.importer.enter(folder)
        by_score = top is not None or percent is not None
        scope = readable(folder, recursive) if by_score else Filter(folder, recursive)
        request = ExportRequest(selection, scope, to, keep_folders, template, csv=csv)
        engine.export.check(request)  # before the scoring, which may take minutes
        with interruptible() as task:
            visit = visit_folder(engine, folder, recursive, task, scored=by_score)
            plan = engine.export.plan(request, task)
        left_out = {skipped.path for skipped in plan.skipped}
        name_problems(visit, folder, recursive, told_later=left_out)
        if dry_run:
            raise typer.Exit(max(visit.status, show_plan(plan, folder)))
        with interruptible() as task:
            report = engine.export.execute(plan, task)
        raise typer.Exit(max(visit.status, show_report(report, plan, folder)))


app.command(help=cli_groups.GROUPS_HELP)(cli_groups.groups)
app.command(help=cli_cull.CULL_HELP)(cli_cull.cull)
app.add_typer(cli_personalize.personalizing)
app.add_typer(cli_train.training)
app.command(help=cli_learning.EVALUATE_HELP)(cli_learning.evaluate)


def _selection(
    top: int | None, percent: float | None, stars: int | None, picks: bool
) -> "Selection":
    from core.services.export import AtLeastStars, Picks, TopCount, TopPercent

    asked: list[Selection] = [Picks()] if picks else []
    asked += [TopCount(top)] if top is not None else []
    asked += [TopPercent(percent)] if percent is not None else []
    asked += [AtLeastStars(stars)] if stars is not None else []
    if len(asked) != 1:
        raise typer.BadParameter("Give exactly one of --top, --percent, --stars and --picks.")
    return asked[0]
