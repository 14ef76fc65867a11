"""Which photos are surveyed, and which of them keys act on."""

from hypothesis import given
from hypothesis import strategies as st

from app.modes.surveying import Surveying
from core.photo import PhotoId
from tests.app.photos import ids

EVERYTHING = ids(*range(20))


def begun(*selected: int, current: int) -> Surveying:
    survey = Surveying()
    survey.begin(EVERYTHING, ids(*selected), PhotoId(current), 9)
    return survey


def test_the_selection_is_surveyed_from_the_current_photo() -> None:
    survey = begun(3, 6, 8, current=6)
    assert survey.ids == [3, 6, 8]
    assert survey.acted_on == 6


def test_at_most_nine_are_surveyed() -> None:
    assert begun(*range(15), current=0).ids == list(range(9))
    assert begun(*range(15), current=12).acted_on == 0


def test_with_one_photo_also_the_few_that_follow() -> None:
    assert begun(5, current=5).ids == [5, 6, 7, 8]
    assert begun(19, current=19).ids == [19]


def test_a_mark_goes_on_within_the_survey_and_stays_at_the_end() -> None:
    survey = begun(3, 6, 8, current=6)
    assert survey.following(PhotoId(6)) == 8
    assert survey.following(PhotoId(8)) is None


def test_who_is_taken_out_is_followed_by_the_next() -> None:
    survey = begun(3, 6, 8, current=6)
    assert survey.take_out() == 6
    assert survey.acted_on == 8
    assert survey.take_out() == 8
    assert survey.acted_on == 3
    assert survey.take_out() == 3
    assert survey.acted_on is None
    assert survey.take_out() is None


def test_lines_are_those_on_screen() -> None:
    survey = begun(0, 1, 2, 3, 4, current=2)
    survey.step_lines(1, 3)
    assert survey.acted_on == 4  # the second line is shorter
    survey.step_lines(1, 3)
    assert survey.acted_on == 4
    survey.step_lines(-1, 3)
    assert survey.acted_on == 1


def test_another_list_keeps_only_its_members() -> None:
    survey = begun(3, 6, 8, current=6)
    survey.keep(ids(8, 3))
    assert survey.ids == [3, 8]
    survey.keep(ids(1))
    assert survey.acted_on is None


moves = st.lists(st.sampled_from(["on", "back", "up", "down", "out", "end"]))


@given(count=st.integers(1, 9), columns=st.integers(1, 4), moves=moves)
def test_keys_always_act_on_one_of_them(count: int, columns: int, moves: list[str]) -> None:
    survey = begun(*range(count), current=0)
    for move in moves:
        match move:
            case "on" | "back":
                survey.step(1 if move == "on" else -1)
            case "up" | "down":
                survey.step_lines(1 if move == "down" else -1, columns)
            case "out":
                survey.take_out()
            case "end":
                survey.step(9)
        assert (survey.acted_on in survey.ids) if survey.ids else survey.acted_on is None
