"""Whose taste the scores are of, and whether there are enough ratings to learn from."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.panels.elided_button import ElidedButton
from core.services.personalize import Profile, Readiness

_NAME_PX = 190  # of the model in force, at most
_COMPACT_NAME_PX = 120
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
        self._readiness: Readiness | None = None
        self._in_force = ""
        self._compact = False
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
        self._readiness = readiness
        self._say()
        self._ratings.setVisible(readiness.marks > 0)

    def show_profiles(self, profiles: Sequence[Profile]) -> None:
        """Name the model in force and offer the others."""
        self._in_force = next((one.name for one in profiles if one.in_force), "")
        self._model.setVisible(len(profiles) > 1)
        self._name_model()
        self._menu.clear()
        group = QActionGroup(self._menu)
        for profile in profiles:
            group.addAction(self._entry(profile))
        self._menu.addActions(group.actions())
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Personalize…"), self.asked.emit)

    def set_compact(self, compact: bool) -> None:
        """Take less room, where other things need it."""
        if compact == self._compact:
            return
        self._compact = compact
        self._ratings.gives_way = not compact
        self._model.setMaximumWidth(_COMPACT_NAME_PX if compact else _NAME_PX)
        self._say()
        self._name_model()

    def _name_model(self) -> None:
        words = "{name}" if self._compact else self.tr("Model: {name}")
        click = self.tr("Click to use another model.")
        self._model.set_full_text(words.format(name=self._in_force), click)

    def _say(self) -> None:
        readiness = self._readiness
        if readiness is None:
            return
        count = self._count(readiness.marks, self.tr("rating"), self.tr("ratings"))
        if not self._compact:
            shoots = self._count(readiness.shoots, self.tr("shoot"), self.tr("shoots"))
            count = self.tr("{ratings} in {shoots}: {enough}").format(
                ratings=count, shoots=shoots, enough=self._enough(readiness)
            )
        click = self.tr("Click to let the scores learn from your ratings.")
        self._ratings.set_full_text(count, f"{readiness.sentence}\n{click}")

    def _enough(self, readiness: Readiness) -> str:
        return {
            "none": self.tr("not enough yet"),
            "few": self.tr("enough to try"),
            "some": self.tr("enough to learn from"),
            "enough": self.tr("plenty to learn from"),
        }[readiness.level]

    def _count(self, number: int, one: str, many: str) -> str:
        return f"{number:,} {one if number == 1 else many}"

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
