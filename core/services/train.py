"""Training: phase 1 and phase 2 on any photographs, and the student that ships.

Nothing here loads torch before it is called, which the command line's --help must not do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.learning.requests import (
    CLIP,
    STUDENT_BACKBONE,
    AlignmentRequest,
    Arm,
    DistillationRequest,
)
from core.progress import Task
from core.services.tastes import learn_tastes

if TYPE_CHECKING:
    from core.learning.distilled_release import DistillationReport
    from core.learning.phase_one import AlignmentReport
    from core.learning.teachers.named import NamedTeachers
    from core.learning.team import Team

__all__ = [
    "CLIP",
    "STUDENT_BACKBONE",
    "AlignmentRequest",
    "Arm",
    "DistillationRequest",
    "align",
    "distil",
    "learn_tastes",
    "reproduce_student",
    "teachers_for",
    "training_team",
]

Consent = Callable[[str], bool]  # to a download, described with its source, size and licence


@contextmanager
def training_team(device: str) -> Iterator["Team"]:
    """The processes that train together: one, or those that `torchrun` started.

    Raises:
        TrainingError: there is no such device, or more processes than devices.
    """
    from core.learning.team import team_of_torchrun

    with team_of_torchrun(device) as team:
        yield team


def teachers_for(request: AlignmentRequest, team: "Team", consent: Consent) -> "NamedTeachers":
    """The teachers of phase 1, once everything that can be wrong with a request was looked at.

    Raises:
        TrainingError: something cannot be used, or a download was not agreed to.
    """
    from core.learning import phase_one

    return phase_one.teachers_for(request, team, lambda offer: consent(str(offer)))


def align(
    request: AlignmentRequest, teachers: "NamedTeachers", task: Task, team: "Team"
) -> "AlignmentReport":
    """Phase 1: the network of the run folder, aligned with its teachers.

    Raises:
        TrainingError: a photograph or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    from core.learning import phase_one

    return phase_one.align_network(request, teachers, task, team)


def distil(request: DistillationRequest, task: Task, team: "Team") -> "DistillationReport":
    """Phase 2: a model that scores, from an aligned network, with a check on what was put aside.

    Raises:
        TrainingError: the networks, the photographs or what is left of an earlier run cannot be
            used.
        Cancelled: the task was stopped; the next call goes on.
    """
    from core.learning import phase_two

    return phase_two.distil_network(request, task, team)


def reproduce_student(data: Path, run: Path, out: Path, task: Task) -> Path:
    """Train, evaluate and export the student as it ships, with what tastes have in common.

    The model folder, below `out`, is returned.

    Args:
        data: the training data folder.
        run: keeps checkpoints and intermediate results; an interrupted run goes on.
        out: receives the model folder.
        task: reports and cancels.

    Raises:
        TrainingError: the data or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    from core.learning import reproduce

    model = reproduce.reproduce_student(data, run, out, task, reproduce.Recipe())
    learn_tastes(data, model, task)
    return model
