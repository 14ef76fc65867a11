"""Every action of the window as data; menus, tooltips, palette and the `?` sheet come from it.

A key belongs either to the whole window or only to the viewer (grid, loupe and so on), where
Enter, Space and the arrows mean something else than in a text field or a list.
"""

from dataclasses import dataclass

from core.photo import MAX_STARS

THEME = "theme_"  # begins the id of a theme's action; the name in the settings follows
THEME_NAMES = {
    "dark": "Dark",
    "light": "Light",
    "high_contrast": "High contrast",
    "system": "As the system",
}
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
    one_of: str = ""  # the menu of alternatives of which it is one
    only: str = ""  # why it is disabled at times, where that is not for want of a photo

    @property
    def name(self) -> str:
        """What it is called where its menu is not seen, for instance "Theme: Dark"."""
        text = self.text.rstrip("…")
        return f"{self.one_of}: {text}" if self.one_of else text


def _stars(count: int) -> ActionSpec:
    text = "No stars" if count == 0 else "1 star" if count == 1 else f"{count} stars"
    return ActionSpec(f"stars_{count}", text, (str(count),), PHOTO, needs_photo=True, advances=True)


def _mark(id_: str, text: str, key: str) -> ActionSpec:
    return ActionSpec(id_, text, (key,), PHOTO, needs_photo=True, advances=True)


def _theme(name: str, text: str) -> ActionSpec:
    return ActionSpec(THEME + name, text, (), VIEW, one_of="Theme")


def _go(id_: str, text: str, *keys: str) -> ActionSpec:
    return ActionSpec(id_, text, keys, GO, needs_photo=True, viewer=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Open folder…", ("Ctrl+O",), FILE, "Show the photos of a folder"),
    ActionSpec("rescan", "Look for changes", ("F5",), FILE, "Find new, changed and missing files"),
    ActionSpec("subfolders", "Include sub-folders", ("Ctrl+Shift+R",), FILE, checkable=True),
    ActionSpec(
        "export", "Export picks…", ("Ctrl+Shift+E",), FILE, "Copy the best photos to a folder"
    ),
    ActionSpec(
        "reopen",
        "Go on here at the next start",
        (),
        FILE,
        "Begin with this folder, filter and photo again",
        checkable=True,
    ),
    ActionSpec("close", "Close window", ("Ctrl+W", "Ctrl+Q"), FILE),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), EDIT, only="There is nothing to undo"),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT, only="There is nothing to redo"),
    ActionSpec("history", "History…", ("Ctrl+H",), EDIT, "Every step, and the way back to it"),
    ActionSpec("select_all", "Select all", ("Ctrl+A",), EDIT, needs_photo=True, viewer=True),
    ActionSpec("select_none", "Select only the current photo", ("Ctrl+D",), EDIT, needs_photo=True),
    ActionSpec("find", "Find by name", ("Ctrl+F",), EDIT, "Type a part of a file name"),
    ActionSpec(
        "technical",
        "Filter by measurements…",
        ("Ctrl+Shift+F",),
        EDIT,
        "Show photos by sharpness, exposure, noise and the like",
    ),
    ActionSpec("clear_filter", "Clear filter", ("Ctrl+L",), EDIT, "Show every photo again"),
    ActionSpec(
        "palette",
        "Find an action…",
        ("Ctrl+P",),  # of the letters used for this elsewhere, the one that does nothing here
        EDIT,
        "Type a few letters of what you want to do",
    ),
    ActionSpec("keys", "Keyboard…", ("Ctrl+K",), EDIT, "Choose which key does what"),
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
    ActionSpec(
        "group",
        "Group",
        ("Ctrl+G",),
        PHOTO,
        "Put the selected photos into one group",
        needs_photo=True,
    ),
    ActionSpec(
        "ungroup",
        "Take out of the group",
        ("Ctrl+Shift+G",),
        PHOTO,
        "Let the selected photos stand apart from their group",
        needs_photo=True,
    ),
    ActionSpec(
        "split_group",
        "Split the group here",
        ("Ctrl+Alt+G",),
        PHOTO,
        "Begin another group with this photo",
        needs_photo=True,
    ),
    ActionSpec(
        "cover",
        "Make the cover of the group",
        ("Shift+B",),
        PHOTO,
        "Let this photo stand for its group",
        needs_photo=True,
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
        only="Only in compare",
    ),
    ActionSpec("swap", "Swap select and candidate", ("Shift+S",), VIEW, only="Only in compare"),
    ActionSpec(
        "take_out",
        "Take out of the survey",
        ("T",),
        VIEW,
        "In survey: leave this photo out; it stays in its folder",
        only="Only in survey",
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
    ActionSpec(
        "stacks",
        "Stack bursts and near-duplicates",
        ("Shift+G",),
        VIEW,
        "Show each group of like photos as one",
        checkable=True,
    ),
    ActionSpec("stack_open", "Open or close the stack", ("B",), VIEW, needs_photo=True),
    ActionSpec("stacks_open", "Open all stacks", (), VIEW),
    ActionSpec("stacks_close", "Close all stacks", (), VIEW),
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
    *(_theme(name, text) for name, text in THEME_NAMES.items()),
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
        "select_all",
        *("pick", "label_red", "auto_advance", "group", "score"),
        *("make_select", "zoom", "histogram", "sort_again", "larger", "filmstrip"),
        *("theme_dark", "full_screen", "find", "palette"),
        *("row_down", "first"),
        *("problems", "about"),
    }
)
