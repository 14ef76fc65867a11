"""Keeps a dialog within its screen: smaller where it can be, scrolled where it cannot."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QScrollArea, QVBoxLayout, QWidget

_HAS_SIZE = Qt.WidgetAttribute.WA_Resized
_GROWS = (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
_FRAME = QSize(16, 48)  # what the system draws around a window, and a little air


def fit(dialog: QDialog, room: QSize) -> None:
    """Make a dialog no larger than `room`, which is in device-independent pixels.

    Where its parts need more, they scroll; its buttons at the foot stay in sight.
    """
    # One without a size of its own gets one from its parts as it is shown.
    wanted = dialog.size() if dialog.testAttribute(_HAS_SIZE) else dialog.sizeHint()
    if wanted.boundedTo(room) != wanted:
        dialog.resize(wanted.boundedTo(room))
    if _is_beyond(dialog, room):
        _let_scroll(dialog)
        dialog.resize(wanted.boundedTo(room))
    else:
        _Growth(dialog, room)


def fit_to_screen(dialog: QDialog) -> None:
    """Make a dialog no larger than the screen it is going to be on."""
    parent = dialog.parentWidget()
    screen = parent.screen() if parent is not None else dialog.screen()
    fit(dialog, screen.availableSize() - _FRAME)


class _Growth(QObject):
    """Looks again whenever a part comes or gets other words."""

    def __init__(self, dialog: QDialog, room: QSize) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._room = room
        dialog.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _GROWS and _is_beyond(self._dialog, self._room):
            self._dialog.removeEventFilter(self)
            _let_scroll(self._dialog)
            self._dialog.resize(self._dialog.size().boundedTo(self._room))
        return False


def _is_beyond(dialog: QDialog, room: QSize) -> bool:
    least = _least(dialog, room.width()).expandedTo(dialog.minimumSize())
    is_less = least.width() <= room.width() and least.height() <= room.height()
    return not is_less or _was_made_higher(dialog, room)


def _was_made_higher(dialog: QDialog, room: QSize) -> bool:
    """Qt gives words that break their height; whoever pulls it larger gives more than that."""
    layout = dialog.layout()
    if layout is None or not dialog.testAttribute(_HAS_SIZE):
        return False
    return room.height() < dialog.height() <= layout.totalHeightForWidth(dialog.width())


def _least(dialog: QDialog, width: int) -> QSize:
    """What the parts need; words that break into more lines need more height."""
    least, layout = dialog.minimumSizeHint(), dialog.layout()
    if layout is None or not layout.hasHeightForWidth():
        return least
    return least.expandedTo(QSize(0, layout.minimumHeightForWidth(min(width, dialog.width()))))


def _let_scroll(dialog: QDialog) -> None:
    layout = dialog.layout()
    if layout is None:
        return
    last = layout.itemAt(layout.count() - 1)
    foot = last.widget() if last is not None else None
    inside = QWidget()
    area = QScrollArea(dialog)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its parts have it, and scroll into view
    inside.setLayout(layout)  # takes the parts along
    area.setWidget(inside)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(area, 1)
    if isinstance(foot, QDialogButtonBox):
        margins = layout.contentsMargins()
        layout.removeWidget(foot)
        foot.setContentsMargins(margins.left(), 0, margins.right(), margins.bottom())
        column.addWidget(foot)
    dialog.setMinimumSize(0, 0)  # the former layout's
    column.activate()
