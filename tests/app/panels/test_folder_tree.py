"""The folders at the side: opened level by level, in the background."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from app.panels.folder_tree import FolderTree

WAIT_MS = 10_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two shoots and a file."""
    folder = tmp_path / "home"
    (folder / "shoots" / "wedding").mkdir(parents=True)
    (folder / "shoots" / "Birds").mkdir()
    (folder / "shoots" / "notes.txt").touch()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
def tree(qtbot: QtBot, home: Path) -> Iterator[FolderTree]:
    made = FolderTree()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


def named(tree: FolderTree, name: str) -> QTreeWidgetItem | None:
    found = tree.findChild(QTreeWidget).findItems(
        name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    )
    return found[-1] if found else None


def test_opening_a_level_lists_its_folders_and_no_files(qtbot: QtBot, tree: FolderTree) -> None:
    home = named(tree, "Home")
    assert home is not None
    home.setExpanded(True)
    qtbot.waitUntil(lambda: named(tree, "shoots") is not None, timeout=WAIT_MS)
    named(tree, "shoots").setExpanded(True)
    qtbot.waitUntil(lambda: named(tree, "wedding") is not None, timeout=WAIT_MS)
    names = [named(tree, "shoots").child(n).text(0) for n in range(2)]
    assert names == ["Birds", "wedding"]
    assert named(tree, "notes.txt") is None


def test_the_open_folder_is_found_in_the_tree_without_being_chosen(
    qtbot: QtBot, tree: FolderTree, home: Path
) -> None:
    chosen: list[Path] = []
    tree.folder_chosen.connect(chosen.append)
    tree.set_current(home / "shoots" / "wedding")
    widget = tree.findChild(QTreeWidget)
    qtbot.waitUntil(
        lambda: bool(widget.currentItem()) and widget.currentItem().text(0) == "wedding",
        timeout=WAIT_MS,
    )
    assert chosen == []


def test_a_click_on_a_recent_folder_opens_it(qtbot: QtBot, tree: FolderTree, home: Path) -> None:
    tree.set_recent([home / "shoots"])
    widget, item = tree.findChild(QTreeWidget), named(tree, "shoots")
    with qtbot.waitSignal(tree.folder_chosen) as chosen:
        qtbot.mouseClick(
            widget.viewport(),
            Qt.MouseButton.LeftButton,
            pos=widget.visualItemRect(item).center(),
        )
    assert chosen.args == [home / "shoots"]
    tree.set_recent([])
    assert named(tree, "Recent").isHidden()


@pytest.mark.skipif(sys.platform == "win32", reason="drives have letters there")
def test_everything_can_be_reached_but_a_recent_folder_is_shown_as_that(
    qtbot: QtBot, tree: FolderTree, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    qtbot.waitUntil(lambda: named(tree, "/") is not None, timeout=WAIT_MS)
    tree.set_recent([elsewhere])
    tree.set_current(elsewhere)
    assert tree.findChild(QTreeWidget).currentItem().parent() is named(tree, "Recent")
    assert not named(tree, "/").isExpanded()
