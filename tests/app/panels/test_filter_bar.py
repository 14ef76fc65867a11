"""The filter bar: every condition alone, all of them together, and none again."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.panels.filter_bar import FilterBar
from core.photo import ColorLabel, Filter, Pick, Query, SortKey


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    return made


def choose(name: str, text: str) -> Callable[[FilterBar], None]:
    """Choose an entry of the box with this accessible name."""

    def act(bar: FilterBar) -> None:
        [box] = [each for each in bar.findChildren(QComboBox) if each.accessibleName() == name]
        box.setCurrentIndex(box.findText(text))

    return act


def press(name: str) -> Callable[[FilterBar], None]:
    """Press the button with this accessible name."""

    def act(bar: FilterBar) -> None:
        [button] = [b for b in bar.findChildren(QAbstractButton) if b.accessibleName() == name]
        button.click()

    return act


def type_name(bar: FilterBar) -> None:
    bar.findChild(QLineEdit).setText(" wedding ")


def score_range(bar: FilterBar) -> None:
    bar._score.content.set_range(70, 90)


def dates(bar: FilterBar) -> None:
    bar._dates.content.set_days(QDate(2026, 5, 1), QDate(2026, 5, 3))


CASES: list[tuple[Callable[[FilterBar], None], Filter]] = [
    (choose("Stars", "3+ stars"), Filter(min_stars=3)),
    (choose("Stars", "5 stars"), Filter(min_stars=5)),
    (choose("Stars", "Unrated"), Filter(max_stars=0)),
    (choose("Stars", "Not reviewed"), Filter(unreviewed=True)),
    (press("Show picked photos"), Filter(picks=frozenset({Pick.PICKED}))),
    (press("Show rejected photos"), Filter(picks=frozenset({Pick.REJECTED}))),
    (press("Show photos with a green label"), Filter(labels=frozenset({ColorLabel.GREEN}))),
    (press("Show photos without label"), Filter(labels=frozenset({ColorLabel.NONE}))),
    (type_name, Filter(name_contains="wedding")),
    (score_range, Filter(min_score=69.5, max_score=90.5)),
    (
        dates,
        Filter(taken_from=datetime(2026, 5, 1), taken_before=datetime(2026, 5, 4)),
    ),
]


@pytest.mark.parametrize(("act", "expected"), CASES)
def test_each_control_asks_for_what_it_says(
    qtbot: QtBot,
    bar: FilterBar,
    act: Callable[[FilterBar], None],
    expected: Filter,
) -> None:
    with qtbot.waitSignal(bar.changed, timeout=2000):
        act(bar)
    assert bar.conditions() == expected
    assert bar.is_filtering
    bar.clear()
    assert bar.conditions() == Filter()
    assert not bar.is_filtering


def test_conditions_combine_and_keep_the_folder(bar: FilterBar) -> None:
    choose("Stars", "2+ stars")(bar)
    press("Show picked photos")(bar)
    press("Show photos with a red label")(bar)
    press("Show photos with a blue label")(bar)
    score_range(bar)
    dates(bar)
    type_name(bar)
    bar.sort_by(SortKey.SCORE, descending=True)
    assert bar.applied_to(Query(Filter(folder=Path("/shoot"), recursive=False))) == Query(
        Filter(
            folder=Path("/shoot"),
            recursive=False,
            min_stars=2,
            picks=frozenset({Pick.PICKED}),
            labels=frozenset({ColorLabel.RED, ColorLabel.BLUE}),
            min_score=69.5,
            max_score=90.5,
            taken_from=datetime(2026, 5, 1),
            taken_before=datetime(2026, 5, 4),
            name_contains="wedding",
        ),
        SortKey.SCORE,
        descending=True,
    )


def test_clearing_is_one_change(qtbot: QtBot, bar: FilterBar) -> None:
    for act, _ in CASES:
        act(bar)
    changes: list[None] = []
    bar.changed.connect(lambda: changes.append(None))
    bar.clear()
    qtbot.wait(250)
    assert len(changes) == 1


def test_a_score_order_begins_with_the_best(bar: FilterBar) -> None:
    choose("Sort by", "Score")(bar)
    assert bar.order().descending
    choose("Sort by", "Name")(bar)
    assert not bar.order().descending
    press("Reverse order")(bar)
    assert bar.order().descending


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_the_name_field_gives_the_keys_back(qtbot: QtBot, bar: FilterBar, key: Qt.Key) -> None:
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.findChild(QLineEdit), key)


def test_every_control_has_a_name_and_a_tooltip(bar: FilterBar) -> None:
    kinds = (QComboBox, QAbstractButton, QLineEdit)
    controls = [
        each
        for each in bar.findChildren(QWidget)
        if isinstance(each, kinds) and each.isVisibleTo(bar)
    ]
    named = [each for each in controls if not isinstance(each.parent(), QLineEdit)]
    assert len(named) > 10
    assert [each for each in named if not (each.accessibleName() and each.toolTip())] == []


def test_a_date_range_begins_with_the_day_of_the_photo_one_looks_at(bar: FilterBar) -> None:
    bar.suggest_day(date(2024, 5, 17))
    assert bar.conditions() == Filter()
    [first_day] = [box for box in bar.findChildren(QCheckBox) if box.text() == "From"]
    first_day.click()
    assert bar.conditions().taken_from == datetime(2024, 5, 17)
    bar.suggest_day(date(2024, 5, 18))
    assert bar.conditions().taken_from == datetime(2024, 5, 17)  # chosen is chosen
