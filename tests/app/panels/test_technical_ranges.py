"""The form of the technical parts: what it says, what it lets pass, and that it judges nothing."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.panels.filter_bar import FilterBar
from app.panels.part_words import part_words
from app.panels.range_slider import RangeSlider
from app.panels.technical_ranges import TechnicalRanges
from core.photo import Filter, PartRange, SortKey, TechnicalPart
from core.services.browse import BINS, Distribution, Distributions
from core.services.engine import Engine

WAIT_MS = 2000
SHARP, SUBJECT = TechnicalPart.SHARPNESS, TechnicalPart.SUBJECT_SHARPNESS


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    made.resize(1000, 40)
    made.show()
    return made


@pytest.fixture
def form(qtbot: QtBot, bar: FilterBar) -> TechnicalRanges:
    """Opened, as by a click on its button."""
    with qtbot.waitSignal(bar.distributions_wanted, timeout=WAIT_MS):
        qtbot.mouseClick(bar._technical, Qt.MouseButton.LeftButton)
    content = bar._technical.content
    assert isinstance(content, TechnicalRanges)
    assert content.isVisible()
    return content


def distributions(**missing: int) -> Distributions:
    def one(name: str) -> Distribution:
        away = missing.get(name, 0)
        return Distribution((1000 - away, *[0] * (BINS - 1)), away)

    parts = {part: one(part.value) for part in TechnicalPart}
    return Distributions(one("score"), parts, passing=321, photos=1000)


def texts(widget: QWidget) -> str:
    shown = [label.text() for label in widget.findChildren(QLabel)]
    tips = [each.toolTip() for each in widget.findChildren(QWidget)]
    spoken = [
        each.accessibleName() + each.accessibleDescription()
        for each in [widget, *widget.findChildren(QWidget)]
    ]
    return " ".join([*shown, *tips, *spoken])


def test_a_range_that_is_dragged_filters_and_is_named_on_the_button(
    qtbot: QtBot, bar: FilterBar, form: TechnicalRanges
) -> None:
    slider = form.row(SHARP).slider
    changes: list[Filter] = []
    bar.changed.connect(lambda: changes.append(bar.conditions()))
    end = slider.lower_end
    place = QPoint(3, 8)
    QTest.mousePress(end, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    for step in range(1, 31):
        QTest.mouseMove(end, place + QPoint(5, 0))
        assert slider.least > step  # it follows the pointer
    QTest.mouseRelease(end, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    expected = frozenset({PartRange(SHARP, least=slider.least - 0.5)})
    qtbot.waitUntil(lambda: bool(changes) and changes[-1].parts == expected, timeout=WAIT_MS)
    assert len(changes) < 30  # not for every pixel
    assert form.row(SHARP).texts[0] == f"{slider.least} and more"
    assert bar._technical.text().startswith("Technical: 1 ")
    assert bar._technical.accessibleName() == "Technical: 1 range"
    assert bar.is_filtering


def test_the_keyboard_alone_sets_and_takes_back_a_range(qtbot: QtBot, bar: FilterBar) -> None:
    bar._technical.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(bar._technical, Qt.Key.Key_Down)
    content = bar._technical.content
    assert isinstance(content, TechnicalRanges)
    qtbot.waitUntil(content.isVisible, timeout=WAIT_MS)
    popup = bar._technical.popup
    first = popup.focusWidget()
    assert first is content.row(SHARP).slider.lower_end
    with qtbot.waitSignal(bar.changed, timeout=WAIT_MS):
        qtbot.keyClick(first, Qt.Key.Key_PageUp)
    assert bar.conditions().parts == frozenset({PartRange(SHARP, least=4.5)})

    visited = [first]
    while (here := popup.focusWidget()) and len(visited) < 40:
        qtbot.keyClick(here, Qt.Key.Key_Tab)
        if popup.focusWidget() is first:
            break
        visited.append(popup.focusWidget())
    ends = [content.row(part).slider.lower_end for part in part_words()]
    assert [each for each in visited if each in ends] == ends
    assert content.row(SHARP).reset in visited

    with qtbot.waitSignal(bar.changed, timeout=WAIT_MS):
        content.row(SHARP).reset.click()
    assert bar.conditions() == Filter()
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_all_ranges_are_reset_as_one_change(
    qtbot: QtBot, bar: FilterBar, form: TechnicalRanges
) -> None:
    form.row(SHARP).slider.set_range(10, 90)
    form.row(SUBJECT).slider.set_range(50, 100)
    assert bar.conditions().parts == frozenset(
        {PartRange(SHARP, 9.5, 90.5), PartRange(SUBJECT, least=49.5)}
    )
    changes: list[None] = []
    bar.changed.connect(lambda: changes.append(None))
    [button] = form.findChildren(QPushButton)
    button.click()
    qtbot.wait(150)
    assert len(changes) == 1
    assert bar.conditions() == Filter()
    assert not button.isEnabled()


def test_it_says_how_many_pass_and_what_was_not_measured(
    bar: FilterBar, form: TechnicalRanges
) -> None:
    bar.show_distributions(distributions(subject_sharpness=1000, noise=12, score=7))
    assert form.row(SUBJECT).texts == ("any", "Not measured in any of these photos")
    assert form.row(TechnicalPart.NOISE).texts[1] == "Not measured in 12 of 1,000 photos"
    assert form.row(SHARP).texts[1] == ""
    assert "321 of 1,000 photos pass" in texts(form)
    score = bar._score.content
    assert "Not scored yet: 7" in texts(score)
    [slider] = score.findChildren(RangeSlider)
    assert slider.accessibleDescription() == "0 to 5: 993 photos"


def test_without_a_folder_nothing_is_said(bar: FilterBar, form: TechnicalRanges) -> None:
    bar.show_distributions(distributions())
    bar.show_distributions(None)
    assert "photos" not in " ".join(form.row(SHARP).texts)
    assert form.row(SHARP).slider.accessibleDescription() == ""


def test_every_part_says_which_way_it_runs_and_none_judges(form: TechnicalRanges) -> None:
    said = texts(form)
    for part, words in part_words().items():
        assert words.name in said
        assert words.direction in said
        tip = form.row(part).toolTip()
        assert words.meaning in tip
        assert "A measurement" in tip
    judging = r"\b(bad|good|reject\w*|fail\w*|poor|wrong|delete\w*|cull\w*|ruined|best|worst)\b"
    assert re.findall(judging, said, re.IGNORECASE) == []


def test_every_measured_part_of_a_score_has_a_slider_and_an_order(engine: Engine) -> None:
    assert {*engine.scoring.parts, SUBJECT} == set(part_words()) == set(TechnicalPart)
    assert {SortKey(part.value).part for part in TechnicalPart} == set(TechnicalPart)


def test_a_second_click_on_the_button_closes(
    qtbot: QtBot, bar: FilterBar, form: TechnicalRanges
) -> None:
    popup = bar._technical.popup
    on_button = popup.mapFromGlobal(bar._technical.mapToGlobal(QPoint(5, 5)))
    QTest.mousePress(popup, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, on_button)
    QApplication.processEvents()
    assert not popup.isVisible()


def test_the_numbers_of_a_score_range_move_its_slider(bar: FilterBar) -> None:
    score = bar._score.content
    [slider] = score.findChildren(RangeSlider)
    score._least.setValue(70)
    assert (slider.least, slider.most) == (70, 100)
    slider.set_range(20, 60)
    assert (score._least.value(), score._most.value()) == (20, 60)
    score._least.setValue(80)  # the other number follows
    assert (slider.least, slider.most) == (80, 80)
    assert bar.conditions() == Filter(min_score=79.5, max_score=80.5)
