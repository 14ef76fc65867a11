"""What the keys of the views do, and which of their switches the session remembers."""

from functools import partial

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.action_set import ActionSet
from app.full_screen import FullScreen
from app.loupe.pictures import Pictures
from app.modes.view_mode import Mode
from app.overlays.overlays import Overlay, Overlays
from app.second_window import SecondWindow
from app.session import Session
from app.viewer import Viewer
from core.photo import Photo

_SWITCHES = "switches"  # the names of the places where the session keeps them
_SECOND = "second_window"
_SECOND_OPEN = "second_window_open"
_OF_COMPARE = ("make_select", "swap")
_OF_SURVEY = ("take_out",)


class ViewActions(QObject):
    """Binds the actions that choose a view and what is drawn in it."""

    said = Signal(str)

    def __init__(
        self,
        actions: ActionSet,
        viewer: Viewer,
        pictures: Pictures,
        overlays: Overlays,
        full_screen: FullScreen,
        session: Session,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._viewer = viewer
        self._pictures = pictures
        self._overlays = overlays
        self._full_screen = full_screen
        self._session = session
        self._window = window
        self._second: SecondWindow | None = None
        self._bind()
        viewer.mode_changed.connect(self._enable)
        viewer.photo_changed.connect(self._show_in_second)
        viewer.said.connect(self.said)
        self._enable(viewer.mode)

    @property
    def second(self) -> SecondWindow | None:
        """The window on the other monitor, while there is one."""
        return self._second

    def restore(self) -> None:
        """Switch everything as it was at the end of the last session."""
        place = self._session.place(_SWITCHES)
        names = bytes(place.data()).decode().split()
        overlays = [one for one in Overlay if one.value in names]
        self._overlays.show_only(overlays)
        for one in Overlay:
            self._actions[one.value].setChecked(one in overlays)
        with_strip = not place or "filmstrip" in names  # at the first start it is there
        self._actions["filmstrip"].setChecked(with_strip)
        self._viewer.set_filmstrip(with_strip)
        if self._session.place(_SECOND_OPEN):
            self._actions["second_window"].setChecked(True)
            self._switch_second(True)

    def close(self) -> None:
        """Remember the switches; the window is going away."""
        names = [one.value for one in Overlay if one in self._overlays.on]
        names += ["filmstrip"] * self._actions["filmstrip"].isChecked()
        self._session.keep_place(_SWITCHES, QByteArray((" ".join(names) or "-").encode()))
        is_open = self._second is not None
        self._session.keep_place(_SECOND_OPEN, QByteArray(b"1" if is_open else b""))
        self._switch_second(False)

    def leave_full_screen(self) -> bool:
        """Whether there was one to leave."""
        if not self._full_screen.on:
            return False
        self._actions["full_screen"].trigger()
        return True

    def _bind(self) -> None:
        bind, toggle, viewer = self._actions.bind, self._actions.bind_toggle, self._viewer
        bind("grid", viewer.show_grid)
        bind("loupe", viewer.show_loupe)
        bind("compare", viewer.show_compare)
        bind("survey", viewer.show_survey)
        bind("make_select", viewer.comparing.make_select)
        bind("swap", viewer.comparing.swap)
        bind("take_out", viewer.surveying.take_out)
        bind("zoom", viewer.toggle_zoom)
        for overlay in Overlay:
            toggle(overlay.value, partial(self._overlays.switch, overlay))
        toggle("filmstrip", viewer.set_filmstrip)
        toggle("full_screen", self._full_screen.switch)
        toggle("second_window", self._switch_second)

    def _enable(self, mode: Mode) -> None:
        for ids, of in ((_OF_COMPARE, Mode.COMPARE), (_OF_SURVEY, Mode.SURVEY)):
            for id_ in ids:
                self._actions[id_].setEnabled(mode is of)

    def _switch_second(self, on: bool) -> None:
        if on and self._second is None:
            actions: list[QAction] = self._actions.all
            self._second = SecondWindow(self._pictures, self._overlays, actions, self._window)
            self._second.closed.connect(lambda: self._switch_second(False))
            self._second.came_back.connect(
                lambda: self.said.emit(
                    self.tr("The other monitor is gone; the second window is on this one now.")
                )
            )
            self._second.open(self._session.place(_SECOND))
            self._show_in_second(self._viewer.current)
        elif not on and self._second is not None:
            gone, self._second = self._second, None
            self._session.keep_place(_SECOND, gone.saveGeometry())
            self._actions["second_window"].setChecked(False)
            gone.hide()
            self._pictures.leave(gone.loupe)
            gone.deleteLater()

    def _show_in_second(self, photo: Photo | None) -> None:
        if self._second is not None:
            self._second.show_photo(photo, self._viewer.ahead)
