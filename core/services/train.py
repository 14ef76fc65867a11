"""Training the student that ships, from the training data to the model folder."""

from pathlib import Path

from core.progress import Task


def reproduce_student(data: Path, run: Path, out: Path, task: Task) -> Path:
    """Train, evaluate and export the student as it ships; the model folder, below `out`.

    Args:
        data: the training data folder.
        run: keeps checkpoints and intermediate results; an interrupted run goes on.
        out: receives the model folder.
        task: reports and cancels.

    Raises:
        TrainingError: the data or what is left of an earlier run cannot be used.
        Cancelled: the task was stopped; the next call goes on.
    """
    # Loads torch, which no other service may do, the command line's --help least of all.
    from core.learning import reproduce

    return reproduce.reproduce_student(data, run, out, task, reproduce.Recipe())
