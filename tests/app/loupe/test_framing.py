"""Which part of a photo is decoded for its view at 1:1."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, QSize

from app.loupe.framing import part_to_decode, visible_part

sizes = st.builds(QSize, st.integers(1, 9000), st.integers(1, 9000))
views = st.builds(QSize, st.integers(100, 4000), st.integers(100, 3000))
centres = st.builds(QPointF, st.floats(0, 1), st.floats(0, 1))


@given(natural=sizes, view=views, centre=centres)
def test_all_that_is_seen_is_decoded(natural: QSize, view: QSize, centre: QPointF) -> None:
    seen = visible_part(natural, view, centre)
    assert QRect(0, 0, natural.width(), natural.height()).contains(seen)
    part = part_to_decode(natural, view, centre)
    if part is not None:
        assert part.contains(seen)
        assert QRect(0, 0, natural.width(), natural.height()).contains(part)


def test_a_screen_of_a_large_photo_is_a_part_and_most_of_a_small_one_is_all() -> None:
    middle = QPointF(0.5, 0.5)
    part = part_to_decode(QSize(6000, 4000), QSize(1300, 800), middle)
    assert part is not None
    assert part.width() * part.height() < 0.2 * 6000 * 4000
    assert part_to_decode(QSize(1800, 1200), QSize(1300, 800), middle) is None


def test_a_small_step_aside_needs_no_other_part() -> None:
    natural, view = QSize(6000, 4000), QSize(1300, 800)
    part = part_to_decode(natural, view, QPointF(0.5, 0.5))
    beside = visible_part(natural, view, QPointF(0.5 + 150 / 6000, 0.5 - 100 / 4000))
    assert part is not None
    assert part.contains(beside)
