"""A window for a second monitor: the photo that keys act on, large, whatever the first shows."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QByteArray, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.loupe.loupe_view import LoupeView
from app.loupe.pictures import Pictures
from app.overlays.overlays import Overlays
from core.photo import Photo

_SHARE = 0.7  # of the screen, where there is only one


class SecondWindow(QWidget):
    """Has all keys of the first window. Zoom and place are its own."""

    closed = Signal()
    came_back = Signal()  # its monitor is gone; it is on that of the first window now

    def __init__(
        self,
        pictures: Pictures,
        overlays: Overlays,
        actions: Iterable[QAction],
        first: QWidget,
    ) -> None:
        super().__init__(first, Qt.WindowType.Window)
        self._first = first
        self.loupe = LoupeView(pictures, overlays, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.loupe)
        self.addActions(list(actions))
        self.setWindowTitle(self.tr("Second window - Shortlist"))
        self.setFocusProxy(self.loupe)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # keys stay in the first
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._look_for_screen)

    def open(self, place: QByteArray) -> None:
        """Show it where it was, else on another monitor than the first window."""
        if not place or not self.restoreGeometry(place) or not self._is_on_a_screen():
            self._take_other_screen()
        self.show()

    def show_photo(self, photo: Photo | None, ahead: Sequence[Photo]) -> None:
        """Show another photo."""
        self.loupe.show_photo(photo, ahead)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _take_other_screen(self) -> None:
        here = self._first.screen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not here), None)
        if other is None:
            self.setGeometry(_inside(here))
        else:
            self.setGeometry(other.availableGeometry())
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _look_for_screen(self, _gone: QScreen) -> None:
        """The system moves windows itself, or forgets them; look once it has done so."""
        QTimer.singleShot(0, self, self._come_back)

    def _come_back(self) -> None:
        if self.isVisible() and not self._is_on_a_screen():
            self.setWindowState(Qt.WindowState.WindowNoState)
            self.setGeometry(_inside(self._first.screen()))
            self.came_back.emit()

    def _is_on_a_screen(self) -> bool:
        middle = self.geometry().center()
        return any(screen.geometry().contains(middle) for screen in QGuiApplication.screens())


def _inside(screen: QScreen) -> QRect:
    area = screen.availableGeometry()
    place = QRect(0, 0, round(area.width() * _SHARE), round(area.height() * _SHARE))
    place.moveCenter(area.center())
    return place
