"""What the status line says of the folder that is open, and what it offers there."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.announcements import (
    IMPORT_STOPPED,
    SCORING_STOPPED,
    import_text,
    problems_text,
    scored_text,
)
from app.folder_work import FolderWork
from app.panels.status_line import StatusLine
from core.services.import_folder import ImportReport
from core.services.score import ScoreReport


class FolderNews(QObject):
    """Turns the ends of the folder's jobs into sentences."""

    def __init__(
        self,
        status: StatusLine,
        work: FolderWork,
        show_problems: Callable[[], object],
        look_again: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._status = status
        self._work = work
        self._show_problems = show_problems
        self._unread = ""  # what was wrong at the start; the first folder must not hide it
        work.imported.connect(self._tell_import)
        work.scored.connect(self._tell_scores)
        work.import_stopped.connect(lambda: self._offer_to_go_on(IMPORT_STOPPED, look_again))
        work.scoring_stopped.connect(lambda: self._offer_to_go_on(SCORING_STOPPED, work.score))

    def begin_with(self, problems: str) -> None:
        """Say what was wrong at the start, and keep saying it until it can have been read."""
        self._unread = problems
        if problems:
            self._status.say(problems)

    def forget_beginning(self) -> None:
        """The user works on, and so has had the time to read."""
        self._unread = ""

    def _tell_import(self, report: ImportReport) -> None:
        self._tell(import_text(report))

    def _tell_scores(self, report: ScoreReport) -> None:
        if report.scored or report.failed:
            self._tell(scored_text(report))

    def _tell(self, news: str) -> None:
        """News of the folder, and the way to what is wrong in it."""
        problems = problems_text(len(self._work.problems))
        sentence = " ".join(part for part in (self._unread, news, problems) if part)
        if problems:
            self._status.tell(sentence, "Show", self._show_problems)
        else:
            self._status.tell(sentence)

    def _offer_to_go_on(self, stopped: str, work: Callable[[], object]) -> None:
        def go_on() -> None:
            self._status.say("")
            work()

        self._status.say_with(stopped, "Go on", go_on)
