"""What the cull assistant proposes is what a photographer who asks for it would expect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.culling.budget import Budget, KeepCount, KeepPerGroup, KeepShare
from core.culling.proposal import Candidates, Fate, Proposal, pictures, propose

NAN = float("nan")
KEEPING = (Fate.KEPT, Fate.UNSURE_KEPT, Fate.DECIDED_KEPT)


def frames(
    score: list[float],
    *,
    group: list[int] | None = None,
    stars: list[int] | None = None,
    pick: list[int] | None = None,
    spread: float = 4.0,
    whole: tuple[int, ...] = (),
) -> Candidates:
    """In each group the higher score is the suggested frame."""
    count = len(score)
    groups = np.array(group or range(count), np.int64)
    scores = np.array(score, np.float32)
    place = np.array(
        [
            np.sum((groups == groups[row]) & (np.nan_to_num(scores) > np.nan_to_num(scores[row])))
            for row in range(count)
        ]
    )
    return Candidates(
        score=scores,
        spread=np.full(count, spread, np.float32),
        stars=np.array(stars or [0] * count, np.int8),
        pick=np.array(pick or [0] * count, np.int8),
        group=groups,
        place=place.astype(np.int64),
        is_whole=np.isin(groups, whole),
    )


def kept(proposal: Proposal) -> list[int]:
    return [int(row) for row in proposal.rows(*KEEPING)]


def test_the_best_frame_of_each_group_comes_before_any_second_one() -> None:
    shoot = frames([90, 89, 88, 40, 30], group=[0, 0, 0, 1, 2])
    assert kept(propose(shoot, KeepCount(3))) == [0, 3, 4]
    assert kept(propose(shoot, KeepCount(4))) == [0, 1, 3, 4]


def test_a_share_is_of_all_photos() -> None:
    shoot = frames([float(score) for score in range(20)])
    assert kept(propose(shoot, KeepShare(10))) == [18, 19]


def test_a_share_too_small_for_one_photo_still_keeps_one() -> None:
    assert kept(propose(frames([10, 50, 20]), KeepShare(1))) == [1]


def test_two_per_group_but_only_good_ones() -> None:
    shoot = frames([90, 80, 70, 50, 85], group=[0, 0, 0, 1, 1])
    assert kept(propose(shoot, KeepPerGroup(2, min_score=60))) == [0, 1, 4]


def test_what_the_photographer_kept_counts_and_stays() -> None:
    shoot = frames([10, 90, 80, 70], pick=[1, 0, 0, 0])
    assert kept(propose(shoot, KeepCount(2))) == [0, 1]


def test_a_frame_kept_by_hand_takes_the_turn_of_its_group() -> None:
    shoot = frames([90, 60, 50], group=[0, 0, 1], pick=[0, 1, 0])
    assert kept(propose(shoot, KeepCount(2))) == [1, 2], "not a second frame of that burst"


def test_three_stars_keep_and_one_star_does_not() -> None:
    shoot = frames([10, 95, 50], stars=[3, 1, 0])
    proposal = propose(shoot, KeepCount(2))
    assert proposal.fate.tolist() == [Fate.DECIDED_KEPT, Fate.DECIDED_OUT, Fate.KEPT]


def test_a_reject_is_never_brought_back_whatever_its_stars() -> None:
    shoot = frames([99, 20], pick=[-1, 0], stars=[5, 0])
    assert kept(propose(shoot, KeepCount(2))) == [1]


def test_more_kept_by_hand_than_asked_for_are_all_kept() -> None:
    shoot = frames([10, 20, 99], pick=[1, 1, 0])
    assert kept(propose(shoot, KeepCount(1))) == [0, 1]


def test_nothing_is_proposed_for_a_photo_without_a_score() -> None:
    proposal = propose(frames([NAN, 50, 40]), KeepCount(3))
    assert proposal.fate[0] == Fate.NO_SCORE
    assert kept(proposal) == [1, 2]


def test_frames_near_the_cut_off_are_put_up_for_review() -> None:
    proposal = propose(frames([80, 51, 50, 20]), KeepCount(2))
    assert proposal.fate.tolist() == [Fate.KEPT, Fate.UNSURE_KEPT, Fate.UNSURE_OUT, Fate.LEFT_OUT]


def test_a_second_frame_of_a_burst_is_not_unsure_because_its_score_is_near() -> None:
    shoot = frames([80, 79.5, 51, 50], group=[0, 0, 1, 2])
    proposal = propose(shoot, KeepCount(2))
    assert proposal.fate[1] == Fate.LEFT_OUT, "it is behind the frame of its own group"


def test_the_bar_of_a_group_budget_has_unsure_frames_on_both_sides() -> None:
    proposal = propose(frames([60.5, 59.5, 90, 20]), KeepPerGroup(1, min_score=60))
    assert proposal.fate.tolist() == [
        Fate.UNSURE_KEPT,
        Fate.UNSURE_OUT,
        Fate.KEPT,
        Fate.LEFT_OUT,
    ]


def test_a_bracket_is_kept_whole_and_counts_as_one() -> None:
    shoot = frames([20, 90, 30, 80, 70, 10], group=[0, 0, 0, 1, 2, 3], whole=(0,))
    assert kept(propose(shoot, KeepCount(2))) == [0, 1, 2, 3]
    assert pictures(shoot, np.array([0, 1, 2, 3])) == 2


def test_a_bracket_below_the_cut_off_is_left_out_whole() -> None:
    shoot = frames([20, 40, 30, 80, 70], group=[0, 0, 0, 1, 2], whole=(0,))
    assert kept(propose(shoot, KeepCount(2))) == [3, 4]


def test_a_frame_of_a_bracket_kept_by_hand_brings_the_others() -> None:
    shoot = frames([20, 40, 30, 80], group=[0, 0, 0, 1], pick=[1, 0, 0, 0], whole=(0,))
    assert kept(propose(shoot, KeepCount(1))) == [0, 1, 2]


def test_an_empty_shoot_gives_an_empty_proposal() -> None:
    for budget in (KeepCount(5), KeepShare(10), KeepPerGroup(1)):
        assert kept(propose(frames([]), budget)) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: KeepCount(0),
        lambda: KeepShare(0),
        lambda: KeepShare(101),
        lambda: KeepPerGroup(0),
        lambda: KeepPerGroup(1, min_score=101),
    ],
)
def test_what_cannot_be_meant_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="can"):
        make()


BUDGETS = st.one_of(
    st.integers(1, 60).map(KeepCount),
    st.floats(0.1, 100).map(KeepShare),
    st.tuples(st.integers(1, 3), st.floats(0, 100)).map(lambda pair: KeepPerGroup(*pair)),
)
PHOTO = st.tuples(
    st.one_of(st.just(NAN), st.floats(0, 100, width=32)),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(-1, 1),
)


@given(st.lists(PHOTO, max_size=40), BUDGETS, st.sets(st.integers(0, 5), max_size=3))
def test_no_proposal_goes_against_the_photographer_or_over_the_budget(
    photos: list[tuple[float, int, int, int]], budget: Budget, whole: set[int]
) -> None:
    shoot = frames(
        [photo[0] for photo in photos],
        group=[photo[1] for photo in photos],
        stars=[photo[2] for photo in photos],
        pick=[photo[3] for photo in photos],
        whole=tuple(whole),
    )
    proposal = propose(shoot, budget)
    for row, (score, _, stars, pick) in enumerate(photos):
        fate = Fate(int(proposal.fate[row]))
        if pick > 0 or (pick == 0 and stars >= 3):
            assert fate is Fate.DECIDED_KEPT
        elif pick < 0 or stars:
            assert fate is Fate.DECIDED_OUT
        elif np.isnan(score):
            assert fate is Fate.NO_SCORE
    proposed = proposal.rows(Fate.KEPT, Fate.UNSURE_KEPT, Fate.UNSURE_OUT, Fate.LEFT_OUT)
    for group in whole:
        rows = proposed[shoot.group[proposed] == group]
        assert len(np.unique(proposal.fate[rows])) <= 1, "a bracket was torn"
    by_hand = pictures(shoot, proposal.rows(Fate.DECIDED_KEPT))
    everything = pictures(shoot, np.union1d(proposed, proposal.rows(Fate.DECIDED_KEPT)))
    found = pictures(shoot, proposal.rows(*KEEPING))
    if isinstance(budget, KeepCount):
        assert found == max(by_hand, min(budget.photos, everything))
    elif isinstance(budget, KeepPerGroup):
        for group in set(range(6)) - whole:
            rows = np.flatnonzero(shoot.group == group)
            own = np.isin(proposal.fate[rows], KEEPING)
            decided = proposal.fate[rows] == Fate.DECIDED_KEPT
            assert own.sum() <= max(budget.photos, decided.sum())
