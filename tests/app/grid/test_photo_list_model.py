"""The list behind the grid: it asks for pages, never waits, and moves as little as possible."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.grid.order import merged
from app.grid.photo_list_model import PAGE, PhotoListModel, Role
from core.photo import Changes, FileState, Photo, PhotoId, Pick
from tests.app.photos import ids, photo, scored


class Asked:
    """A catalogue that answers when the test wants it to."""

    def __init__(self) -> None:
        self.pages: list[tuple[PhotoId, ...]] = []

    def __call__(self, page: Sequence[PhotoId]) -> None:
        self.pages.append(tuple(page))


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def model(qtbot: QtBot, asked: Asked) -> PhotoListModel:
    return PhotoListModel(asked, lambda _: None)


def repaints(model: PhotoListModel) -> list[tuple[int, int]]:
    """The row ranges that are announced as changed from now on."""
    seen: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, _roles: seen.append((first.row(), last.row())))
    return seen


def test_a_look_at_a_row_asks_for_its_page_once_and_does_not_wait(
    model: PhotoListModel, asked: Asked
) -> None:
    model.show([PhotoId(n) for n in range(1000)])
    assert model.index(PAGE + 3).data(Role.PHOTO) is None
    assert model.index(PAGE + 4).data(Role.PHOTO) is None
    assert asked.pages == [tuple(PhotoId(n) for n in range(PAGE, 2 * PAGE))]


def test_photos_that_arrive_are_announced_and_can_be_had(
    model: PhotoListModel, asked: Asked
) -> None:
    model.show(ids(1, 2, 3))
    model.index(0).data(Role.PHOTO)
    seen = repaints(model)
    model.take(asked.pages[0], {PhotoId(n): photo(n) for n in (1, 2, 3)})
    assert seen == [(0, 2)]
    assert model.index(1).data(Role.PHOTO) == photo(2)


def test_only_the_photos_that_changed_are_read_again_and_the_old_stay_until_then(
    model: PhotoListModel, asked: Asked
) -> None:
    model.show(ids(1, 2, 3), {PhotoId(n): photo(n) for n in (1, 2, 3)})
    model.apply(Changes(marked=frozenset(ids(2))))
    assert asked.pages == [ids(2)]
    assert model.index(1).data(Role.PHOTO) == photo(2)
    seen = repaints(model)
    model.take(ids(2), {PhotoId(2): photo(2, stars=4)})
    assert seen == [(1, 1)]
    assert model.index(1).data(Role.PHOTO).stars == 4


def test_a_change_during_a_read_is_read_again(model: PhotoListModel, asked: Asked) -> None:
    model.show(ids(1), {PhotoId(1): photo(1)})
    model.apply(Changes(marked=frozenset(ids(1))))
    model.apply(Changes(marked=frozenset(ids(1))))  # while the first answer is on its way
    model.take(ids(1), {PhotoId(1): photo(1, stars=1)})
    assert asked.pages == [ids(1), ids(1)]
    model.take(ids(1), {PhotoId(1): photo(1, stars=2)})
    assert model.photo(PhotoId(1)) == photo(1, stars=2)


def test_a_change_of_very_many_reads_no_more_than_a_screen_needs(
    model: PhotoListModel, asked: Asked
) -> None:
    everything = [PhotoId(n) for n in range(5000)]
    model.show(everything, {id_: photo(id_) for id_ in everything})
    model.apply(Changes(scored=frozenset(everything)))
    assert sum(map(len, asked.pages)) <= 2 * PAGE


def test_scores_repaint_and_never_move(model: PhotoListModel) -> None:
    model.show(ids(3, 1, 2), {PhotoId(n): photo(n) for n in (1, 2, 3)})
    model.apply(Changes(scored=frozenset(ids(2))))
    model.take(ids(2), {PhotoId(2): photo(2, score=scored(99))})
    assert model.ids == ids(3, 1, 2)


def test_a_photo_keeps_its_index_when_others_come_and_go(model: PhotoListModel) -> None:
    model.show(ids(1, 2, 3, 4))
    third = QPersistentModelIndex(model.index(2))
    model.show(ids(9, 1, 3, 8, 4), same_order=True)
    assert model.ids == ids(9, 1, 3, 8, 4)
    assert third.row() == 2
    model.show(ids(3), same_order=True)
    assert third.row() == 0


lists = st.lists(st.integers(0, 40).map(PhotoId), unique=True, max_size=30)


@given(lists=st.lists(lists, min_size=1, max_size=5))
@settings(max_examples=60)
def test_whatever_is_shown_next_the_model_keeps_qts_rules(
    qapp: object, lists: list[list[PhotoId]]
) -> None:
    model = PhotoListModel(lambda _: None, lambda _: None)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning
    )  # a warning of Qt fails the test
    for wanted in lists:
        goal = merged(model.ids, wanted)
        model.show(goal, same_order=True)
        assert list(model.ids) == goal
        assert model.rowCount() == len(goal)
        assert [model.row(id_) for id_ in goal] == list(range(len(goal)))
    tester.deleteLater()


def test_a_thumbnail_is_looked_up_in_memory(qtbot: QtBot) -> None:
    pixmap = QPixmap(4, 4)
    model = PhotoListModel(lambda _: None, lambda which: pixmap if which.id == 2 else None)
    model.show(ids(1, 2), {PhotoId(n): photo(n) for n in (1, 2)})
    assert model.index(0).data(Role.THUMBNAIL) is None
    assert model.index(1).data(Role.THUMBNAIL).size() == pixmap.size()
    seen = repaints(model)
    model.thumbnail_arrived(PhotoId(2))
    model.thumbnail_arrived(PhotoId(77))  # the filter has changed since it was asked for
    assert seen == [(1, 1)]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (photo(1, stars=3), "3 stars"),
        (photo(1, stars=1), "1 star"),
        (photo(1, pick=Pick.REJECTED), "rejected"),
        (photo(1, score=scored(87.4)), "score 87"),
        (photo(1, state=FileState.OFFLINE), "offline"),
    ],
)
def test_a_screen_reader_hears_what_is_drawn(
    model: PhotoListModel, seen: Photo, words: str
) -> None:
    model.show(ids(1), {PhotoId(1): seen})
    text = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("IMG_0001.JPG")
    assert words in text


def test_the_tooltip_says_why_a_file_cannot_be_shown(model: PhotoListModel) -> None:
    broken = photo(1, state=FileState.UNREADABLE, problem="the file is empty")
    model.show(ids(1), {PhotoId(1): broken})
    assert "the file is empty" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)
