"""Keeps the distributions beside the filter's sliders up to date while one can see them."""

from PySide6.QtCore import QObject

from app.browsing import Browsing
from app.jobs import JobRunner, Lane
from app.panels.filter_bar import FilterBar
from core.services.browse import Browse


class Distributing(QObject):
    """Counts off the GUI thread, once at a time; the last question is always answered."""

    def __init__(
        self,
        browse: Browse,
        jobs: JobRunner,
        browsing: Browsing,
        filter_bar: FilterBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._browse = browse
        self._jobs = jobs
        self._browsing = browsing
        self._filter_bar = filter_bar
        self._is_running = False
        self._again = False
        filter_bar.distributions_wanted.connect(self.ask)
        filter_bar.changed.connect(self._follow)
        browsing.tallied.connect(lambda _: self._follow())  # scores or photos have come

    def ask(self) -> None:
        """Count over the folder that is open; without one there is nothing to show."""
        query = self._filter_bar.applied_to(self._browsing.query)
        if query.filter.folder is None:
            self._filter_bar.show_distributions(None)
            return
        if self._is_running:
            self._again = True
            return
        self._is_running = True
        job = self._jobs.submit(
            Lane.PREVIEW, "distributions", lambda _: self._browse.distributions(query.filter)
        )
        job.succeeded.connect(self._filter_bar.show_distributions)
        job.finished.connect(self._done)

    def _follow(self) -> None:
        if self._filter_bar.shows_distributions:
            self.ask()

    def _done(self) -> None:
        self._is_running = False
        if self._again:
            self._again = False
            self.ask()
