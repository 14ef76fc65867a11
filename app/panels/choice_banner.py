"""The line above photos that were chosen one by one: why these, and the way back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.panels.elided_label import ElidedLabel


class ChoiceBanner(QWidget):
    """Says what the photos are, why the current one is among them, and offers what follows."""

    left = Signal()
    followed = Signal()  # what the second button offers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Chosen photos"))
        self._title = ElidedLabel("", self)
        self._reason = ElidedLabel("", self)
        self._follow = QPushButton(self)
        self._back = QPushButton(self.tr("Back to all photos"), self)
        self._build()
        self.hide()

    @property
    def title(self) -> str:
        """What the photos are."""
        return self._title.full_text

    @property
    def reason(self) -> str:
        """Why the current one is among them."""
        return self._reason.full_text

    def say(self, title: str, reason: str) -> None:
        """Name the photos and say why the current one is among them."""
        self._title.set_full_text(title)
        self._reason.set_full_text(reason)

    def offer(self, follow: str) -> None:
        """What can be done after these photos; an empty text offers nothing."""
        self._follow.setText(follow)
        self._follow.setVisible(bool(follow))

    def _build(self) -> None:
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._back.setToolTip(self.tr("Back to all photos (Esc)"))
        self._back.clicked.connect(self.left)
        self._follow.clicked.connect(self.followed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self._title, self._reason):  # beside each other they would both be cut
            words.addWidget(label)
        layout.addLayout(words, 1)
        for button in (self._follow, self._back):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoDefault(False)
            layout.addWidget(button)
        self._follow.hide()
