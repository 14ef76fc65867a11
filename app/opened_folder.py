"""The folder that is open: how it gets into the grid, and how the grid follows it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.announcements import Emptiness, Help, explanation
from app.browsing import Browsing, Listing
from app.folder_work import FolderWork
from app.jobs import Job, JobRunner, Lane
from app.opening import Opening, opening_of
from app.panels.filter_bar import FilterBar
from app.session import Session
from app.viewer import Viewer
from core.errors import printable
from core.photo import PhotoId, Tally

_PAINT_MS = 50  # how long a first screen of photos needs at most


class OpenedFolder(QObject):
    """Joins the scan, the listing and the viewer.

    What the catalogue knows of a folder is shown before the scan begins, which would compete
    with it for the interpreter and the catalogue.

    Until the user has touched the grid, a listing may begin at the top again; after that
    whatever is looked at stays where it is.
    """

    opened = Signal(Path)
    listed = Signal(int)  # how many photos are shown

    def __init__(
        self,
        jobs: JobRunner,
        session: Session,
        browsing: Browsing,
        work: FolderWork,
        viewer: Viewer,
        filter_bar: FilterBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._session = session
        self._browsing = browsing
        self._work = work
        self._viewer = viewer
        self._filter_bar = filter_bar
        self._tally = Tally()
        self._opening: Job | None = None
        self._file_meant: Path | None = None
        self._photo_meant: PhotoId | None = None
        self._touched = False
        self._scan = QTimer(self, singleShot=True)
        self._scan.timeout.connect(self.look_again)
        self._awaits_scan = False
        self.helps: dict[Help, Callable[[], object]] = {}  # what the empty window's buttons do
        browsing.listed.connect(self._take_listing)
        browsing.answered.connect(self._scan_soon)
        browsing.tallied.connect(self._take_tally)
        filter_bar.changed.connect(self._ask)
        work.import_ended.connect(self._settle)
        viewer.grid.touched.connect(self._touch)

    @property
    def path(self) -> Path | None:
        """Where it is; None before the first."""
        return self._browsing.query.filter.folder

    def open_paths(self, paths: Sequence[Path], *, current: Path | None = None) -> None:
        """Open what the user points at: a folder, or the folder of a file.

        `current` is a photo of the catalogue to begin with, anywhere below the folder.
        """
        if paths:
            is_known, enter, find = self._browsing.is_known, self._work.enter, self._browsing.find

            def run() -> Opening:
                opening = opening_of(paths, is_known, enter)
                return opening if current is None else replace(opening, photo=find(current))

            job = self._jobs.submit(Lane.PREVIEW, "open", lambda _: run())
            self._opening = job
            job.succeeded.connect(lambda opening: self._open_unless_overtaken(job, opening))

    def look_again(self) -> None:
        """Find new, changed and missing files."""
        self._awaits_scan = False
        self._scan.stop()
        if self.path is not None:
            self._work.open(self.path, recursive=self._session.settings.recursive)

    def set_recursive(self, recursive: bool) -> None:
        """With or without the folders in it."""
        self._session.change(recursive=recursive)
        if self.path is not None:
            self._open(Opening(self.path))

    def explain_emptiness(self) -> None:
        """Say in the middle of an empty window why, and what to do next."""
        name = printable(self.path) if self.path is not None else ""
        what = explanation(self._why_empty(), name, self._tally)
        choices = [(help_.value, self.helps[help_]) for help_ in what.helps]
        self._viewer.empty.explain(what.title, what.text, *choices)

    def _open_unless_overtaken(self, job: Job, opening: Opening) -> None:
        """Two folders named at once are asked for side by side; the later one is meant."""
        if self._opening is job:
            self._open(opening)

    def _open(self, opening: Opening) -> None:
        folder, recursive = opening.folder, self._session.settings.recursive
        for other in reversed(opening.others):
            self._session.remember_folder(other)
        self._session.remember_folder(folder, instead_of=opening.named)
        self._file_meant, self._photo_meant = opening.file, opening.photo
        self._touched = False
        self._work.stop()
        self._scan.stop()
        self._awaits_scan = True
        query = self._browsing.in_folder(folder, recursive=recursive)
        if query == self._browsing.query:
            self._browsing.refresh(keep_order=True)
        self._browsing.ask(query)
        self.opened.emit(folder)

    def _ask(self) -> None:
        self._browsing.ask(self._filter_bar.applied_to(self._browsing.query))

    def _take_listing(self, listing: Listing) -> None:
        self._viewer.mark_stacks(listing.stacks)
        self._viewer.show_photos(
            listing.ids,
            listing.photos,
            same_order=listing.kept_order,
            stay_at_top=not self._touched,
        )
        if not listing.kept_order:
            self._look_at_new_order()
        self._go_to_file_meant()
        self._go_to_photo_meant()
        self.explain_emptiness()
        self.listed.emit(len(listing.ids))

    def _scan_soon(self) -> None:
        if self._awaits_scan and not self._scan.isActive():
            self._scan.start(_PAINT_MS if self._viewer.grid.model().rowCount() else 0)

    def _look_at_new_order(self) -> None:
        """Stay with the current photo, but begin at the beginning where none was chosen yet."""
        if self._touched:
            self._viewer.grid.show_current()
        else:
            self._viewer.grid.go_to_row(0)

    def _go_to_file_meant(self) -> None:
        """A file was dropped or named: make it current as soon as it is listed."""
        if self._file_meant is not None and self._viewer.go_to_file(self._file_meant):
            self._file_meant = None
            self._touched = True

    def _go_to_photo_meant(self) -> None:
        """Where the last session ended, unless the user has gone somewhere himself."""
        if self._photo_meant is not None and not self._touched:
            self._viewer.grid.go_to(self._photo_meant)
            if self._viewer.grid.current_id == self._photo_meant:
                self._photo_meant = None
                self._touched = True

    def _take_tally(self, tally: Tally) -> None:
        self._tally = tally
        self.explain_emptiness()

    def _touch(self) -> None:
        self._touched = True

    def _settle(self) -> None:
        self._browsing.settle(may_move=not self._touched)
        self.explain_emptiness()

    def _why_empty(self) -> Emptiness:
        if self.path is None:
            return Emptiness.NO_FOLDER
        if self._filter_bar.is_filtering and self._tally.total:
            return Emptiness.FILTERED
        if self._work.importing or self._awaits_scan:
            return Emptiness.SEARCHING
        recursive = self._session.settings.recursive
        return Emptiness.NO_PHOTOS if recursive else Emptiness.NO_PHOTOS_AT_THIS_LEVEL
