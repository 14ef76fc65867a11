"""Whose taste the scores are of, and whether there are enough ratings to learn from."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.panels.elided_button import ElidedButton
from core.services.personalize import Profile, Readiness

_NAME_PX = 190  # of the model in force, at most
_MENU_CHARACTERS = 60


class TasteIndicator(QWidget):
    """Quiet: nothing is shown before the first rating, and no model before there is a choice."""

    asked = Signal()  # to personalize
    profile_chosen = Signal(object)  # ProfileId or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ratings = ElidedButton(Qt.TextElideMode.ElideRight, self)
        self._model = ElidedButton(Qt.TextElideMode.ElideMiddle, self)
        self._menu = QMenu(self)
        self._build()

    @property
    def ratings_text(self) -> str:
        """What is said of the ratings."""
        return self._ratings.full_text

    @property
    def model_text(self) -> str:
        """The model in force, as it is named here."""
        return self._model.full_text

    def show_readiness(self, readiness: Readiness) -> None:
        """Say how many ratings there are and what they suffice for."""
        self._ratings.set_full_text(
            readiness.sentence, self.tr("Click to let the scores learn from your ratings.")
        )
        self._ratings.setVisible(readiness.level != "none")

    def show_profiles(self, profiles: Sequence[Profile]) -> None:
        """Name the model in force and offer the others."""
        in_force = next((one for one in profiles if one.in_force), None)
        self._model.setVisible(len(profiles) > 1)
        name = in_force.name if in_force is not None else ""
        self._model.set_full_text(
            self.tr("Model: {name}").format(name=name), self.tr("Click to use another model.")
        )
        self._menu.clear()
        group = QActionGroup(self._menu)
        for profile in profiles:
            group.addAction(self._entry(profile))
        self._menu.addActions(group.actions())
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Personalize…"), self.asked.emit)

    def _entry(self, profile: Profile) -> QAction:
        name = profile.name
        if len(name) > _MENU_CHARACTERS:
            half = _MENU_CHARACTERS // 2
            name = f"{name[:half]}…{name[-half:]}"
        action = QAction(name.replace("&", "&&"), self._menu, checkable=True)
        action.setChecked(profile.in_force)
        action.triggered.connect(lambda: self.profile_chosen.emit(profile.id))
        return action

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._ratings)
        layout.addWidget(self._model)
        self._model.setMaximumWidth(_NAME_PX)
        self._model.setMenu(self._menu)
        self._model.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._ratings.clicked.connect(self.asked)
        self._ratings.hide()
        self._model.hide()
