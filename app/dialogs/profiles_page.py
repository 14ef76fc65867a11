"""Keeping models: use, rename, forget, export, import."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.dialogs.profile_table import ProfileTable
from app.dialogs.words import text_label
from app.jobs import Job
from app.personalizing import Personalizing
from core.errors import CoreError, printable
from core.services.personalize import Profile

SUFFIX = ".shortlist-taste"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


class ProfilesPage(QWidget):
    """The table of models, and what can be done with the chosen one."""

    def __init__(self, personalizing: Personalizing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._personalizing = personalizing
        self._table = ProfileTable(self)
        self._message = text_label(self, quiet=True)
        self._use = QPushButton(self.tr("Use"), self)
        self._rename = QPushButton(self.tr("Rename"), self)
        self._export = QPushButton(self.tr("Export…"), self)
        self._import = QPushButton(self.tr("Import…"), self)
        self._forget = QPushButton(self.tr("Forget"), self)
        self._question = QWidget(self)
        self._question_text = text_label(self._question)
        self._yes = QPushButton(self.tr("Forget it"), self._question)
        self._no = QPushButton(self.tr("Keep it"), self._question)
        self._build()
        personalizing.profiles_changed.connect(self._table.show_profiles)
        self._table.show_profiles(personalizing.profiles)

    @property
    def message(self) -> str:
        """What happened last."""
        return self._message.text()

    @property
    def table(self) -> ProfileTable:
        """The models."""
        return self._table

    def export_to(self, profile: Profile, target: Path) -> None:
        """Write a profile into a file."""
        if profile.id is None:
            return
        if target.suffix != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        done = self.tr("“{name}” was written to {file}.").format(
            name=profile.name, file=printable(target.name)
        )
        self._tell(self._personalizing.export_profile(profile.id, target), done)

    def import_from(self, source: Path) -> None:
        """Add the profile of a file."""
        job = self._personalizing.import_profile(source)
        self._tell(job, "")
        job.succeeded.connect(
            lambda profile: self._say(
                self.tr("“{name}” was added. It is not in use yet.").format(name=profile.name)
            )
        )

    def _begin(self, act: Callable[[], object]) -> None:
        """What was said belongs to what was done before."""
        self._say("")
        act()

    def _take_choice(self, profile: Profile | None) -> None:
        own = profile is not None and profile.id is not None
        self._use.setEnabled(profile is not None and not profile.in_force)
        for button in (self._rename, self._export, self._forget):
            button.setEnabled(own)
        self._question.hide()

    def _use_chosen(self) -> None:
        if (profile := self._table.current) is not None and not profile.in_force:
            self._tell(self._personalizing.use(profile.id, told_by_owner=True), "")

    def _ask_to_forget(self) -> None:
        if (profile := self._table.current) is None or profile.id is None:
            return
        self._question_text.setText(
            self.tr(
                "Forget “{name}”? It cannot be brought back, unless you exported it before. "
                "Your ratings stay."
            ).format(name=profile.name)
        )
        self._question.show()
        self._no.setFocus()

    def _forget_chosen(self) -> None:
        profile = self._table.current
        self._question.hide()
        self._table.setFocus()
        if profile is not None and profile.id is not None:
            done = self.tr("“{name}” was forgotten.").format(name=profile.name)
            self._tell(self._personalizing.forget(profile.id), done)

    def _keep(self) -> None:
        self._question.hide()
        self._forget.setFocus()

    def _ask_where_to(self) -> None:
        if (profile := self._table.current) is None:
            return
        name = _NOT_IN_NAMES.sub("-", profile.name).strip(". ") or "taste"
        dialog = self._file_dialog(self.tr("Export the model"), str(Path.home() / (name + SUFFIX)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda file: self.export_to(profile, Path(file)))
        dialog.open()

    def _ask_which(self) -> None:
        dialog = self._file_dialog(self.tr("Import a model"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.import_from(Path(file)))
        dialog.open()

    def _file_dialog(self, title: str, where: str) -> QFileDialog:
        names = self.tr("Shortlist models (*{suffix})").format(suffix=SUFFIX)
        dialog = QFileDialog(self, title, where, names)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _tell(self, job: Job, done: str) -> None:
        job.succeeded.connect(lambda _: self._say(done))
        job.failed.connect(self._complain)

    def _complain(self, error: Exception) -> None:
        if isinstance(error, CoreError):
            self._say(f"{error} {error.hint}".strip())

    def _say(self, message: str) -> None:
        self._message.setText(message)
        self._message.setVisible(bool(message))

    def _build(self) -> None:
        self._question.hide()
        self._message.hide()
        self._table.chosen.connect(self._take_choice)
        self._table.doubleClicked.connect(lambda _: self._use_chosen())
        self._table.profiles.renamed.connect(
            lambda id_, name: self._tell(self._personalizing.rename(id_, name), "")
        )
        for button, pressed, tip in (
            (self._use, self._use_chosen, self.tr("Score every photo with this model")),
            (self._rename, self._table.edit_name, self.tr("Give it another name (F2)")),
            (self._export, self._ask_where_to, self.tr("Write it into one small file")),
            (self._import, self._ask_which, self.tr("Add a model from a file")),
            (self._forget, self._ask_to_forget, self.tr("Remove it from this computer")),
            (self._yes, self._forget_chosen, ""),
            (self._no, self._keep, ""),
        ):
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, act=pressed: self._begin(act))
        question = QHBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        question.addWidget(self._question_text, 1)
        question.addWidget(self._yes)
        question.addWidget(self._no)
        line = QHBoxLayout()
        for button in (self._use, self._rename, self._export, self._import):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self._forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 12, 4, 0)
        column.setSpacing(8)
        column.addWidget(self._table, 1)
        column.addWidget(self._message)
        column.addWidget(self._question)
        column.addLayout(line)
