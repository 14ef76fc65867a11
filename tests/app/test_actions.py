"""The action table: complete, free of conflicts, and rebindable without making any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.action_set import ActionSet
from app.actions import ACTIONS, ADVANCE, MENUS, STARTS_A_GROUP
from app.keys import conflicts, rebound, tooltip

BY_ID = {spec.id: spec for spec in ACTIONS}


def test_no_key_means_two_things() -> None:
    assert conflicts(ACTIONS) == []


def test_every_action_has_a_menu_and_a_name_of_its_own() -> None:
    assert {spec.menu for spec in ACTIONS} <= set(MENUS)
    assert len(BY_ID) == len(ACTIONS)
    assert all(spec.text for spec in ACTIONS)


def test_every_key_is_one_that_qt_knows() -> None:
    for spec in ACTIONS:
        for key in spec.keys:
            assert QKeySequence(key).toString(), f"{spec.id}: {key}"


@pytest.mark.parametrize(
    ("id_", "key"),
    [
        ("stars_0", "0"),
        ("stars_5", "5"),
        ("pick", "P"),
        ("reject", "X"),
        ("unpick", "U"),
        ("label_red", "6"),
        ("label_blue", "9"),
        ("grid", "G"),
        ("loupe", "E"),
        ("zoom", "Z"),
        ("shortcuts", "?"),
        ("undo", "Ctrl+Z"),
        ("redo", "Ctrl+Shift+Z"),
    ],
)
def test_keys_are_those_that_photographers_know(id_: str, key: str) -> None:
    assert key in BY_ID[id_].keys


def test_an_own_key_replaces_the_old_one() -> None:
    specs, problems = rebound({"pick": "K", "grid": ""})
    by_id = {spec.id: spec for spec in specs}
    assert problems == []
    assert by_id["pick"].keys == ("K",)
    assert by_id["grid"].keys == ()


def test_two_actions_can_exchange_their_keys() -> None:
    specs, problems = rebound({"pick": "X", "reject": "P"})
    by_id = {spec.id: spec for spec in specs}
    assert problems == []
    assert by_id["pick"].keys == ("X",)
    assert by_id["reject"].keys == ("P",)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"pick": "X"}, "X"),
        ({"pick": "Shift+3"}, "Shift+3"),
        ({"fly": "K"}, "fly"),
        ({"pick": "Hyper+Nonsense"}, "Hyper+Nonsense"),
    ],
)
def test_a_key_that_cannot_be_given_is_named_and_changes_nothing(
    keys: dict[str, str], words: str
) -> None:
    specs, problems = rebound(keys)
    assert specs == ACTIONS
    assert len(problems) == 1
    assert words in problems[0]


some_keys = st.sampled_from(["P", "X", "K", "Ctrl+J", "5", "Shift+5", "Right", "", "F12 W"])


@given(keys=st.dictionaries(st.sampled_from(sorted(BY_ID)), some_keys, max_size=6))
def test_no_choice_of_keys_ever_makes_a_conflict(keys: dict[str, str]) -> None:
    specs, _ = rebound(keys)
    assert conflicts(specs) == []


def test_shift_with_a_mark_is_an_action_of_its_own(qtbot: QtBot) -> None:
    window, viewer = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(viewer)
    actions = ActionSet(window, viewer, {})
    called: list[str] = []
    actions.bind("stars_3", lambda: called.append("stay"))
    actions.bind("stars_3" + ADVANCE, lambda: called.append("go on"))
    actions["stars_3"].trigger()
    actions["stars_3" + ADVANCE].trigger()
    assert called == ["stay", "go on"]
    assert actions["stars_3" + ADVANCE].shortcuts() == [QKeySequence("Shift+3")]


def test_new_keys_are_in_force_at_once_with_their_twins(qtbot: QtBot) -> None:
    window, viewer = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(viewer)
    actions = ActionSet(window, viewer, {})
    with qtbot.waitSignal(actions.keys_changed):
        actions.rebind({"pick": "K Ctrl+Alt+K"})
    assert actions["pick"].shortcuts() == [QKeySequence("K"), QKeySequence("Ctrl+Alt+K")]
    assert actions["pick" + ADVANCE].shortcuts() == [QKeySequence("Shift+K")]
    assert "(K)" in actions["pick"].toolTip()
    actions.rebind({"label_purple": "F9"})
    assert actions["pick"].shortcuts() == [QKeySequence("P")]
    assert actions["label_purple"].shortcuts() == [QKeySequence("F9")]


def test_a_tooltip_carries_the_key() -> None:
    assert "Ctrl+O" in tooltip(BY_ID["open"])


def test_every_line_of_a_menu_stands_above_an_action() -> None:
    assert {spec.id for spec in ACTIONS} >= STARTS_A_GROUP
