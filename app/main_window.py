"""The window: what stands where, and who tells whom."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.actions import MENUS, ActionSet
from app.browsing import Browsing, Listing
from app.caps_lock import CapsLock
from app.change_bridge import ChangeBridge
from app.culling_keys import CullingKeys
from app.folder_work import FolderWork
from app.grid.grid_view import GridView
from app.grid.photo_delegate import PhotoDelegate
from app.grid.photo_list_model import PhotoListModel
from app.grid.thumbnails import Thumbnails
from app.jobs import Job, JobRunner, Lane
from app.loupe.loupe_view import LoupeView
from app.marking import Marking
from app.opening import Opening, dropped_paths, opening_of
from app.panels.filter_bar import FilterBar
from app.panels.folder_tree import FolderTree
from app.panels.info_panel import InfoPanel
from app.panels.job_panel import JobPanel
from app.panels.status_line import StatusLine
from app.panels.top_bar import TopBar
from app.session import Session
from app.theme import apply_theme, theme_named
from app.viewer import Viewer
from app.window_dialogs import WindowDialogs
from core.errors import CoreError, printable
from core.photo import Changes, Photo, PhotoId, Tally
from core.services.engine import Engine
from core.services.import_folder import ImportReport
from core.services.score import ScoreReport

_PREFER_MS = 250  # scoring hears of a scroll at most so often
_SIDES_PX = (220, 860, 260)


class MainWindow(QMainWindow):
    """Shows one folder of photographs and everything one does with it."""

    def __init__(self, engine: Engine, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs = jobs
        self.session = Session(engine.paths, engine.settings)
        theme = theme_named(engine.settings.theme)
        self._changes = ChangeBridge(engine.changes, self)
        self.browsing = Browsing(engine.browse, jobs, self)
        self.marking = Marking(engine.rating, jobs, self)
        self.work = FolderWork(engine.importer, engine.scoring, jobs, self)
        self._thumbnails = Thumbnails(engine.previews, jobs, self)
        self._model = PhotoListModel(self.browsing.read, self._thumbnails.pixmap, self)
        self._delegate = PhotoDelegate(theme, self._thumbnails.has_failed, self)
        self.grid = GridView(self._model, self._delegate, self._thumbnails)
        self.loupe = LoupeView(engine.previews)
        self.viewer = Viewer(self._model, self.grid, self.loupe)
        self.actions_ = ActionSet(self, self.viewer, engine.settings.keys)
        self.filter_bar = FilterBar()
        self.top_bar = TopBar(self.actions_, self.filter_bar)
        self.folders = FolderTree()
        self.info = InfoPanel()
        self.status = StatusLine(self.actions_["undo"], JobPanel(jobs))
        self._caps_lock = CapsLock(self)
        self.dialogs = WindowDialogs(engine, jobs, self)
        self._tally = Tally()
        self._file_meant: Path | None = None
        self._touched = False  # since the folder was opened; until then it may be re-ordered
        self._prefer = QTimer(self, singleShot=True, interval=_PREFER_MS)
        self._culling = CullingKeys(self.actions_, self.viewer, self.marking, self._goes_on, self)
        self._lay_out()
        self._fill_menus()
        self._bind()
        self._connect()
        self._restore()

    @property
    def folder(self) -> Path | None:
        """The folder that is open."""
        return self.browsing.query.filter.folder

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what the user points at: a folder, or the folder of a file."""
        if not paths:
            return
        job = self._jobs.submit(Lane.PREVIEW, "open", lambda _: opening_of(paths))
        job.succeeded.connect(self._open)

    def open_last(self) -> None:
        """Go on where the last session ended."""
        if (folder := self.session.last_folder) is not None:
            self.open_paths([folder])

    def closeEvent(self, event: QCloseEvent) -> None:
        self._changes.close()
        self._thumbnails.close()
        self.work.stop()
        self._app().removeEventFilter(self._caps_lock)
        self.session.change(thumbnail_px=self.grid.thumbnail_px)
        self.session.keep_place("window", self.saveGeometry())
        self.session.keep_place("sides", self._sides.saveState())
        self.session.save()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open_paths(dropped_paths(event.mimeData()))

    # Building

    def _lay_out(self) -> None:
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.folders, self.viewer, self.info):
            self._sides.addWidget(part)
        self._sides.setSizes(list(_SIDES_PX))
        self._sides.setStretchFactor(1, 1)
        self._sides.setHandleWidth(1)
        self._sides.setChildrenCollapsible(False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self._sides, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        self.setAcceptDrops(True)
        self.setWindowTitle("Shortlist")
        self.resize(1340, 840)

    def _fill_menus(self) -> None:
        for name in MENUS:
            menu = self.menuBar().addMenu(name)
            for action in self.actions_.of_menu(name):
                menu.addAction(action)
                if action.objectName() == "open":
                    menu.addMenu(self.top_bar.recent_menu)

    def _bind(self) -> None:
        bind, toggle = self.actions_.bind, self.actions_.bind_toggle
        bind("open", self._choose_folder)
        bind("rescan", self._rescan)
        toggle("subfolders", self._set_recursive)
        bind("export", self._export)
        bind("close", self.close)
        bind("select_all", self.grid.selectAll)
        bind("select_none", self.grid.select_current_only)
        bind("find", self.filter_bar.edit_name)
        bind("clear_filter", self.filter_bar.clear)
        toggle("auto_advance", lambda on: self.session.change(auto_advance=on))
        bind("score", self.work.score)
        bind("grid", self.viewer.show_grid)
        bind("loupe", self.viewer.show_loupe)
        bind("back", self._go_back)
        bind("zoom", self.viewer.toggle_zoom)
        bind("sort_again", self.browsing.sort_again)
        bind("larger", partial(self.grid.enlarge, 1))
        bind("smaller", partial(self.grid.enlarge, -1))
        toggle("folders_panel", self.folders.setVisible)
        toggle("info_panel", self.info.setVisible)
        toggle("light_theme", self._set_light)
        toggle("full_screen", lambda on: self.showFullScreen() if on else self.showNormal())
        bind("shortcuts", lambda: self.dialogs.shortcuts(self.actions_.specs))
        bind("problems", self._show_problems)
        bind("log_folder", self.dialogs.log_folder)
        bind("about", self.dialogs.about)

    def _connect(self) -> None:
        self._changes.changed.connect(self._take_changes)
        self._jobs.submitted.connect(self._watch)
        self.browsing.listed.connect(self._take_listing)
        self.browsing.photos_read.connect(self._model.take)
        self.browsing.tallied.connect(self._take_tally)
        self.browsing.outdated_changed.connect(self.top_bar.show_outdated)
        self.marking.said.connect(lambda text, undo: self.status.say(text, undoable=undo))
        self.marking.history_changed.connect(self._name_history)
        self.work.imported.connect(self._tell_import)
        self.work.import_ended.connect(self._settle)
        self.work.scored.connect(self._tell_scores)
        self.filter_bar.changed.connect(self._ask)
        self.filter_bar.left.connect(self.viewer.take_focus)
        self.folders.folder_chosen.connect(lambda folder: self.open_paths([folder]))
        self.top_bar.folder_chosen.connect(lambda folder: self.open_paths([folder]))
        self.top_bar.forget_recent.connect(self._forget_recent)
        self.top_bar.thumbnail_px_chosen.connect(self.grid.set_thumbnail_px)
        self.grid.thumbnail_px_changed.connect(self.top_bar.show_thumbnail_px)
        self.grid.touched.connect(self._touch)
        self.grid.visible_changed.connect(lambda _: self._prefer.isActive() or self._prefer.start())
        self._prefer.timeout.connect(lambda: self._engine.scoring.prefer(self.grid.visible_ids))
        self._thumbnails.arrived.connect(self._refresh_histogram)
        self.viewer.photo_changed.connect(self._show_photo)
        self.session.on_problem = lambda error: self.status.say(str(error))

    def _restore(self) -> None:
        settings = self.session.settings
        self._app().installEventFilter(self._caps_lock)
        self.restoreGeometry(self.session.place("window"))
        self._sides.restoreState(self.session.place("sides"))
        self.grid.set_thumbnail_px(settings.thumbnail_px)
        self.top_bar.show_thumbnail_px(self.grid.thumbnail_px)
        for id_, on in (
            ("subfolders", settings.recursive),
            ("auto_advance", settings.auto_advance),
            ("light_theme", theme_named(settings.theme).name == "light"),
            ("folders_panel", True),
            ("info_panel", True),
        ):
            self.actions_[id_].setChecked(on)
        self._show_recent()
        self.actions_.enable_for_photo(False)
        self.marking.look_at_history()
        self._explain()
        problems = [*self._engine.settings_problems, *self.actions_.problems]
        if problems:
            self.status.say(" ".join(problems))

    # Opening

    def _open(self, opening: Opening) -> None:
        folder, recursive = opening.folder, self.session.settings.recursive
        self._file_meant = opening.file
        self._touched = False
        self.session.remember_folder(folder)
        self._show_recent()
        self.folders.set_current(folder)
        self.setWindowTitle(f"{printable(folder.name) or printable(folder)} - Shortlist")
        self.work.open(folder, recursive=recursive)
        query = self.browsing.in_folder(folder, recursive=recursive)
        if query == self.browsing.query:
            self.browsing.refresh(keep_order=True)
        self.browsing.ask(query)
        for other in opening.others:
            self.session.remember_folder(other)
        self.viewer.take_focus()

    def _choose_folder(self) -> None:
        start = self.folder or Path.home()
        dialog = QFileDialog(self, "Open folder", str(start))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.open_paths([Path(name)]))
        dialog.open()

    def _rescan(self) -> None:
        if self.folder is not None:
            self.work.open(self.folder, recursive=self.session.settings.recursive)

    def _set_recursive(self, recursive: bool) -> None:
        self.session.change(recursive=recursive)
        if self.folder is not None:
            self._open(Opening(self.folder))

    def _forget_recent(self) -> None:
        self.session.forget_folders()
        self._show_recent()

    def _show_recent(self) -> None:
        recent = self.session.recent_folders
        self.top_bar.show_recent(recent)
        self.folders.set_recent(recent)

    # Browsing

    def _ask(self) -> None:
        self.browsing.ask(self.filter_bar.applied_to(self.browsing.query))

    def _take_listing(self, listing: Listing) -> None:
        self.viewer.show_photos(listing.ids, listing.photos, stay_at_top=not self._touched)
        self.actions_.enable_for_photo(bool(listing.ids))
        self._show_tally()
        self._explain()
        if not listing.kept_order:
            self.grid.scrollTo(self.grid.currentIndex())
        self._go_to_file_meant()

    def _take_changes(self, changes: Changes) -> None:
        self._model.apply(changes)
        self.browsing.apply(changes)

    def _take_tally(self, tally: Tally) -> None:
        self._tally = tally
        self._show_tally()

    def _show_tally(self) -> None:
        self.status.show_tally(self._tally, len(self._model.ids))

    def _go_to_file_meant(self) -> None:
        """A file was dropped or named: make it current as soon as it is listed."""
        if self._file_meant is None:
            return
        for photo in self._model.loaded:
            if self._file_meant in (photo.path, *photo.companions):
                self.grid.go_to(photo.id)
                self._file_meant = None
                return

    def _touch(self) -> None:
        self._touched = True

    def _settle(self) -> None:
        self.browsing.settle(may_move=not self._touched)
        self._explain()

    def _go_back(self) -> None:
        if self.viewer.in_loupe:
            self.viewer.show_grid()
        else:
            self.grid.select_current_only()

    def _goes_on(self) -> bool:
        return self.session.settings.auto_advance or self._caps_lock.is_on

    def _show_photo(self, photo: Photo | None) -> None:
        self.info.show_photo(photo, self._small_image(photo), self._engine.scoring.meaning)

    def _refresh_histogram(self, id_: PhotoId) -> None:
        photo = self.viewer.current
        if photo is not None and photo.id == id_:
            self.info.set_image(self._small_image(photo))

    def _small_image(self, photo: Photo | None) -> QImage | None:
        pixmap = self._thumbnails.pixmap(photo) if photo is not None else None
        return None if pixmap is None else pixmap.toImage()

    def _explain(self) -> None:
        """Say in the middle of an empty window what to do next."""
        explain, name = self.viewer.empty.explain, printable(self.folder or "")
        open_another = ("Open folder…", self._choose_folder)
        if self.folder is None:
            text = "Drop a folder of photographs here, or open one."
            explain("Which photos shall we look through?", text, open_another)
        elif self.filter_bar.is_filtering and (self._tally.total or not self.work.importing):
            text = f"The folder has {self._tally.total:,} photos, but the filter hides them all."
            explain("No photo passes the filter", text, ("Clear filter", self.filter_bar.clear))
        elif self.work.importing:
            explain("Looking for photos…", name)
        elif self.session.settings.recursive:
            explain("No photos in this folder", f"{name} holds no picture files.", open_another)
        else:
            include = ("Include sub-folders", self.actions_["subfolders"].trigger)
            text = f"{name} itself holds no picture files; its sub-folders are not shown."
            explain("No photos in this folder", text, include, open_another)

    # Telling

    def _watch(self, job: Job) -> None:
        job.failed.connect(self._report)

    def _report(self, error: Exception) -> None:
        if isinstance(error, CoreError):
            self.status.say(f"{error} {error.hint}".strip())
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def _tell_import(self, report: ImportReport) -> None:
        if report.problems:
            count = len(report.problems)
            noun = "file or folder was" if count == 1 else "files or folders were"
            self.status.say_with(f"{count:,} {noun} left out.", "Show", self._show_problems)
        elif report.offline:
            self.status.say(f"{report.offline:,} photos are offline; their ratings are kept.")
        self.work.score()

    def _tell_scores(self, report: ScoreReport) -> None:
        if report.failed:
            count = len(report.failed)
            text = f"{count:,} photo" + (" was" if count == 1 else "s were") + " not readable."
            self.status.say_with(text, "Show", self._show_problems)
        elif report.scored:
            rate = report.scored / max(report.seconds, 0.001)
            self.status.say(f"{report.scored:,} photos scored, {rate:,.0f} photos/s.")

    def _name_history(self, undo: str, redo: str) -> None:
        for id_, verb, text in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.actions_[id_].setText(f"{verb}: {text}" if text else verb)
            self.actions_[id_].setEnabled(bool(text))

    def _show_problems(self) -> None:
        self.dialogs.problems(self.work.problems)

    def _export(self) -> None:
        self.dialogs.export(self.browsing.query.filter, self.grid.selected_ids)

    def _app(self) -> QApplication:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return app

    def _set_light(self, light: bool) -> None:
        self.session.change(theme="light" if light else "dark")
        theme = theme_named(self.session.settings.theme)
        apply_theme(self._app(), theme)
        self._delegate.dress(theme)
        self.grid.viewport().update()
