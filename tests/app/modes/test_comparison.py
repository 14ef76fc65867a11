"""Which two photos are compared: never one with itself, and never another than is shown."""

from hypothesis import given
from hypothesis import strategies as st

from app.compare.compare_view import Side
from app.modes.comparison import Comparison
from core.photo import PhotoId
from tests.app.photos import ids


def begun(count: int, *selected: int, current: int) -> Comparison:
    pair = Comparison()
    pair.begin(ids(*range(count)), ids(*selected), PhotoId(current))
    return pair


def test_the_next_selected_photo_is_the_candidate() -> None:
    pair = begun(10, 2, 5, 7, current=5)
    assert (pair.select, pair.candidate) == ids(5, 7)
    assert pair.acted_on == 7


def test_after_the_last_selected_one_comes_the_first() -> None:
    pair = begun(10, 2, 5, 7, current=7)
    assert (pair.select, pair.candidate) == ids(7, 2)


def test_without_a_selection_it_is_the_next_and_at_the_end_the_one_before() -> None:
    assert begun(10, 4, current=4).candidate == 5
    assert begun(10, 9, current=9).candidate == 8


def test_of_a_single_photo_there_is_no_candidate_and_keys_act_on_it() -> None:
    pair = begun(1, 0, current=0)
    assert pair.candidate is None
    assert pair.acted_on == 0
    pair.swap()
    pair.make_select(None)
    assert (pair.select, pair.acted_on) == ids(0, 0)


def test_making_it_the_select_brings_the_next_candidate_or_the_former_select() -> None:
    pair = begun(4, 0, current=0)
    pair.make_select(pair.target(ids(0, 1, 2, 3), 1, 1))
    assert (pair.select, pair.candidate) == ids(1, 2)
    pair.choose(PhotoId(3))
    pair.make_select(pair.target(ids(0, 1, 2, 3), 3, 1))
    assert (pair.select, pair.candidate) == ids(3, 1)


def test_a_swap_keeps_the_keys_on_the_same_photo() -> None:
    pair = begun(4, 0, current=0)
    before = pair.acted_on
    pair.swap()
    assert (pair.select, pair.candidate) == ids(1, 0)
    assert pair.acted_on == before
    assert pair.active is Side.SELECT


def test_arrows_pass_over_the_select() -> None:
    pair = begun(5, 2, current=2)
    everything = ids(*range(5))
    assert pair.target(everything, 3, -1) == 1
    assert pair.target(everything, 1, 1) == 3
    assert pair.target(everything, 4, 1) is None
    first = begun(5, 0, current=0)
    assert first.target(everything, 1, -1) is None  # nothing lies before the select


moves = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), st.integers(0, 7)),
        st.tuples(st.just("step"), st.sampled_from([-1, 1, 3])),
        st.tuples(st.sampled_from(["swap", "make"]), st.just(0)),
    )
)


@given(start=st.integers(0, 7), moves=moves)
def test_no_photo_is_ever_compared_with_itself(start: int, moves: list[tuple[str, int]]) -> None:
    everything = ids(*range(8))
    pair = begun(8, start, current=start)
    for what, number in moves:
        row = everything.index(pair.candidate) if pair.candidate is not None else 0
        match what:
            case "choose":
                pair.choose(PhotoId(number))
            case "step" if (there := pair.target(everything, row, number)) is not None:
                pair.choose(there)
            case "swap":
                pair.swap()
            case "make":
                pair.make_select(pair.target(everything, row, 1))
        assert pair.select != pair.candidate
        assert pair.acted_on in (pair.select, pair.candidate)
