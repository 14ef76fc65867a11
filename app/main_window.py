"""The window: what stands where, and who tells whom."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.action_set import ActionSet
from app.actions import THEME, THEME_NAMES
from app.announcements import Help
from app.browsing import Browsing
from app.caps_lock import CapsLock
from app.change_bridge import ChangeBridge
from app.chosen_photos import Choice, ChosenPhotos
from app.compare.compare_view import CompareView
from app.compare.survey_view import SurveyView
from app.culling_keys import CullingKeys
from app.distributing import Distributing
from app.folder_news import FolderNews
from app.folder_work import FolderWork
from app.full_screen import FullScreen
from app.grid.filmstrip import Filmstrip
from app.grid.grid_view import GridView
from app.grid.photo_delegate import PhotoDelegate
from app.grid.photo_list_model import PhotoListModel
from app.grid.thumbnails import Thumbnails
from app.jobs import Job, JobRunner
from app.loupe.loupe_view import LoupeView
from app.loupe.pictures import Pictures
from app.marking import Marking
from app.menus import fill_menus
from app.modes.view_mode import Mode
from app.opened_folder import OpenedFolder
from app.opening import dropped_paths
from app.overlays.overlays import Overlays
from app.palette.entries import entries
from app.panels.choice_banner import ChoiceBanner
from app.panels.filter_bar import FilterBar
from app.panels.folder_tree import FolderTree
from app.panels.info_panel import InfoPanel
from app.panels.job_panel import JobPanel
from app.panels.photo_tiles import TilePictures
from app.panels.stack_button import StackButton, StackForm
from app.panels.status_line import StatusLine
from app.panels.taste_indicator import TasteIndicator
from app.panels.top_bar import TopBar
from app.panels.why_block import WhyBlock
from app.personalizing import Personalizing
from app.resuming import Resuming
from app.session import Session
from app.stack_actions import StackActions, StackParts
from app.stacks import Stacks
from app.taste import Parts, Taste
from app.theme import Theme, theme_named
from app.view_actions import ViewActions
from app.viewer import Viewer, Views
from app.wardrobe import Wardrobe
from app.window_dialogs import WindowDialogs
from core.errors import CoreError, printable
from core.photo import Changes, Photo, PhotoId, SortKey
from core.services.engine import Engine

_PREFER_MS = 250  # scoring hears of a scroll at most so often
_SIZE_PX = (1440, 860)
_SIDES_PX = (220, 960, 260)


class MainWindow(QMainWindow):
    """Shows one folder of photographs and everything one does with it."""

    def __init__(self, engine: Engine, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs = jobs
        self.session = Session(engine.paths, engine.settings)
        self._changes = ChangeBridge(engine.changes, self)
        self.browsing = Browsing(engine.browse, jobs, self)
        self.marking = Marking(engine.rating, engine.history, jobs, self)
        self.work = FolderWork(engine.importer, engine.scoring, engine.browse, jobs, self)
        self._thumbnails = Thumbnails(engine.previews, jobs, self)
        self._model = PhotoListModel(self.browsing.read, self._thumbnails.pixmap, self)
        theme = theme_named(engine.settings.theme)
        self._delegate = PhotoDelegate(theme, self._thumbnails.has_failed, self)
        self.grid = GridView(self._model, self._delegate, self._thumbnails)
        self._pictures = Pictures(engine.previews, jobs, self)
        self._overlays = Overlays(jobs, self)
        self.loupe = LoupeView(self._pictures, self._overlays)
        self.filmstrip = Filmstrip(self._model, self.grid, self._thumbnails, theme)
        self.viewer = Viewer(self._model, self._views())
        self.actions_ = ActionSet(self, self.viewer, engine.settings.keys)
        self.filter_bar = FilterBar()
        self._stack_form = StackForm()
        self._stack_button = StackButton(self._stack_form)
        self.top_bar = TopBar(self.actions_, self.filter_bar, self._stack_button)
        self.folder_tree = FolderTree()
        self._alike_pictures = TilePictures(engine.previews, jobs, self)
        self.why = WhyBlock(self._alike_pictures)
        self.info = InfoPanel(self.why)
        self.indicator = TasteIndicator()
        self.status = StatusLine(self.actions_["undo"], JobPanel(jobs), self.indicator)
        self.dialogs = WindowDialogs(engine, jobs, self)
        self.banner = ChoiceBanner()
        self.folder = OpenedFolder(
            jobs, self.session, self.browsing, self.work, self.viewer, self.filter_bar, self
        )
        # After the folder, which fills the grid with each listing.
        self.chosen = ChosenPhotos(self.browsing, self.viewer, self._model, self.banner, self)
        self.news = FolderNews(
            self.status, self.work, self._show_problems, self.folder.look_again, self
        )
        self.personalizing = Personalizing(engine.personalize, engine.browse, jobs, self)
        self.taste = Taste(self.personalizing, self._parts_for_taste(), self)
        self.stacks = Stacks(engine.groups, jobs, self)
        self.stack_actions = StackActions(self.actions_, self._parts_for_stacks(), self)
        self._caps_lock = CapsLock(self)
        self._prefer = QTimer(self, singleShot=True, interval=_PREFER_MS)
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        self._panels = {"folders_panel": self.folder_tree, "info_panel": self.info}
        CullingKeys(self.actions_, self.viewer, self.marking, self._goes_on, self)
        self._lay_out()
        fill_menus(self.menuBar(), self.actions_, self.top_bar.recent_menu, self.viewer)
        self.views = ViewActions(
            self.actions_,
            self.viewer,
            self._pictures,
            self._overlays,
            self._full_screen(),
            self.session,
            self,
        )
        self._bind()
        self._connect()
        self._restore()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what the user points at: a folder, or the folder of a file."""
        self.folder.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._changes.close()
        self._thumbnails.close()
        self._alike_pictures.close()
        self.dialogs.close()
        self.views.close()
        self.work.stop()
        _application().removeEventFilter(self._caps_lock)
        self.resuming.keep()
        self.session.change(thumbnail_px=self.grid.thumbnail_px)
        self.stack_actions.keep()
        self.session.keep_place("window", self.saveGeometry())
        self.session.keep_place("sides", self._sides.saveState())
        hidden = [id_ for id_ in self._panels if not self.actions_[id_].isChecked()]
        self.session.keep_place("hidden", QByteArray(" ".join(hidden).encode()))
        self.session.save()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open_paths(dropped_paths(event.mimeData()))

    def _views(self) -> Views:
        return Views(
            grid=self.grid,
            loupe=self.loupe,
            compare=CompareView(self._pictures, self._overlays),
            survey=SurveyView(self._pictures, self._overlays),
            filmstrip=self.filmstrip,
        )

    def _full_screen(self) -> FullScreen:
        panels = [(panel, self.actions_[id_].isChecked) for id_, panel in self._panels.items()]
        return FullScreen(self, (self.menuBar(), self.top_bar), panels)

    def _parts_for_taste(self) -> Parts:
        return Parts(
            status=self.status,
            indicator=self.indicator,
            browsing=self.browsing,
            viewer=self.viewer,
            chosen=self.chosen,
            why=self.why,
            work=self.work,
            dialogs=self.dialogs,
            reveal_why=self.info.reveal_why,
            image_of=self._small_image,
        )

    def _parts_for_stacks(self) -> StackParts:
        return StackParts(
            groups=self._engine.groups,
            stacks=self.stacks,
            form=self._stack_form,
            button=self._stack_button,
            browsing=self.browsing,
            viewer=self.viewer,
            marking=self.marking,
            status=self.status,
            session=self.session,
        )

    def _lay_out(self) -> None:
        middle = QWidget()
        photos = QVBoxLayout(middle)
        photos.setContentsMargins(0, 0, 0, 0)
        photos.setSpacing(0)
        photos.addWidget(self.banner)
        photos.addWidget(self.viewer, 1)
        for part in (self.folder_tree, middle, self.info):
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
        self.resize(QSize(*_SIZE_PX).boundedTo(self.screen().availableSize()))

    def _bind(self) -> None:
        bind, toggle = self.actions_.bind, self.actions_.bind_toggle
        bind("open", self._choose_folder)
        bind("rescan", self.folder.look_again)
        toggle("subfolders", self.folder.set_recursive)
        bind("export", self._export)
        bind("close", self.close)
        bind("select_all", self.grid.selectAll)
        bind("select_none", self.grid.select_current_only)
        bind("find", self.filter_bar.edit_name)
        bind("palette", self._offer_actions)
        bind("keys", lambda: self.dialogs.keys(self.session.settings.keys, self._choose_keys))
        bind("technical", self.filter_bar.open_technical)
        bind("clear_filter", self.filter_bar.clear)
        toggle("auto_advance", self._set_auto_advance)
        toggle("reopen", lambda on: self.session.change(reopen=on))
        bind("score", self.work.score)
        bind("personalize", self.taste.personalize)
        bind("rate_next", self.taste.rate_next)
        bind("cull", self._cull)
        bind("history", lambda: self.dialogs.history(self.marking))
        bind("statistics", lambda: self.dialogs.statistics(self.browsing.query.filter))
        toggle("why", self._explain)
        bind("back", self._go_back)
        bind("sort_again", self.browsing.sort_again)
        bind("larger", partial(self.grid.enlarge, 1))
        bind("smaller", partial(self.grid.enlarge, -1))
        for id_, panel in self._panels.items():
            toggle(id_, partial(self._show_panel, panel))
        bind("shortcuts", lambda: self.dialogs.shortcuts(self.actions_.specs))
        bind("problems", self._show_problems)
        bind("log_folder", self.dialogs.log_folder)
        bind("about", self.dialogs.about)
        self.folder.helps = {
            Help.OPEN: self._choose_folder,
            Help.CLEAR_FILTER: self.filter_bar.clear,
            Help.INCLUDE_SUBFOLDERS: self.actions_["subfolders"].trigger,
        }

    def _connect(self) -> None:
        self.resuming = Resuming(self.session, self.folder, self.filter_bar, self.viewer, self)
        self._bind_themes()
        self._changes.changed.connect(self._take_changes)
        self._jobs.submitted.connect(self._watch)
        self.browsing.photos_read.connect(self._model.take)
        self.browsing.tallied.connect(self.status.show_tally)
        self.browsing.outdated_changed.connect(self.top_bar.show_outdated)
        self.folder.opened.connect(self._name_folder)
        self.folder.listed.connect(self._count_shown)
        self.views.said.connect(self.status.say)
        self.marking.said.connect(lambda text, undo: self.status.say(text, undoable=undo))
        self.marking.history_changed.connect(self._name_history)
        self.work.imported.connect(lambda _: self.work.score())
        self.filter_bar.changed.connect(self._keep_order)
        self.filter_bar.left.connect(self.viewer.take_focus)
        Distributing(self._engine.browse, self._jobs, self.browsing, self.filter_bar, self)
        self.folder_tree.folder_chosen.connect(lambda folder: self.open_paths([folder]))
        self.top_bar.folder_chosen.connect(lambda folder: self.open_paths([folder]))
        self.top_bar.forget_recent.connect(self._forget_recent)
        self.top_bar.thumbnail_px_chosen.connect(self.grid.set_thumbnail_px)
        self.grid.thumbnail_px_changed.connect(self.top_bar.show_thumbnail_px)
        self.grid.selection_changed.connect(
            lambda: self.status.show_selected(len(self.grid.selected_ids))
        )
        self.grid.visible_changed.connect(lambda _: self._prefer.isActive() or self._prefer.start())
        self._prefer.timeout.connect(lambda: self._engine.scoring.prefer(self.grid.visible_ids))
        self._thumbnails.arrived.connect(self._refresh_histogram)
        self.grid.touched.connect(self.news.forget_beginning)
        self.viewer.photo_changed.connect(self._show_photo)
        self.dialogs.palette.closed.connect(self.viewer.take_focus)
        self.actions_.keys_changed.connect(lambda: self.dialogs.show_new_keys(self.actions_.specs))
        self.session.on_problem = lambda error: self.status.say(str(error))

    def _restore(self) -> None:
        settings = self.session.settings
        _application().installEventFilter(self._caps_lock)
        self.restoreGeometry(self.session.place("window"))
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self._sides.restoreState(self.session.place("sides"))
        self.views.restore()
        self.filter_bar.sort_by(SortKey(settings.sort), descending=settings.descending)
        self.grid.set_thumbnail_px(settings.thumbnail_px)
        self.top_bar.show_thumbnail_px(self.grid.thumbnail_px)
        for id_, on in (
            ("subfolders", settings.recursive),
            ("auto_advance", settings.auto_advance),
            ("reopen", settings.reopen),
            (THEME + settings.theme, True),
        ):
            self.actions_[id_].setChecked(on)
        hidden = bytes(self.session.place("hidden").data()).decode().split()
        for id_, panel in self._panels.items():
            self.actions_[id_].setChecked(id_ not in hidden)
            panel.setVisible(id_ not in hidden)
        self._show_recent()
        self.actions_.enable_for_photo(False)
        self.marking.look_at_history()
        self.personalizing.begin()
        self.folder.explain_emptiness()
        problems = [*self._engine.problems, *self.actions_.problems]
        self.news.begin_with(" ".join(problems))

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Open folder", str(self.folder.path or Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.open_paths([Path(name)]))
        dialog.open()

    def _name_folder(self, folder: Path) -> None:
        self.setWindowTitle(f"{printable(folder.name) or printable(folder)} - Shortlist")
        self._show_recent()
        self.folder_tree.set_current(folder)
        self.viewer.take_focus()

    def _show_recent(self) -> None:
        self.top_bar.show_recent(self.session.recent_folders)
        self.folder_tree.set_recent(self.session.recent_folders)

    def _forget_recent(self) -> None:
        self.session.forget_folders()
        self._show_recent()

    def _take_changes(self, changes: Changes) -> None:
        self._model.apply(changes)
        self.browsing.apply(changes)
        self.personalizing.apply(changes)
        self.stacks.apply(changes)

    def _count_shown(self, count: int) -> None:
        self.actions_.enable_for_photo(count > 0)
        self.status.show_shown(count)

    def _go_back(self) -> None:
        """From full screen, a large view, several selected photos, then from chosen photos."""
        if self.views.leave_full_screen():
            return
        is_plain = self.viewer.mode is Mode.GRID and len(self.grid.selected_ids) <= 1
        if self.chosen.active and is_plain:
            self.chosen.leave()
        else:
            self.viewer.go_back()

    def _explain(self, on: bool) -> None:
        """Beside the photo there is more to it than over it, so the panel comes too."""
        if on and not self.actions_["info_panel"].isChecked():
            self.actions_["info_panel"].trigger()
        self.taste.explain(on)

    def _goes_on(self) -> bool:
        return self.session.settings.auto_advance or self._caps_lock.is_on

    def _show_photo(self, photo: Photo | None) -> None:
        self.info.show_photo(photo, self._small_image(photo), self._engine.scoring.meaning)
        if photo is not None and photo.metadata.taken_at is not None:
            self.filter_bar.suggest_day(photo.metadata.taken_at.date())

    def _refresh_histogram(self, id_: PhotoId) -> None:
        photo = self.viewer.current
        if photo is not None and photo.id == id_:
            self.info.set_image(self._small_image(photo))

    def _small_image(self, photo: Photo | None) -> QImage | None:
        pixmap = self._thumbnails.pixmap(photo) if photo is not None else None
        return None if pixmap is None else pixmap.toImage()

    def _watch(self, job: Job) -> None:
        """No failure is silent: what the user can understand is said, the rest is a bug."""
        job.failed.connect(lambda error: self._report(error, silently=job.told_by_owner))

    def _report(self, error: Exception, *, silently: bool) -> None:
        if isinstance(error, CoreError):
            if not silently:
                self.status.say(f"{error} {error.hint}".strip())
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def _name_history(self, undo: str, redo: str) -> None:
        for id_, verb, text in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.actions_[id_].setText(f"{verb}: {text}" if text else verb)
            self.actions_[id_].setEnabled(bool(text))

    def _show_problems(self) -> None:
        self.dialogs.problems(self.work.problems)

    def _cull(self) -> None:
        self.dialogs.cull(
            self.browsing.query.filter,
            self.marking,
            self._changes.changed,
            lambda title, reasons: self.chosen.show(Choice(title, reasons)),
        )

    def _export(self) -> None:
        self.dialogs.export(self.browsing.query.filter, self.viewer.targets)

    def _show_panel(self, panel: QWidget, shown: bool) -> None:
        """The focus of a panel that goes belongs to the photographs again."""
        had_focus = panel.isAncestorOf(_application().focusWidget() or self)
        panel.setVisible(shown)
        if had_focus:
            self.viewer.take_focus()

    def _set_auto_advance(self, on: bool) -> None:
        self.session.change(auto_advance=on)
        self.status.say("Ratings go on to the next photo." if on else "Ratings stay on the photo.")

    def _keep_order(self) -> None:
        order = self.filter_bar.order()
        self.session.change(sort=order.key.value, descending=order.descending)

    def _offer_actions(self) -> None:
        folders = self.session.recent_folders
        self.dialogs.palette.open(
            entries(self.actions_, folders, lambda folder: self.open_paths([folder]))
        )

    def _choose_keys(self, keys: Mapping[str, str]) -> None:
        self.session.change(keys=MappingProxyType(dict(keys)))
        self.session.save()
        self.actions_.rebind(keys)

    def _bind_themes(self) -> None:
        wardrobe = Wardrobe(_application(), self.session.settings.theme, self)
        wardrobe.changed.connect(self._dress)
        for name in THEME_NAMES:
            self.actions_.bind(THEME + name, partial(self._choose_theme, wardrobe, name))

    def _choose_theme(self, wardrobe: Wardrobe, name: str) -> None:
        self.session.change(theme=name)
        wardrobe.wear(name)

    def _dress(self, theme: Theme) -> None:
        self._delegate.dress(theme)
        self.filmstrip.dress(theme)
        self.grid.viewport().update()


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
