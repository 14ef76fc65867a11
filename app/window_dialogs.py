"""Opens the dialogs of the window; none of them is modal, so none blocks a cull."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, SignalInstance
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from app.actions import ActionSpec
from app.dialogs.about_dialog import AboutDialog
from app.dialogs.cull_dialog import CullDialog
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.fitting import fit_to_screen
from app.dialogs.history_dialog import HistoryDialog
from app.dialogs.keys_dialog import KeysDialog
from app.dialogs.personalize_dialog import Learned, PersonalizeDialog
from app.dialogs.problems_dialog import ProblemsDialog
from app.dialogs.shortcut_sheet import ShortcutSheet
from app.dialogs.statistics_dialog import StatisticsDialog
from app.jobs import JobRunner
from app.marking import Marking
from app.palette.command_palette import CommandPalette
from app.panels.photo_tiles import TilePictures
from app.personalizing import Personalizing
from core.photo import Filter, PhotoId
from core.services.engine import Engine


class WindowDialogs:
    """At most one dialog of each kind, in front of the window."""

    def __init__(self, engine: Engine, jobs: JobRunner, window: QWidget) -> None:
        self._engine = engine
        self._jobs = jobs
        self._window = window
        self._open: dict[str, QDialog] = {}
        self._target: Path | None = None  # of the last export
        self._pictures = TilePictures(engine.previews, jobs, window)
        self.palette = CommandPalette(window)

    def close(self) -> None:
        """The window closes: fetch nothing more."""
        self._pictures.close()

    def export(self, scope: Filter, chosen: Sequence[PhotoId]) -> None:
        """Copy photos of a filter; an export that still copies comes back instead."""

        def make() -> ExportDialog:
            dialog = ExportDialog(self._engine.export, self._jobs, scope, chosen, self._window)
            if self._target is not None:
                dialog.set_target(self._target)
            dialog.target_chosen.connect(self._remember_target)
            return dialog

        self._show("export", make)

    def cull(
        self,
        scope: Filter,
        marking: Marking,
        changes: SignalInstance,
        show: Callable[[str, Mapping[PhotoId, str]], object],
    ) -> None:
        """Propose what to keep of a filter's photos; `show` shows some of them, with reasons."""

        def make() -> CullDialog:
            dialog = CullDialog(self._engine.cull, marking, self._jobs, scope, self._window)
            changes.connect(dialog.apply)
            dialog.shown.connect(show)
            return dialog

        self._show("cull", make)

    def history(self, marking: Marking) -> None:
        """Every step that can be undone or redone."""
        self._show("history", lambda: HistoryDialog(marking, self._window))

    def statistics(self, scope: Filter) -> None:
        """A filter's photos in numbers."""
        statistics = self._engine.statistics
        self._show(
            "statistics", lambda: StatisticsDialog(statistics, self._jobs, scope, self._window)
        )

    def personalize(
        self,
        personalizing: Personalizing,
        suggest: Callable[[], object],
        show_moved: Callable[[PhotoId, Learned], object],
    ) -> None:
        """Learn from the ratings; what is being learned or decided on comes back instead."""

        def make() -> PersonalizeDialog:
            engine = self._engine
            dialog = PersonalizeDialog(
                engine.personalize,
                personalizing,
                engine.browse,
                self._pictures,
                self._jobs,
                self._window,
            )
            dialog.suggestions_asked.connect(suggest)
            dialog.photo_chosen.connect(show_moved)
            return dialog

        self._show("personalize", make)
        personalizing.begin()

    def keys(self, keys: Mapping[str, str], change: Callable[[Mapping[str, str]], object]) -> None:
        """Choose which key does what; `change` puts a choice in force."""

        def make() -> KeysDialog:
            dialog = KeysDialog(keys, self._window)
            dialog.changed.connect(change)
            return dialog

        self._show("keys", make)

    def show_new_keys(self, actions: Sequence[ActionSpec]) -> None:
        """The list of keys, where it is open, tells the new ones."""
        sheet = self._open.get("shortcuts")
        if isinstance(sheet, ShortcutSheet):
            sheet.show_actions(actions)

    def shortcuts(self, actions: Sequence[ActionSpec]) -> None:
        """Every key there is."""
        self._show("shortcuts", lambda: ShortcutSheet(actions, self._window))

    def problems(self, problems: Sequence[tuple[str, str]]) -> None:
        """The files that could not be read, and why."""
        self._show("problems", lambda: ProblemsDialog(problems, self._window))

    def about(self) -> None:
        """Version, model, licences."""
        model = self._engine.scoring.model
        self._show("about", lambda: AboutDialog(self._engine.paths, model, self._window))

    def log_folder(self) -> None:
        """The folder of the log files, in the system's file browser."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._engine.paths.logs)))

    def _show(self, kind: str, make: Callable[[], QDialog]) -> None:
        """Replace an earlier dialog of this kind, which may show what is no longer so."""
        if (old := self._open.get(kind)) is not None:
            old.reject()
        dialog = self._open.get(kind)  # still there: it refused, since it copies
        if dialog is None:
            dialog = self._open[kind] = make()
            fit_to_screen(dialog)
            dialog.finished.connect(lambda _: self._forget(kind))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, kind: str) -> None:
        self._open.pop(kind).deleteLater()

    def _remember_target(self, folder: Path) -> None:
        self._target = folder
