"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path,
    typer.Argument(
        exists=True, file_okay=False, metavar="FOLDER", help="The folder of photographs."
    ),
]
Recursive = Annotated[
    bool, typer.Option("--recursive/--no-recursive", "-r", help="Also look into sub-folders.")
]
Catalog = Annotated[
    Path | None,
    typer.Option(dir_okay=False, metavar="FILE", help="Use this catalogue instead of your own."),
]
