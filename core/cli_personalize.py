"""`shortlist personalize`: learning a taste, its verdict, and the profiles."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Catalog
from core.cli_output import on_one_line, put, say
from core.cli_personalize_help import (
    EXPORT_PROFILE_HELP,
    FORGET_HELP,
    IMPORT_PROFILE_HELP,
    LIST_HELP,
    PERSONALIZE_HELP,
    RENAME_HELP,
    USE_HELP,
)
from core.cli_session import failures_told, interruptible, opened_engine
from core.errors import ProfileError, printable

if TYPE_CHECKING:  # heavy, and --help must be quick
    from core.services.engine import Engine
    from core.services.personalize import Figure, Profile, Proposal, Verdict

personalizing = typer.Typer(
    name="personalize",
    help=PERSONALIZE_HELP,
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of a profile.")]


@personalizing.callback()
def personalize(
    context: typer.Context,
    accept: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep it under this name and put it in force."),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also teach the network itself; takes minutes.")
    ] = False,
    as_json: Json = False,
    catalog: Catalog = None,
) -> None:
    """Learn a taste."""
    if context.invoked_subcommand is not None:
        if accept is not None or deep or as_json or catalog is not None:
            raise typer.BadParameter(
                f"Give options after the word {context.invoked_subcommand}, or leave it out."
            )
        return
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        with interruptible() as task:
            proposal = engine.personalize.learn(task, deep=deep)
        put(_proposal_json(engine, proposal) if as_json else _proposal_text(engine, proposal))
        if accept is None:
            if proposal.verdict.is_better:
                say("Nothing has changed yet. Give --accept NAME to put it in force.")
            return
        changes = engine.personalize.accept(proposal, accept)
        say(f"In force: {accept}. {len(changes.scored):,} photographs have a new score.")
        if proposal.arm == "deep":
            say("The next `shortlist score` looks at the other photographs again.")


@personalizing.command("list", help=LIST_HELP)
def list_profiles(context: typer.Context, as_json: Json = False, catalog: Catalog = None) -> None:
    """List profiles."""
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        profiles = engine.personalize.profiles()
        put(_json([_profile_record(each) for each in profiles]) if as_json else _table(profiles))


@personalizing.command(help=USE_HELP)
def use(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Of a profile.")] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="The model for everybody.")
    ] = False,
    catalog: Catalog = None,
) -> None:
    """Put a profile in force."""
    if (name is None) != everybody:
        raise typer.BadParameter("Give either the name of a profile or --everybody.")
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        chosen = None if name is None else _named(engine, name)
        changes = engine.personalize.use(chosen.id if chosen else None)
        label = chosen.name if chosen else "the model for everybody"
        say(f"In force: {label}. {len(changes.scored):,} photographs have a new score.")
        if chosen is not None and chosen.arm == "deep":
            say("Run `shortlist score` to let it look at the photographs.")


@personalizing.command("export", help=EXPORT_PROFILE_HELP)
def export_profile(
    context: typer.Context,
    name: Name,
    to: Annotated[Path, typer.Option(dir_okay=False, metavar="FILE", help="Where to.")],
    catalog: Catalog = None,
) -> None:
    """Export a profile."""
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        chosen = _named(engine, name)
        assert chosen.id is not None, "the model for everybody has no name here"
        engine.personalize.export_profile(chosen.id, to)
        put(f"{on_one_line(printable(to))}\n")


@personalizing.command("import", help=IMPORT_PROFILE_HELP)
def import_profile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="That `export` wrote.")],
    catalog: Catalog = None,
) -> None:
    """Import a profile."""
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        profile = engine.personalize.import_profile(file)
        put(f"{on_one_line(profile.name)}\n")
        say("It is not in force yet: `shortlist personalize use` and its name do that.")


@personalizing.command(help=RENAME_HELP)
def rename(
    context: typer.Context,
    name: Name,
    to: Annotated[str, typer.Option(metavar="NAME", help="The new name.")],
    catalog: Catalog = None,
) -> None:
    """Rename a profile."""
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        chosen = _named(engine, name)
        assert chosen.id is not None, "the model for everybody has no name here"
        engine.personalize.rename(chosen.id, to)


@personalizing.command(help=FORGET_HELP)
def forget(context: typer.Context, name: Name, catalog: Catalog = None) -> None:
    """Forget a profile."""
    with failures_told(), opened_engine(context.obj, catalog) as engine:
        chosen = _named(engine, name)
        assert chosen.id is not None, "the model for everybody has no name here"
        engine.personalize.forget(chosen.id)
        if chosen.in_force:
            say("In force: the model for everybody.")


def _named(engine: "Engine", name: str) -> "Profile":
    profiles = [each for each in engine.personalize.profiles() if each.id is not None]
    for each in profiles:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in profiles)
    raise ProfileError(
        f"There is no profile called {name}.", hint=f"There are: {known}." if known else ""
    )


def _proposal_text(engine: "Engine", proposal: "Proposal") -> str:
    verdict = proposal.verdict
    lines = [
        f"Learned from {_counted(verdict.ratings, 'rating')} in "
        f"{_counted(verdict.shoots, 'shoot')} ({_counted(verdict.bursts, 'burst')}).",
        verdict.sentence,
        *_figures(verdict),
        *_moves(engine, proposal),
    ]
    return "".join(f"{on_one_line(line)}\n" for line in lines)


def _figures(verdict: "Verdict") -> list[str]:
    if verdict.generic is None or verdict.personal is None or verdict.gain is None:
        return []
    rows = [
        ("", "everybody's model", "yours"),
        ("agreement", _correlation(verdict.generic), _correlation(verdict.personal)),
        *(
            (f"keepers lost, lowest {cut.percent} % cut", _lost(cut.generic), _lost(cut.personal))
            for cut in verdict.cuts
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    shown = [f"  {one:<{widths[0]}}  {two:<{widths[1]}}  {three}" for one, two, three in rows]
    told = f"of {_counted(verdict.held_out, 'photograph')} in shoots that were left out"
    gain = f"Agreement {_correlation(verdict.gain, sign='+')} higher, {told}."
    return ["", gain, *(line.rstrip() for line in shown)]


def _moves(engine: "Engine", proposal: "Proposal") -> list[str]:
    photos = engine.browse.photos([move.id for move in (*proposal.up, *proposal.down)])
    lines: list[str] = []
    for title, moves in (("Would rise most:", proposal.up), ("Would fall most:", proposal.down)):
        if moves:
            lines += ["", title]
        lines += [
            f"  {move.before:3.0f} -> {move.after:3.0f}  {printable(photos[move.id].path)}"
            for move in moves
            if move.id in photos
        ]
    return lines


def _proposal_json(engine: "Engine", proposal: "Proposal") -> str:
    photos = engine.browse.photos([move.id for move in (*proposal.up, *proposal.down)])
    moves = {
        name: [
            {
                "path": printable(photos[move.id].path),
                "before": round(move.before, 2),
                "after": round(move.after, 2),
            }
            for move in found
            if move.id in photos
        ]
        for name, found in (("up", proposal.up), ("down", proposal.down))
    }
    return _json({"arm": proposal.arm, "verdict": asdict(proposal.verdict), **moves})


def _profile_record(profile: "Profile") -> dict[str, object]:
    return {
        "name": profile.name,
        "arm": profile.arm,
        "made_at": profile.made_at and profile.made_at.isoformat(),
        "ratings": profile.ratings,
        "gain": profile.gain and asdict(profile.gain),
        "in_force": profile.in_force,
    }


def _table(profiles: tuple["Profile", ...]) -> str:
    width = max(len(each.name) for each in profiles)
    lines = [
        f"{'*' if each.in_force else ' '} {on_one_line(each.name):<{width}}{_learned(each)}"
        for each in profiles
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _learned(profile: "Profile") -> str:
    if profile.made_at is None:
        return ""
    gain = f", agreement {_correlation(profile.gain, sign='+')} higher" if profile.gain else ""
    made = f"{profile.made_at.astimezone():%Y-%m-%d}"
    return f"  {profile.arm}, {made}, {_counted(profile.ratings, 'rating')}{gain}"


def _correlation(figure: "Figure", sign: str = "") -> str:
    return f"{figure.value:{sign}.3f} ({figure.low:{sign}.3f} to {figure.high:{sign}.3f})"


def _lost(figure: "Figure") -> str:
    return f"{figure.value:.1f} per 100 ({figure.low:.1f} to {figure.high:.1f})"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=float) + "\n"
