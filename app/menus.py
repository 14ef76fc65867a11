"""The menus of the window, made from the action table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.action_set import ActionSet
from app.actions import MENUS, PHOTO, STARTS_A_GROUP


def fill_menus(bar: QMenuBar, actions: ActionSet, recent: QMenu, viewer: QWidget) -> None:
    """Every action in its menu; `recent` follows "Open", and `viewer` has marks at the mouse."""
    for name in MENUS:
        menu = bar.addMenu(name)
        for spec, action in actions.of_menu(name):
            if spec.id in STARTS_A_GROUP:
                menu.addSeparator()
            _menu_of(menu, spec.one_of).addAction(action)
            if spec.id == "open":
                menu.addMenu(recent)
        if name == PHOTO:
            _offer_at_the_mouse(menu, viewer)


def _offer_at_the_mouse(menu: QMenu, viewer: QWidget) -> None:
    """What can be said of a photo, also under the right button."""
    viewer.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    viewer.customContextMenuRequested.connect(lambda place: menu.popup(viewer.mapToGlobal(place)))


def _menu_of(menu: QMenu, name: str) -> QMenu:
    """The menu itself, or the one of alternatives in it, made where it is first needed."""
    if not name:
        return menu
    found = [sub for sub in menu.findChildren(QMenu) if sub.title() == name]
    return found[0] if found else menu.addMenu(name)
