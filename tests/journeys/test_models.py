"""The models one keeps: discarded, restored, carried to another computer; by mouse and by keys."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from app.dialogs.personalize_dialog import PersonalizeDialog, Step
from app.main_window import MainWindow
from core.photo import SortKey
from tests.journeys.warm_light import (
    WAIT_MS,
    back_to,
    learned,
    open_and_score,
    press,
    rate,
    shown,
    stored,
    warm_share,
)

Start = Callable[[], MainWindow]
MOST_TABS = 12  # from anywhere in the dialog to anything in it


def names(dialog: PersonalizeDialog) -> list[str]:
    """The models that are listed."""
    model = dialog.profiles.table.profiles
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def in_use(dialog: PersonalizeDialog) -> str:
    model = dialog.profiles.table.profiles
    [row] = [row for row in range(model.rowCount()) if model.index(row, 1).data() == "in use"]
    return names(dialog)[row]


def key_to(qtbot: QtBot, dialog: PersonalizeDialog, text: str) -> None:
    """Press a button as one does without a mouse: Tab until it has the focus, then Space."""
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    for _ in range(MOST_TABS):
        at = QApplication.focusWidget()
        if isinstance(at, QPushButton) and at.text() == text:
            qtbot.keyClick(at, Qt.Key.Key_Space)
            return
        qtbot.keyClick(at or dialog, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {text}")


def show_models(qtbot: QtBot, window: MainWindow) -> PersonalizeDialog:
    """Open the dialog by its keys, and its second tab by the mouse."""
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_P, keys)
    [dialog] = open_dialogs(window)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    [bar] = dialog.findChildren(QTabBar)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    assert dialog.profiles.isVisible()
    return dialog


def choose(qtbot: QtBot, dialog: PersonalizeDialog, name: str) -> None:
    """Go to a row of the table with the arrows."""
    table = dialog.profiles.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _ in range(names(dialog).index(name)):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.current is not None
    assert table.current.name == name


def name_file(qtbot: QtBot, dialog: PersonalizeDialog, file: Path) -> None:
    """Type a path into the file dialog that is open."""
    qtbot.waitUntil(
        lambda: any(one.isVisible() for one in dialog.findChildren(QFileDialog)), timeout=WAIT_MS
    )
    [asks] = [one for one in dialog.findChildren(QFileDialog) if one.isVisible()]
    asks.activateWindow()
    qtbot.waitUntil(asks.isActiveWindow, timeout=WAIT_MS)
    [field] = [one for one in asks.findChildren(QLineEdit) if one.isVisible()]
    field.selectAll()
    qtbot.keyClicks(field, str(file))
    field.completer().popup().hide()  # its suggestions take the next key
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not asks.isVisible(), timeout=WAIT_MS)


def keep(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Learn, give it a name, and use it by the keys alone."""
    dialog = learned(qtbot, window)
    [field] = [f for f in dialog.findChildren(QLineEdit) if f.isVisible()]
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: f"“{name}”" in window.status.message, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not open_dialogs(window), timeout=WAIT_MS)
    back_to(qtbot, window)


def open_dialogs(window: MainWindow) -> list[PersonalizeDialog]:
    return [one for one in window.findChildren(PersonalizeDialog) if one.isVisible()]


def rated_by_score(qtbot: QtBot, window: MainWindow, shoots: Path) -> list[str]:
    """Score, rate, and sort by score; the order by the model for everybody."""
    open_and_score(qtbot, window, shoots)
    rate(qtbot, window)
    window.filter_bar.sort_by(SortKey.SCORE, descending=True)
    qtbot.waitUntil(lambda: shown(window) != sorted(shown(window)), timeout=WAIT_MS)
    return shown(window)


