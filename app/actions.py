"""Every action of the window as data; menus, tooltips and the `?` sheet are made from it.

A key belongs either to the whole window or only to the viewer (grid, loupe and so on), where
Enter, Space and the arrows mean something else than in a text field or a list.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from core.photo import MAX_STARS

ADVANCE = "+advance"  # ends the id of the twin that also goes on to the next photo

FILE, EDIT, PHOTO, VIEW, GO, HELP = "File", "Edit", "Photo", "View", "Go", "Help"
MENUS = (FILE, EDIT, PHOTO, VIEW, GO, HELP)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing the user can do."""

    id: str
    text: str
    keys: tuple[str, ...]
    menu: str
    tip: str = ""
    icon: str = ""
    checkable: bool = False
    needs_photo: bool = False
    viewer: bool = False  # the keys count only while the grid or the loupe has the focus
    advances: bool = False  # Shift with the key also goes on to the next photo


def _stars(count: int) -> ActionSpec:
    text = "No stars" if count == 0 else "1 star" if count == 1 else f"{count} stars"
    return ActionSpec(f"stars_{count}", text, (str(count),), PHOTO, needs_photo=True, advances=True)


def _mark(id_: str, text: str, key: str) -> ActionSpec:
    return ActionSpec(id_, text, (key,), PHOTO, needs_photo=True, advances=True)


