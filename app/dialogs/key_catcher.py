"""A field that takes the next key that is pressed, whatever it is."""

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_unknown,
    }
)


class KeyCatcher(QLabel):
    """Listens from `listen` to the next key; then, or when the focus goes, it has done."""

    caught = Signal(str)  # the key as the action table writes it
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listens = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(6)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def listen(self) -> None:
        """Take the focus, and the next key with it."""
        self._listens = True
        self.setFrameShape(QLabel.Shape.Box)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        if self._listens and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # no action shall hear of it
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._listens:
            self._stop()
            self.given_up.emit()

    def _take(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) not in _MODIFIERS:
            self._stop()
            self.caught.emit(name_of(event))

    def _stop(self) -> None:
        self._listens = False
        self.setFrameShape(QLabel.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def name_of(event: QKeyEvent) -> str:
    """The key as the action table writes it; a sign such as ? stands without the Shift it needs."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier  # 5 is 5
    key = Qt.Key(event.key())
    letter = chr(key) if key < Qt.Key.Key_Escape else ""
    if letter and letter.isprintable() and not letter.isalnum() and not letter.isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(modifiers, key)).toString()
