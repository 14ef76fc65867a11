"""`shortlist train`: the phases of the paper on any photographs, and the student that ships."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli_output import on_one_line, put, say
from core.cli_session import failures_told, interruptible
from core.cli_train_help import ALIGN_HELP, DISTILL_HELP, STUDENT_HELP, TASTES_HELP, TRAIN_HELP
from core.errors import printable
from core.paths import app_paths
from core.services.layouts import Layout
from core.services.train import CLIP, STUDENT_BACKBONE

if TYPE_CHECKING:  # loads torch, and --help must be quick
    from core.learning.distilled_release import DistillationReport
    from core.learning.phase_one import AlignmentReport


class ArmChoice(StrEnum):
    """How a student's features are compared with a teacher's."""

    COSINE = "cosine"
    LAYER_NORM = "layer-norm"


training = typer.Typer(
    name="train",
    help=TRAIN_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Photos = Annotated[
    list[Path],
    typer.Option(
        exists=True,
        file_okay=False,
        metavar="DIR",
        help="Photographs, also those in sub-folders; can be given more than once.",
    ),
]
Run = Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="Keeps checkpoints.")]
Out = Annotated[
    Path, typer.Option(file_okay=False, metavar="DIR", help="Receives the model folder.")
]
Device = Annotated[
    str, typer.Option(metavar="auto|cpu|cuda|mps", help="Where to compute; auto is the fastest.")
]
Seed = Annotated[int, typer.Option(min=0, help="Equal seeds give equal results.")]
SkipDamaged = Annotated[
    bool, typer.Option("--skip-damaged", help="Leave out photographs that cannot be read.")
]


@training.command(help=ALIGN_HELP)
def align(
    photos: Photos,
    run: Run,
    backbone: Annotated[
        str, typer.Option(metavar="NAME", help="Any network of timm's.")
    ] = STUDENT_BACKBONE,
    teacher: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Can be given more than once; without it {CLIP}."),
    ] = None,
    arm: Annotated[ArmChoice, typer.Option(help="How features are compared.")] = ArmChoice.COSINE,
    relations: Annotated[
        float,
        typer.Option(
            min=0, metavar="W", help="Weight of the likeness between photographs; 0 for none."
        ),
    ] = 0.0,
    views: Annotated[int, typer.Option(min=1, help="Of each photograph.")] = 8,
    steps: Annotated[int, typer.Option(min=1, help="How long to train.")] = 10_000,
    size: Annotated[int, typer.Option(min=32, metavar="PX", help="Of a view.")] = 224,
    batch: Annotated[int, typer.Option(min=2, help="Views in a step, of all processes.")] = 64,
    learning_rate: Annotated[
        float,
        typer.Option(
            min=1e-7,
            max=0.03,
            help="The fastest. Stages that learn from feature maps take ten to thirty times it.",
        ),
    ] = 1e-3,
    device: Device = "auto",
    seed: Seed = 0,
    skip_damaged: SkipDamaged = False,
    cache: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            metavar="DIR",
            help="Keeps downloads and what teachers said; else Shortlist's own cache.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Agree to downloads.")] = False,
) -> None:
    """Phase 1."""
    with failures_told():
        from core.services import train as service

        request = service.AlignmentRequest(
            photos=tuple(photos),
            run=run,
            cache=cache or app_paths().cache / "teachers",
            teachers=tuple(teacher or (CLIP,)),
            backbone=backbone,
            arm=arm.value,
            relations=relations,
            views=views,
            steps=steps,
            size_px=size,
            batch=batch,
            learning_rate=learning_rate,
            seed=seed,
            skip_damaged=skip_damaged,
        )
        with service.training_team(device) as team:
            # Before there are bars on the terminal, since there may be questions to answer.
            teachers = service.teachers_for(request, team, _always if yes else _ask)
            with interruptible() as task:
                report = service.align(request, teachers, task, team)
            if team.leads:
                put(_alignment_text(report))


@training.command(help=DISTILL_HELP)
def distill(
    aligned: Annotated[
        Path,
        typer.Option(
            exists=True, file_okay=False, metavar="RUN", help="--run of the student's phase 1."
        ),
    ],
    rated: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="Rated photographs."),
    ],
    layout: Annotated[Layout, typer.Option(help="How they are laid out.")],
    run: Run,
    out: Out,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Of the model and its folder.")
    ] = "distilled",
    teacher_run: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="RUN", help="--run of a larger network's phase 1."
        ),
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            file_okay=False,
            metavar="DIR",
            help="Photographs without ratings; can be given more than once.",
        ),
    ] = None,
    label_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Of the ratings that are looked at.")
    ] = 1.0,
    confidence: Annotated[
        bool, typer.Option("--confidence", help="Weigh predictions by how sure they are.")
    ] = False,
    ranking: Annotated[
        float, typer.Option(min=0, metavar="W", help="Weight of the order; 0 for none.")
    ] = 0.0,
    steps: Annotated[int, typer.Option(min=1, help="Of the last stage.")] = 300,
    fine_tune: Annotated[
        int, typer.Option(min=0, help="Steps of all layers after that; 0 for none.")
    ] = 300,
    device: Device = "auto",
    seed: Seed = 0,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out rated photographs not there.")
    ] = False,
    skip_damaged: SkipDamaged = False,
) -> None:
    """Phase 2."""
    with failures_told():
        from core.services import train as service

        request = service.DistillationRequest(
            aligned=aligned,
            rated=rated,
            layout=layout.value,
            run=run,
            out=out,
            name=name,
            teacher_run=teacher_run,
            photos=tuple(photos or ()),
            label_share=label_share,
            confidence=confidence,
            ranking=ranking,
            steps=steps,
            fine_tune=fine_tune,
            seed=seed,
            allow_missing=allow_missing,
            skip_damaged=skip_damaged,
        )
        with service.training_team(device) as team:
            if not photos and label_share == 1:
                say("There are no photographs without ratings, so only the labels teach.")
            with interruptible() as task:
                report = service.distil(request, task, team)
            put(_distillation_text(report))


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


@training.command(help=TASTES_HELP)
def tastes(
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="The training data."),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            metavar="DIR",
            help="A model folder; else the shipped one.",
        ),
    ] = None,
) -> None:
    """Learn what tastes have in common."""
    with failures_told():
        from core.services import train as service

        with interruptible() as task:
            written = service.learn_tastes(data, model, task)
        put(f"{on_one_line(printable(written))}\n")


def _always(offer: str) -> bool:
    say(f"Downloading {offer}.")
    return True


def _ask(offer: str) -> bool:
    """Whether the user wants a download; no, where there is nobody to ask."""
    say(f"A download is needed: {offer}.")
    if not sys.stdin.isatty():
        say("Nobody can be asked here; --yes agrees beforehand.")
        return False
    return typer.confirm("Download it?", err=True)


def _alignment_text(report: "AlignmentReport") -> str:
    lines = [f"Aligned on {report.photographs} photographs{_with_maps(report)}."]
    for one in report.teachers:
        if one.cosine is None:
            lines.append(f"  {one.teacher}: too few photographs to put some aside and measure")
        else:
            lines.append(
                f"  {one.teacher}: cosine {one.cosine:.3f} on {report.held_out} photographs that "
                f"were put aside ({one.cosine_of_mean:.3f} for the mean of its features)"
            )
    shown = [on_one_line(line) for line in (*lines, printable(report.listing))]
    return "\n".join(shown) + "\n"


def _with_maps(report: "AlignmentReport") -> str:
    return ", with feature maps of every stage" if report.has_maps else ""


def _distillation_text(report: "DistillationReport") -> str:
    from core.services.evaluate import figure_text

    lines = [
        f"Learned from {report.labelled} photographs with ratings and {report.unlabelled} without.",
        f"On {report.held_out} photographs in {report.groups} groups that were put aside: "
        "SRCC (95 %), PLCC, pairs in group",
    ]
    for name, figures in report.systems.items():
        columns = ("srcc", "srcc_95_percent", "plcc", "pairs_within_group")
        srcc, interval, *others = (figure_text(figures[column]) for column in columns)
        lines.append(f"  {srcc} ({interval})  {'  '.join(others)}  {name}")
    shown = [on_one_line(line) for line in (*lines, printable(report.model))]
    return "\n".join(shown) + "\n"
