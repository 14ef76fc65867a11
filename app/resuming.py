"""Goes on where the last session ended: folder, filter, photo, grid or loupe."""

from PySide6.QtCore import QByteArray, QObject

from app.left_off import LeftOff
from app.modes.view_mode import Mode
from app.opened_folder import OpenedFolder
from app.panels.filter_bar import FilterBar
from app.session import Session
from app.viewer import Viewer

_PLACE = "left_off"  # what the session calls it


class Resuming(QObject):
    """Only the folder is ever waited for, on a worker; one that is gone costs a sentence."""

    def __init__(
        self,
        session: Session,
        folder: OpenedFolder,
        filter_bar: FilterBar,
        viewer: Viewer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._filter_bar = filter_bar
        self._viewer = viewer
        self._awaited: LeftOff | None = None  # its photos are being listed
        folder.listed.connect(self._arrive)

    def keep(self) -> None:
        """Remember where the user is; with no folder open, there is nothing to go on with."""
        folder, current = self._folder.path, self._viewer.current
        if folder is None:
            return
        left = LeftOff(
            folder,
            current.path if current is not None else None,
            self._viewer.mode is Mode.LOUPE,
            self._filter_bar.conditions(),
        )
        self._session.keep_place(_PLACE, QByteArray(left.to_bytes()))

    def begin(self) -> None:
        """Open what was open, unless the user wants to begin with nothing."""
        folder = self._session.last_folder
        if folder is None or not self._session.settings.reopen:
            return
        left = LeftOff.from_bytes(bytes(self._session.place(_PLACE).data()))
        if left is None or left.folder != folder:
            left = LeftOff(folder)
        self._awaited = left
        self._filter_bar.show_conditions(left.conditions)
        self._folder.open_paths([folder], current=left.photo)

    def _arrive(self, count: int) -> None:
        left, self._awaited = self._awaited, None
        if left is not None and left.folder == self._folder.path and left.in_loupe and count:
            self._viewer.show_loupe()
