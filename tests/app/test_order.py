"""How the list takes in news: what is shown keeps its order and its place."""

from hypothesis import given
from hypothesis import strategies as st

from app.grid.order import Insertion, Removal, merged, steps, survivor
from core.photo import PhotoId

ids = st.lists(st.integers(0, 30).map(PhotoId), unique=True, max_size=20)


@given(shown=ids, wanted=ids)
def test_a_merge_has_exactly_the_wanted_members(
    shown: list[PhotoId], wanted: list[PhotoId]
) -> None:
    assert sorted(merged(shown, wanted)) == sorted(wanted)


@given(shown=ids, wanted=ids)
def test_a_merge_never_reorders_what_is_shown(shown: list[PhotoId], wanted: list[PhotoId]) -> None:
    stayed = [id_ for id_ in shown if id_ in wanted]
    assert [id_ for id_ in merged(shown, wanted) if id_ in shown] == stayed


@given(wanted=ids, data=st.data())
def test_news_takes_its_sorted_place_in_a_sorted_list(
    wanted: list[PhotoId], data: st.DataObject
) -> None:
    known = data.draw(st.sets(st.sampled_from(wanted))) if wanted else set()
    assert merged([id_ for id_ in wanted if id_ in known], wanted) == wanted


@given(shown=ids, wanted=ids)
def test_the_steps_lead_from_one_list_to_the_other(
    shown: list[PhotoId], wanted: list[PhotoId]
) -> None:
    goal = merged(shown, wanted)
    present = list(shown)
    for step in steps(shown, goal, limit=100) or []:
        match step:
            case Removal(first, last):
                del present[first : last + 1]
            case Insertion(row, new):
                present[row:row] = new
    assert present == goal


def test_many_steps_are_refused() -> None:
    old = [PhotoId(n) for n in range(100)]
    assert steps(old, old[::2], limit=10) is None


def test_whoever_follows_a_photo_that_goes_takes_its_place() -> None:
    old = [PhotoId(n) for n in range(5)]
    assert survivor(old, 2, {PhotoId(0), PhotoId(4)}) == 4
    assert survivor(old, 2, {PhotoId(0), PhotoId(1)}) == 1
    assert survivor(old, 2, set()) is None
