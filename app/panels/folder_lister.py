"""Lists folders and volumes on threads that may hang without anybody waiting for them.

A network drive that went away blocks the thread that asks for it, sometimes for minutes. Each
question therefore has its own daemon thread: the window goes on and the program can end.
QFileSystemModel is not used, because it asks about the path itself on the GUI thread.
"""

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

_LOOK_EVERY_MS = 20  # while something is asked
_REMOVABLE_ROOTS = ("/media/", "/mnt/", "/run/media/", "/Volumes/")


@dataclass(frozen=True, slots=True)
class Listing:
    """The folders in a folder, or why they are not known."""

    folder: Path
    children: tuple[Path, ...] = ()
    problem: str = ""  # a short phrase


Answer = Listing | tuple[Path, ...]


class FolderLister(QObject):
    """Answers on the GUI thread, in whatever order the disks answer."""

    listed = Signal(object)  # Listing
    volumes_found = Signal(object)  # tuple[Path, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: set[Path] = set()
        self._looking_for_volumes = False
        # A thread that emitted into a window which is being destroyed would end the process,
        # and a disk can take minutes to answer: hence a queue that is looked into from here.
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._waiting = 0
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._deliver)

    def list(self, folder: Path) -> None:
        """Ask for the folders in `folder`; `listed` follows, once however often it was asked."""
        if folder not in self._asked:
            self._asked.add(folder)
            self._ask(lambda: list_folders(folder))

    def find_volumes(self) -> None:
        """Ask for the drives and cards that are there now."""
        if not self._looking_for_volumes:
            self._looking_for_volumes = True
            self._ask(mounted_volumes)

    def _ask(self, question: Callable[[], Answer]) -> None:
        answers = self._answers  # the thread must not keep the lister itself alive
        self._waiting += 1
        self._look.start()
        threading.Thread(
            target=lambda: answers.put(question()), name="folders", daemon=True
        ).start()

    def _deliver(self) -> None:
        while not self._answers.empty():
            answer = self._answers.get()
            self._waiting -= 1
            if isinstance(answer, Listing):
                self._on_listed(answer)
            else:
                self._on_volumes(answer)
        if not self._waiting:
            self._look.stop()

    def _on_listed(self, answer: Listing) -> None:
        self._asked.discard(answer.folder)
        self.listed.emit(answer)

    def _on_volumes(self, answer: tuple[Path, ...]) -> None:
        self._looking_for_volumes = False
        self.volumes_found.emit(answer)


def list_folders(folder: Path) -> Listing:
    """The folders in `folder` by name; hidden ones and what a system keeps for itself left out."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_shown(entry)]
    except OSError as error:
        return Listing(folder, problem=(error.strerror or str(error)).lower())
    return Listing(folder, tuple(folder / name for name in sorted(names, key=str.casefold)))


def mounted_volumes() -> tuple[Path, ...]:
    """Where a photographer would look, read without touching the drives themselves.

    The root comes last: photographs also lie outside the home folder and not on a card.
    """
    import psutil  # 15 ms, and not on the way to the first window

    points = [partition.mountpoint for partition in psutil.disk_partitions(all=False)]
    if sys.platform == "win32":
        return tuple(Path(point) for point in sorted(set(points)))
    removable = {point for point in points if point.startswith(_REMOVABLE_ROOTS)}
    return (*(Path(point) for point in sorted(removable)), Path("/"))


def _is_shown(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "$", "@")) or entry.name == "__MACOSX":
        return False
    try:
        return entry.is_dir()
    except OSError:
        return False
