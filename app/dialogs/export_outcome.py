"""What an export will do, and later what it did: two tables and a sentence above them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from app.dialogs.file_table import FileRow, FileTable
from core.errors import printable
from core.services.export import ExportPlan, ExportReport, PlannedCopy, Skipped, in_words

_COPIES, _LEFT_OUT = range(2)


class ExportOutcome(QWidget):
    """Shows a plan or a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        size = self.tr("Size")
        self._copies = FileTable((self.tr("Photo"), self.tr("Copy"), size), self)
        self._left_out = FileTable((self.tr("Photo"), self.tr("Why")), self)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._copies, "")
        self._tabs.addTab(self._left_out, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._sentence)
        layout.addWidget(self._tabs, 1)
        self._name_tabs(self.tr("To copy"), 0, 0)

    @property
    def sentence(self) -> str:
        """What is said above the tables."""
        return self._sentence.text()

    def say(self, sentence: str) -> None:
        """Change only the sentence; the tables keep what they show."""
        self._sentence.setText(sentence)

    def show_nothing(self, sentence: str) -> None:
        """Empty the tables and say why."""
        self._fill((), ())
        self._name_tabs(self.tr("To copy"), 0, 0)
        self.say(sentence)

    def show_plan(self, plan: ExportPlan, unscored: int = 0) -> None:
        """Show a plan; `unscored` photos might have been in it, had they a score."""
        rows = [
            FileRow(copy.source, self._target_text(copy, plan), copy.size_bytes)
            for copy in plan.copies
        ]
        self._fill(rows, plan.skipped)
        self._name_tabs(self.tr("To copy"), len(plan.copies), len(plan.skipped))
        self.say(f"{self._plan_text(plan)} {self._unscored_text(unscored)}".rstrip())
        self._tabs.setCurrentIndex(_COPIES if plan.copies or not plan.skipped else _LEFT_OUT)

    def show_report(self, report: ExportReport, target: Path) -> None:
        rows = [
            FileRow(copy.source, _below(copy.target, target), copy.size_bytes)
            for copy in report.copied
        ]
        self._fill(rows, report.skipped)
        self._name_tabs(self.tr("Copied"), len(report.copied), len(report.skipped))
        self.say(self._report_text(report, target))
        failed = [skipped for skipped in report.skipped if not skipped.already_there]
        self._tabs.setCurrentIndex(_LEFT_OUT if failed else _COPIES)

    def _plan_text(self, plan: ExportPlan) -> str:
        if plan.problem:
            return plan.problem
        if not plan.copies:
            return self.tr("Nothing to copy: no photo fits the choice.")
        return self.tr("{photos} in {files}, {size}. {free} are free on the disk.").format(
            photos=self._photos(len(plan.photo_ids)),
            files=self._files(len(plan.copies)),
            size=in_words(plan.total_bytes),
            free=in_words(plan.free_bytes),
        )

    def _unscored_text(self, count: int) -> str:
        if not count:
            return ""
        if count == 1:
            return self.tr("1 photo has no score yet and cannot be among the best.")
        return self.tr("{count} photos have no score yet and cannot be among the best.").format(
            count=f"{count:,}"
        )

    def _report_text(self, report: ExportReport, target: Path) -> str:
        photos = len({copy.photo_id for copy in report.copied})
        parts = [self.tr("{photos} copied to {folder}, and every copy compared with its original.")]
        if report.cancelled:
            parts.append(self.tr("You stopped the export; no part of a file was left behind."))
        there = sum(skipped.already_there for skipped in report.skipped)
        if there:
            parts.append(self.tr("There already: {files}.").format(files=self._files(there)))
        failed = len(report.skipped) - there
        if failed:
            parts.append(
                self.tr("Left out: {files}; the list says why.").format(files=self._files(failed))
            )
        if report.csv is not None:
            parts.append(self.tr("The list is {name}.").format(name=printable(report.csv.name)))
        parts[0] = parts[0].format(photos=self._photos(photos), folder=printable(target))
        return " ".join(parts)

    def _photos(self, count: int) -> str:
        return self.tr("1 photo") if count == 1 else self.tr("{n} photos").format(n=f"{count:,}")

    def _files(self, count: int) -> str:
        return self.tr("1 file") if count == 1 else self.tr("{n} files").format(n=f"{count:,}")

    def _target_text(self, copy: PlannedCopy, plan: ExportPlan) -> str:
        name = _below(copy.target, plan.target)
        if not copy.twins:
            return name
        return self.tr("{name}, unless it is there already").format(name=name)

    def _fill(self, rows: Sequence[FileRow], skipped: Iterable[Skipped]) -> None:
        self._copies.show_rows(rows)
        self._left_out.show_rows([FileRow(one.path, one.reason) for one in skipped])

    def _name_tabs(self, copies: str, copied: int, left_out: int) -> None:
        self._tabs.setTabText(_COPIES, f"{copies} ({copied:,})")
        self._tabs.setTabText(_LEFT_OUT, self.tr("Left out") + f" ({left_out:,})")
        self._copies.setAccessibleName(copies)
        self._left_out.setAccessibleName(self.tr("Left out"))


def _below(path: Path, target: Path) -> str:
    return printable(path.relative_to(target) if path.is_relative_to(target) else path)
