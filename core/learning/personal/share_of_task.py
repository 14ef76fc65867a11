"""Lets one progress bar tell of work that reports in parts, each with a count of its own."""

from core.progress import Task

WHOLE = 1000  # what a stage is counted in


class ShareOfTask(Task):
    """A part of a task: what it reports appears as its share of one stage of the whole.

    Cancelling the whole stops the part at its next report.
    """

    def __init__(self, whole: Task, stage: str, start: float, end: float) -> None:
        """`start` and `end` are shares of the stage, 0 to 1."""
        super().__init__()
        self._whole = whole
        self._stage = stage
        self._start = start
        self._end = end

    def report(self, stage: str, done: int, total: int | None = None) -> None:  # noqa: ARG002
        """Publish progress of the part, in thousandths of the stage.

        Raises:
            Cancelled: the whole task was asked to stop.
        """
        share = done / total if total else 0.0
        reached = self._start + (self._end - self._start) * share
        self._whole.report(self._stage, round(WHOLE * reached), WHOLE)
