"""The actions of one window as Qt knows them, made from the table; their keys can change."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions import ADVANCE, ActionSpec
from app.keys import rebound, tooltip, twin_keys


class ActionSet(QObject):
    """The QActions of one window.

    A key without a twin is there too, since the user may give it one while the window is open.
    """

    keys_changed = Signal()

    def __init__(self, window: QWidget, viewer: QWidget, keys: Mapping[str, str]) -> None:
        super().__init__(window)
        self.specs, self.problems = rebound(keys)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for spec in self.specs:
            self._add(spec.id, spec, viewer if spec.viewer else window)
            if spec.advances:
                self._add(spec.id + ADVANCE, spec, window)
        self._give_keys()

    def __getitem__(self, id_: str) -> QAction:
        return self._actions[id_]

    @property
    def all(self) -> list[QAction]:
        """Every action, for another window in which the keys shall count too."""
        return list(self._actions.values())

    def has(self, id_: str) -> bool:
        """Whether there is such an action."""
        return id_ in self._actions

    def rebind(self, keys: Mapping[str, str]) -> None:
        """Put other keys in force at once, in every window that has these actions."""
        self.specs, self.problems = rebound(keys)
        self._give_keys()
        self.keys_changed.emit()

    def bind(self, id_: str, handler: Callable[[], object]) -> None:
        """Call `handler` when the action is triggered."""
        self._actions[id_].triggered.connect(lambda *_: handler())

    def bind_toggle(self, id_: str, handler: Callable[[bool], object]) -> None:
        """Call `handler` when a checkable action is switched by the user."""
        self._actions[id_].triggered.connect(lambda checked: handler(bool(checked)))

    def of_menu(self, menu: str) -> Iterator[tuple[ActionSpec, QAction]]:
        """The actions of a menu in the table's order."""
        return ((spec, self._actions[spec.id]) for spec in self.specs if spec.menu == menu)

    def enable_for_photo(self, available: bool) -> None:
        """Switch everything that needs a photo to act on."""
        for spec in self.specs:
            if spec.needs_photo:
                self._actions[spec.id].setEnabled(available)
                if self.has(spec.id + ADVANCE):
                    self._actions[spec.id + ADVANCE].setEnabled(available)

    def _add(self, id_: str, spec: ActionSpec, owner: QWidget) -> None:
        action = QAction(spec.text, self)
        action.setObjectName(id_)
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if spec.viewer
            else Qt.ShortcutContext.WindowShortcut
        )
        action.setCheckable(spec.checkable)
        action.setStatusTip(spec.tip)
        if spec.one_of:
            group = self._groups.setdefault(spec.one_of, QActionGroup(self))
            action.setCheckable(True)
            group.addAction(action)
        owner.addAction(action)
        self._actions[id_] = action

    def _give_keys(self) -> None:
        """All lose theirs first: for no moment two have the same."""
        for action in self._actions.values():
            action.setShortcuts([])
        for spec in self.specs:
            _give(self._actions[spec.id], spec.keys)
            self._actions[spec.id].setToolTip(tooltip(spec))
            if spec.advances:
                _give(self._actions[spec.id + ADVANCE], twin_keys(spec))
                self._actions[spec.id + ADVANCE].setToolTip(tooltip(spec))


def _give(action: QAction, keys: Sequence[str]) -> None:
    action.setShortcuts([QKeySequence(key) for key in keys])