def _go(id_: str, text: str, *keys: str) -> ActionSpec:
    return ActionSpec(id_, text, keys, GO, needs_photo=True, viewer=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Open folder…", ("Ctrl+O",), FILE, "Show the photos of a folder"),
    ActionSpec("rescan", "Look for changes", ("F5",), FILE, "Find new, changed and missing files"),
    ActionSpec("subfolders", "Include sub-folders", ("Ctrl+Shift+R",), FILE, checkable=True),
    ActionSpec(
        "export", "Export picks…", ("Ctrl+Shift+E",), FILE, "Copy the best photos to a folder"
    ),
    ActionSpec("close", "Close window", ("Ctrl+W", "Ctrl+Q"), FILE),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), EDIT),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT),
    ActionSpec("history", "History…", ("Ctrl+H",), EDIT, "Every step, and the way back to it"),
    ActionSpec("select_all", "Select all", ("Ctrl+A",), EDIT, needs_photo=True, viewer=True),
    ActionSpec("select_none", "Select only the current photo", ("Ctrl+D",), EDIT, needs_photo=True),
    ActionSpec("find", "Find by name", ("Ctrl+F",), EDIT, "Type a part of a file name"),
    ActionSpec("clear_filter", "Clear filter", ("Ctrl+L",), EDIT, "Show every photo again"),
    *(_stars(count) for count in range(MAX_STARS + 1)),
    _mark("pick", "Pick", "P"),
    _mark("reject", "Reject", "X"),
    _mark("unpick", "Neither picked nor rejected", "U"),
    _mark("label_red", "Red label", "6"),
    _mark("label_yellow", "Yellow label", "7"),
    _mark("label_green", "Green label", "8"),
    _mark("label_blue", "Blue label", "9"),
    ActionSpec("label_purple", "Purple label", (), PHOTO, needs_photo=True),
    ActionSpec("label_none", "No label", (), PHOTO, needs_photo=True),
    ActionSpec(
        "auto_advance",
        "Go on after rating",
        ("Ctrl+Shift+A",),
        PHOTO,
        "Show the next photo after each rating, as Shift or Caps Lock do",
        checkable=True,
    ),
    ActionSpec("score", "Score photos", ("Ctrl+R",), PHOTO, "Score what has no score yet"),
    ActionSpec(
        "cull", "Cull assistant…", ("Ctrl+Shift+K",), PHOTO, "Propose what to keep of what is shown"
    ),
    ActionSpec(
        "personalize", "Personalize…", ("Ctrl+Shift+P",), PHOTO, "Let the scores learn your taste"
    ),
    ActionSpec(
        "rate_next",
        "Rate these next",
        ("Ctrl+Shift+N",),
        PHOTO,
        "Show the photos whose ratings would teach most",
    ),
    ActionSpec("grid", "Grid", ("G",), VIEW),
    ActionSpec("loupe", "Loupe", ("E", "Return", "Enter"), VIEW, needs_photo=True, viewer=True),
    ActionSpec(
        "compare",
        "Compare",
        ("C",),
        VIEW,
        "See the current photo beside the next selected one, or the next there is",
        needs_photo=True,
    ),
    ActionSpec(
        "survey", "Survey", ("N",), VIEW, "See 2 to 9 selected photos at once", needs_photo=True
    ),
    ActionSpec("back", "Back to the grid", ("Esc",), VIEW, viewer=True),
    ActionSpec(
        "make_select",
        "Make the candidate the select",
        ("S",),
        VIEW,
        "In compare: keep the candidate as the best so far, and go on to the next",
    ),
    ActionSpec("swap", "Swap select and candidate", ("Shift+S",), VIEW),
    ActionSpec(
        "take_out",
        "Take out of the survey",
        ("T",),
        VIEW,
        "In survey: leave this photo out; it stays in its folder",
    ),
    ActionSpec(
        "zoom",
        "Zoom to 1:1 and back",
        ("Z",),
        VIEW,
        "See every pixel, first at the focus point or the subject",
        needs_photo=True,
    ),
    ActionSpec(
        "why",
        "Why this score",
        ("W",),
        VIEW,
        "Show what made the score, over the photo and beside it",
        checkable=True,
        needs_photo=True,
    ),
    ActionSpec("histogram", "Histogram", ("H",), VIEW, "Draw the tones", checkable=True),
    ActionSpec(
        "clipping",
        "Clipping warnings",
        ("J",),
        VIEW,
        "Red where lights are burnt out, blue where shadows are black",
        checkable=True,
    ),
    ActionSpec(
        "focus_peaking",
        "Focus peaking",
        ("D",),
        VIEW,
        "Green where the photo is sharpest",
        checkable=True,
    ),
    ActionSpec(
        "af_point", "AF point", ("A",), VIEW, "Show where the camera focused", checkable=True
    ),
    ActionSpec(
        "thirds", "Rule of thirds", ("O",), VIEW, "Draw lines at the thirds", checkable=True
    ),
    ActionSpec("sort_again", "Sort again", ("R",), VIEW, "Put new scores in their order"),
    ActionSpec("larger", "Larger thumbnails", ("+", "=", "Ctrl++"), VIEW),
    ActionSpec("smaller", "Smaller thumbnails", ("-", "Ctrl+-"), VIEW),
    ActionSpec("filmstrip", "Filmstrip", ("F6",), VIEW, checkable=True),
    ActionSpec(
        "statistics",
        "Statistics…",
        ("Ctrl+Shift+S",),
        VIEW,
        "Count what is shown by score, time, camera and lens",
    ),
    ActionSpec("folders_panel", "Folders", ("F7",), VIEW, checkable=True),
    ActionSpec("info_panel", "Information", ("F8", "I"), VIEW, checkable=True),
    ActionSpec("light_theme", "Light theme", (), VIEW, checkable=True),
    ActionSpec("full_screen", "Full screen", ("F", "F11"), VIEW, "Only the photos", checkable=True),
    ActionSpec(
        "second_window",
        "Second window",
        ("F12",),
        VIEW,
        "Show the current photo large on another monitor",
        checkable=True,
    ),
    _go("next", "Next photo", "Right", "Space"),
    _go("previous", "Previous photo", "Left", "Backspace"),
    _go("row_down", "One row down", "Down"),
    _go("row_up", "One row up", "Up"),
    _go("page_down", "One page down", "PgDown"),
    _go("page_up", "One page up", "PgUp"),
    _go("first", "First photo", "Home"),
    _go("last", "Last photo", "End"),
    ActionSpec("shortcuts", "Keyboard shortcuts", ("?", "F1"), HELP),
    ActionSpec("problems", "Files that could not be read…", (), HELP),
    ActionSpec("log_folder", "Show the log files", (), HELP),
    ActionSpec("about", "About Shortlist", (), HELP),
)

# Above these a menu draws a line.
STARTS_A_GROUP = frozenset(
    {
        *("export", "close"),
        *("select_all", "find"),
        *("pick", "label_red", "auto_advance", "score"),
        *("make_select", "zoom", "histogram", "sort_again", "larger", "filmstrip", "light_theme"),
        *("row_down", "first"),
        *("problems", "about"),
    }
)


