"""The photos of a survey share the view without overlapping, and as large as they can be."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from app.compare.survey_layout import columns_of, survey_cells

CAPTION_PX = 24
shapes = st.lists(st.sampled_from([1.5, 2 / 3, 1.0, 16 / 9]), min_size=1, max_size=9)
views = st.builds(QSize, st.integers(300, 3000), st.integers(300, 2000))


@given(shapes=shapes, view=views)
def test_every_photo_has_a_cell_of_its_own_inside_the_view(
    shapes: list[float], view: QSize
) -> None:
    cells = survey_cells(shapes, view, CAPTION_PX)
    assert len(cells) == len(shapes)
    everything = QRect(0, 0, view.width(), view.height())
    assert all(everything.contains(cell) for cell in cells)
    for number, cell in enumerate(cells):
        assert not any(cell.intersects(other) for other in cells[number + 1 :])


@given(shapes=shapes, view=views)
def test_photos_stand_in_reading_order(shapes: list[float], view: QSize) -> None:
    cells = survey_cells(shapes, view, CAPTION_PX)
    places = [(cell.y(), cell.x()) for cell in cells]
    assert places == sorted(places)
    assert 1 <= columns_of(cells) <= len(shapes)


def test_two_landscapes_stand_above_each_other_where_the_view_is_tall() -> None:
    assert columns_of(survey_cells([1.5, 1.5], QSize(800, 1200), CAPTION_PX)) == 1
    assert columns_of(survey_cells([2 / 3, 2 / 3], QSize(1400, 900), CAPTION_PX)) == 2


def test_seven_landscapes_on_a_wide_screen_use_it_well() -> None:
    cells = survey_cells([1.5] * 7, QSize(1800, 1000), CAPTION_PX)
    assert columns_of(cells) == 3
    assert cells[6].center().x() == QRect(0, 0, 1800, 1000).center().x()  # the last in the middle


def test_nothing_to_survey_needs_no_cell() -> None:
    assert survey_cells([], QSize(800, 600), CAPTION_PX) == []