def test_what_is_discarded_changes_nothing(qtbot: QtBot, start: Start, shoots: Path) -> None:
    window = start()
    before = rated_by_score(qtbot, window, shoots)
    scores = {name: photo.score for name, photo in stored(window).items()}
    dialog = learned(qtbot, window)
    press(qtbot, dialog, "Discard")
    assert not dialog.isVisible()
    back_to(qtbot, window)

    dialog = learned(qtbot, window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    back_to(qtbot, window)
    window.actions_["personalize"].trigger()
    assert dialog.isVisible()  # it was put aside, not decided on
    assert dialog.step is Step.VERDICT
    key_to(qtbot, dialog, "Discard")
    assert not dialog.isVisible()

    assert shown(window) == before
    assert {name: photo.score for name, photo in stored(window).items()} == scores
    back_to(qtbot, window)
    dialog = show_models(qtbot, window)
    assert names(dialog) == ["For everybody"]
    dialog.reject()


def test_an_earlier_model_is_restored(qtbot: QtBot, start: Start, shoots: Path) -> None:
    window = start()
    before = rated_by_score(qtbot, window, shoots)
    keep(qtbot, window, "Spring")
    qtbot.waitUntil(lambda: warm_share(shown(window)) > 0.9, timeout=WAIT_MS)
    spring = {name: photo.score for name, photo in stored(window).items()}
    name = shown(window)[0]
    qtbot.keyClick(window.grid, Qt.Key.Key_Home)
    qtbot.keyClick(window.grid, Qt.Key.Key_1)  # another opinion, so another model
    qtbot.waitUntil(lambda: stored(window)[name].stars == 1, timeout=WAIT_MS)
    keep(qtbot, window, "Autumn")
    assert {name: photo.score for name, photo in stored(window).items()} != spring

    dialog = show_models(qtbot, window)
    qtbot.waitUntil(lambda: in_use(dialog) == "Autumn", timeout=WAIT_MS)
    assert names(dialog) == ["For everybody", "Autumn", "Spring"]
    choose(qtbot, dialog, "Spring")
    key_to(qtbot, dialog, "Use")
    qtbot.waitUntil(lambda: in_use(dialog) == "Spring", timeout=WAIT_MS)
    assert {name: photo.score for name, photo in stored(window).items()} == spring
    assert window.indicator.model_text.endswith("Spring")

    choose(qtbot, dialog, "For everybody")
    press(qtbot, dialog, "Use")
    qtbot.waitUntil(lambda: shown(window) == before, timeout=WAIT_MS)
    dialog.reject()


def test_a_model_goes_through_a_file_and_back(
    qtbot: QtBot, start: Start, shoots: Path, tmp_path: Path
) -> None:
    window = start()
    rated_by_score(qtbot, window, shoots)
    keep(qtbot, window, "Spring")
    spring = {name: photo.score for name, photo in stored(window).items()}
    dialog = show_models(qtbot, window)
    choose(qtbot, dialog, "Spring")
    press(qtbot, dialog, "Export…")
    name_file(qtbot, dialog, tmp_path / "for a friend")
    file = tmp_path / "for a friend.shortlist-taste"
    qtbot.waitUntil(lambda: "was written to" in dialog.profiles.message, timeout=WAIT_MS)
    assert file.stat().st_size < 1_000_000
    press(qtbot, dialog, "Forget")
    press(qtbot, dialog, "Forget it")
    qtbot.waitUntil(lambda: names(dialog) == ["For everybody"], timeout=WAIT_MS)
    assert in_use(dialog) == "For everybody"

    key_to(qtbot, dialog, "Import…")
    name_file(qtbot, dialog, file)
    qtbot.waitUntil(lambda: names(dialog) == ["For everybody", "Spring"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "“Spring” was added" in dialog.profiles.message, timeout=WAIT_MS)
    assert in_use(dialog) == "For everybody"
    choose(qtbot, dialog, "Spring")
    key_to(qtbot, dialog, "Use")
    qtbot.waitUntil(lambda: in_use(dialog) == "Spring", timeout=WAIT_MS)
    restored = {name: photo.score for name, photo in stored(window).items()}
    assert {name: score and score.value for name, score in restored.items()} == {
        name: score and score.value for name, score in spring.items()
    }
    dialog.reject()
