"""`shortlist evaluate`: what a model costs and how well it agrees with people."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli_output import on_one_line, put
from core.cli_session import failures_told, interruptible
from core.errors import printable
from core.services.layouts import Layout

EVALUATE_HELP = """Measure a model: its cost, and how well it agrees with people.

Without options the model that comes with Shortlist is timed on one core, and the held-out
figures of its model card are shown. With --data it looks at rated photographs and is compared
with their ratings; of a set with a published test part, only that part is used.

A model must be judged on photographs it did not learn from. The students of this project
learned from all OASIS ratings, so for OASIS only held-out figures say something: those of the
model card, or, with --run, those computed again from the predictions that a training run made
for photographs it had put aside.

\b
What the figures say:
  SRCC              agreement of two orders, -1 to 1; one person reaches about .66 on OASIS
  PLCC              the same for the ratings themselves
  pairs             share of pairs of photographs in the right order; .5 is a coin
  keepers lost      of the best fifth, what goes when the lowest 10, 20 or 30 % are cut
  squared EMD       distance between predicted and true shares of each rating; 0 is best
  spread            ratings within one spread should be .68; its calibration error 0

\b
Examples:
  shortlist evaluate
      time the shipped model and show its model card's figures
  shortlist evaluate --data ~/shortlist-data --run ~/training --report ~/report
      measure a training run again, with plots
  shortlist evaluate --data ~/AVA --layout ava --model ~/models/mine --json results.json
      the published test part of AVA
"""


def evaluate(
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A model folder; else the shipped."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="Rated photographs."),
    ] = None,
    layout: Annotated[Layout, typer.Option(help="How DIR is laid out.")] = Layout.OASIS,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out photographs that are not there.")
    ] = False,
    run: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="A training run."),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Receives all results.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(file_okay=False, metavar="DIR", help="Receives a report with plots."),
    ] = None,
) -> None:
    """Measure a model."""
    with failures_told():
        from core.services import evaluate as service

        request = service.EvaluationRequest(model, data, layout, allow_missing, run, json, report)
        with interruptible() as task:
            results = service.evaluate(request, task)
        put(_as_text(results))
        if report is not None:
            put(f"{on_one_line(printable(report / service.REPORT))}\n")


def _as_text(results: Mapping[str, Any]) -> str:
    from core.services.evaluate import LABELS, TRAINED_ON, figure_text, held_out_systems

    model = results["model"]
    lines = [
        f"{model['name']} {model['version']}: {model['ms_per_image']:.1f} ms a photograph on "
        f"one core, {model['size_bytes'] / 1e6:.1f} MB"
    ]
    if "agreement" in results:
        data = results["data"]
        lines += ["", f"On {data['photographs']} photographs in {data['groups']} groups:"]
        lines += [TRAINED_ON] if data["was_trained_on"] else []
        rows = {LABELS[name]: value for name, value in results["agreement"].items()}
        rows["effective rank of the embedding"] = results["features"]["effective_rank"]
        if results["probe"]:
            # Of a trained embedding even a group that the probe did not see is remembered.
            how = "not held-out" if data["was_trained_on"] else "held-out groups"
            rows[f"linear probe on the embedding, SRCC ({how})"] = results["probe"]["srcc"]
        width = max(map(len, rows))
        lines += [f"  {label:<{width}}  {figure_text(value)}" for label, value in rows.items()]
    if systems := held_out_systems(results):
        source = "of this run" if "held_out" in results else "as the model card tells them"
        lines += ["", f"Held-out figures {source}: SRCC (95 %), PLCC, pairs in group, squared EMD"]
        columns = ("srcc", "srcc_95_percent", "plcc", "pairs_within_group", "squared_emd")
        for name, figures in systems.items():
            srcc, interval, *others = (figure_text(figures.get(column)) for column in columns)
            lines.append(f"  {srcc} ({interval})  {'  '.join(others)}  {on_one_line(name)}")
    return "\n".join(lines) + "\n"
