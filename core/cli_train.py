"""`shortlist train`: the phases of the paper on any photographs, and the student that ships."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli_output import on_one_line, put
from core.cli_session import failures_told, interruptible
from core.errors import printable

TRAIN_HELP = """Train a student: a small network that scores photographs.

A run that was stopped goes on from its last checkpoint when the same command is given again.

\b
Example:
  shortlist train student --data ~/shortlist-data --run ~/training --out ~/models
      make the student that ships with Shortlist again, from random weights
"""
STUDENT_HELP = """Train the student that ships with Shortlist again, from the training data.

This takes hours. A run that was stopped goes on from its last checkpoint when the same
command is given again.

\b
Example:
  shortlist train student --data ~/shortlist-data --run ~/training --out ~/models
"""

training = typer.Typer(
    name="train",
    help=TRAIN_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Run = Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="Keeps checkpoints.")]
Out = Annotated[
    Path, typer.Option(file_okay=False, metavar="DIR", help="Receives the model folder.")
]


@training.command(help=STUDENT_HELP)
def student(
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="The training data."),
    ],
    run: Run,
    out: Out,
) -> None:
    """Train the student that ships."""
    with failures_told():
        from core.services import train as service

        with interruptible() as task:
            model = service.reproduce_student(data, run, out, task)
        put(f"{on_one_line(printable(model))}\n")