def conflicts(actions: Sequence[ActionSpec]) -> list[str]:
    """Keys that two actions claim, each in a sentence."""
    owner: dict[str, str] = {}
    found: list[str] = []
    for spec, key in ((each, key) for each in actions for key in _all_keys(each)):
        text = QKeySequence(key).toString()
        if text in owner:
            found.append(f"{text} is both “{owner[text]}” and “{spec.text}”.")
        owner.setdefault(text, spec.text)
    return found


def rebound(keys: Mapping[str, str]) -> tuple[tuple[ActionSpec, ...], list[str]]:
    """The action table with the user's own keys, and what could not be done, in sentences.

    `keys` maps an action id to key names separated by spaces; an empty text removes the keys.
    A choice that would give one key two meanings is left out.
    """
    by_id = {spec.id: spec for spec in ACTIONS}
    problems: list[str] = []
    for id_, text in keys.items():
        if id_ not in by_id:
            problems.append(f"Settings: there is no action “{id_}” to give a key to.")
            continue
        wanted = tuple(text.split())
        bad = [key for key in wanted if QKeySequence(key).toString() == ""]
        trial = {**by_id, id_: replace(by_id[id_], keys=wanted)}
        clash = conflicts(tuple(trial.values()))
        if bad:
            problems.append(f"Settings: “{bad[0]}” is not a key, so “{id_}” keeps its own.")
        elif clash:
            problems.append(f"Settings: {clash[0]} “{id_}” keeps its own key.")
        else:
            by_id = trial
    return tuple(by_id.values()), problems


class ActionSet(QObject):
    """The QActions of one window, made from the table."""

    def __init__(self, window: QWidget, viewer: QWidget, keys: Mapping[str, str]) -> None:
        super().__init__(window)
        self.specs, self.problems = rebound(keys)
        self._actions: dict[str, QAction] = {}
        for spec in self.specs:
            self._add(spec.id, spec, spec.keys, viewer if spec.viewer else window)
            if spec.advances and spec.keys:
                self._add(spec.id + ADVANCE, spec, _advance_keys(spec), window)

    def __getitem__(self, id_: str) -> QAction:
        return self._actions[id_]

    @property
    def all(self) -> list[QAction]:
        """Every action, for another window in which the keys shall count too."""
        return list(self._actions.values())

    def has(self, id_: str) -> bool:
        """Whether there is such an action."""
        return id_ in self._actions

    def bind(self, id_: str, handler: Callable[[], object]) -> None:
        """Call `handler` when the action is triggered."""
        self._actions[id_].triggered.connect(lambda *_: handler())

    def bind_toggle(self, id_: str, handler: Callable[[bool], object]) -> None:
        """Call `handler` when a checkable action is switched by the user."""
        self._actions[id_].triggered.connect(lambda checked: handler(bool(checked)))

    def of_menu(self, menu: str) -> Iterator[QAction]:
        """The actions of a menu in the table's order."""
        return (self._actions[spec.id] for spec in self.specs if spec.menu == menu)

    def enable_for_photo(self, available: bool) -> None:
        """Switch everything that needs a photo to act on."""
        for spec in self.specs:
            if spec.needs_photo:
                self._actions[spec.id].setEnabled(available)
                if self.has(spec.id + ADVANCE):
                    self._actions[spec.id + ADVANCE].setEnabled(available)

    def _add(self, id_: str, spec: ActionSpec, keys: Sequence[str], owner: QWidget) -> None:
        action = QAction(spec.text, self)
        action.setObjectName(id_)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if spec.viewer
            else Qt.ShortcutContext.WindowShortcut
        )
        action.setCheckable(spec.checkable)
        action.setToolTip(tooltip(spec))
        action.setStatusTip(spec.tip)
        owner.addAction(action)
        self._actions[id_] = action


def tooltip(spec: ActionSpec) -> str:
    """What the action does and its first key."""
    text = spec.tip or spec.text.rstrip("…")
    if not spec.keys:
        return text
    native = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({native})"


def _advance_keys(spec: ActionSpec) -> tuple[str, ...]:
    return tuple(f"Shift+{key}" for key in spec.keys if len(key) == 1)


def _all_keys(spec: ActionSpec) -> tuple[str, ...]:
    return spec.keys + (_advance_keys(spec) if spec.advances else ())
