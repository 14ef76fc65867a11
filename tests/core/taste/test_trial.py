"""The verdict on a personal model."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import Cancelled
from core.progress import Progress, Task
from core.taste.agreement import (
    keepers_lost,
    losses,
    preferences,
    rank_correlation,
    rank_correlations,
)
from core.taste.confidence import CORRELATION, PERCENT, interval
from core.taste.evidence import Evidence, Frames
from core.taste.judging import judge
from core.taste.trial import quick_ratings, quick_trial, trial_folds
from tests.core.taste.people import by_fact, photographs, prior, rated


def test_a_visible_taste_is_told_with_its_gain() -> None:
    frames, others = photographs(160), photographs(300, seed=1)
    taste, verdict = quick_trial(rated(frames, by_fact(frames, "warmth")), prior(), others, Task())
    assert taste is not None
    assert verdict.chosen == "quick"
    assert verdict.gain is not None
    assert verdict.gain.low > 0.3
    assert verdict.ratings == verdict.held_out == 160
    assert verdict.shoots == 8
    for cut in verdict.cuts:
        assert cut.personal.value < cut.generic.value
        for figure in (cut.personal, cut.generic):
            assert 0 <= figure.low <= figure.value < figure.high <= 100
    assert "better than the model for everybody" in verdict.sentence


def test_who_agrees_with_everybody_keeps_what_is_there() -> None:
    frames, others = photographs(160), photographs(300, seed=1)
    taste, verdict = quick_trial(rated(frames, frames.generic), prior(), others, Task())
    assert taste is None
    assert verdict.chosen == "generic"
    assert verdict.generic is not None
    assert verdict.generic.value > 0.95
    assert "no better" in verdict.sentence


@pytest.mark.parametrize(
    ("liking", "shoots", "said"),
    [(None, 4, "equal"), ("light", 1, "one shoot")],
)
def test_what_cannot_be_tried_is_said_and_changes_nothing(
    liking: str | None, shoots: int, said: str
) -> None:
    frames = photographs(40)
    evidence = rated(frames, by_fact(frames, liking or "light"), shoots=shoots)
    if liking is None:
        evidence.stars[:] = 3
    taste, verdict = quick_trial(evidence, prior(), frames, Task())
    assert taste is None
    assert verdict.chosen == "generic"
    assert verdict.gain is None
    assert said in verdict.sentence


def test_no_shoot_and_no_burst_is_divided() -> None:
    frames = photographs(200)
    evidence = rated(frames, by_fact(frames, "light"), shoots=23, in_burst=4)
    folds = trial_folds(evidence)
    for numbers in (evidence.shoots, evidence.bursts):
        for number in np.unique(numbers):
            assert len(np.unique(folds[numbers == number])) == 1
    assert len(np.unique(folds)) == 10


def test_held_out_ratings_owe_nothing_to_the_marks_of_their_shoot() -> None:
    frames = photographs(80)
    evidence = rated(frames, by_fact(frames, "light"), shoots=4)
    first = quick_ratings(evidence, prior(), frames, Task())
    here = evidence.shoots == 0
    evidence.stars[here] = 6 - evidence.stars[here]
    second = quick_ratings(evidence, prior(), frames, Task())
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first[here], second[here])
    assert not np.allclose(first[~here], second[~here])


def test_ties_go_to_the_simpler_model() -> None:
    frames = photographs(60)
    evidence = rated(frames, by_fact(frames, "light"))
    same = by_fact(frames, "light")
    assert judge(evidence, {"deep": same, "quick": same}).chosen == "quick"
    assert judge(evidence, {"quick": frames.generic.copy()}).chosen == "generic"


def test_a_tie_of_a_few_photos_is_no_sign_of_equality() -> None:
    frames = photographs(12)
    evidence = rated(frames, by_fact(frames, "light"))
    verdict = judge(evidence, {"quick": 2 * frames.generic})
    assert verdict.chosen == "quick"
    assert "too few ratings to tell" in verdict.sentence


def test_a_trial_can_be_cancelled() -> None:
    frames = photographs(60)
    task = Task()

    def stop(_: Progress) -> None:
        task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        quick_trial(rated(frames, by_fact(frames, "light")), prior(), frames, task)


def test_rank_correlation_by_hand() -> None:
    rising = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(rising, rising) == pytest.approx(1)
    assert rank_correlation(rising, -rising) == pytest.approx(-1)
    # Ranks 1, 2.5, 2.5, 4 against 1..4: 4.5 / sqrt(4.5 * 5).
    assert rank_correlation(np.array([1.0, 2, 2, 5]), rising) == pytest.approx(0.9486833)
    assert np.isnan(rank_correlation(np.ones(4), rising))


def test_keepers_lost_by_hand() -> None:
    rating = np.arange(10.0)
    kept = np.zeros(10, bool)
    kept[[0, 9]] = True
    assert keepers_lost(rating, kept, 10) == pytest.approx(50)
    kept[0] = False
    assert keepers_lost(rating, kept, 30) == pytest.approx(0)
    assert keepers_lost(-rating, kept, 10) == pytest.approx(100)
    assert np.isnan(keepers_lost(rating, np.zeros(10, bool), 10))


def test_samples_are_measured_as_if_their_photos_were_copied() -> None:
    generator = np.random.default_rng(0)
    rated, wanted = generator.normal(size=30).round(1), generator.integers(1, 6, 30) * 1.0
    kept = wanted > 3
    drawn = [generator.integers(0, 30, 30) for _ in range(20)]
    samples = np.array([np.bincount(rows, minlength=30) for rows in drawn], np.float64)
    by_samples = rank_correlations(rated, wanted)(samples), losses(rated, kept, 20)(samples)
    by_copies = (
        [rank_correlation(rated[rows], wanted[rows]) for rows in drawn],
        [keepers_lost(rated[rows], kept[rows], 20) for rows in drawn],
    )
    np.testing.assert_allclose(by_samples, by_copies)


@pytest.mark.parametrize("count", [3, 5, 12])
def test_the_interval_covers_the_truth_nineteen_times_of_twenty(count: int) -> None:
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        shoots = np.repeat(np.arange(count), 8)
        values = 5 * generator.normal(size=count)[shoots] + 5 * generator.normal(size=8 * count)
        found = interval(
            lambda samples, values=values: 50 + samples @ values / samples.sum(axis=1),
            shoots,
            np.arange(8 * count),
            PERCENT,
        )
        covered += found.low <= 50 <= found.high
    assert 0.92 <= covered / 200 <= 0.99


def test_where_leaving_out_tells_nothing_anything_is_possible() -> None:
    rated = np.arange(6.0)
    for shoots in (np.zeros(6, np.int64), np.repeat([0, 1], 3)):
        wanted = np.repeat([1.0, 2.0], 3)  # without either shoot all are equal
        found = interval(rank_correlations(rated, wanted), shoots, np.arange(6), CORRELATION)
        assert (found.low, found.high) == (-1, 1)


def one_picked_of_each_burst(frames: Frames, liking: npt.NDArray[np.float64]) -> Evidence:
    """The best of each four is picked, and nothing else is marked."""
    evidence = rated(frames, liking, in_burst=4)
    best = liking.reshape(-1, 4).argmax(axis=1) + 4 * np.arange(len(frames) // 4)
    picks = np.zeros(len(frames), np.int8)
    picks[best] = 1
    return replace(evidence, stars=np.zeros_like(picks), picks=picks)


def test_one_who_only_picks_a_frame_of_each_burst_is_understood() -> None:
    frames, others = photographs(160), photographs(300, seed=1)
    evidence = one_picked_of_each_burst(frames, by_fact(frames, "sharpness"))
    taste, verdict = quick_trial(evidence, prior(), others, Task())
    assert taste is not None
    assert rank_correlation(taste.ratings(others), by_fact(others, "sharpness")) > 0.8
    assert verdict.generic is not None
    assert verdict.personal is not None
    assert verdict.generic.high < 0.5 < verdict.personal.low
    assert verdict.ratings == verdict.bursts == verdict.held_out == 40
    for cut in verdict.cuts:
        assert cut.personal.value < cut.generic.value


def test_one_who_picks_a_frame_of_each_burst_by_chance_changes_nothing() -> None:
    frames, others = photographs(160), photographs(300, seed=1)
    chance = np.random.default_rng(4).normal(size=160)
    taste, verdict = quick_trial(one_picked_of_each_burst(frames, chance), prior(), others, Task())
    found = others.generic if taste is None else taste.ratings(others)
    assert rank_correlation(found, others.generic) > 0.8
    assert verdict.gain is not None
    assert verdict.gain.low < 0


def test_preferences_by_hand() -> None:
    rating = np.array([3.0, 1, 4, 2, 2, 9])
    kept = np.array([True, False, False, True, False, False])
    bursts = np.array([0, 0, 0, 1, 1, 2])  # one behind, one ahead; one equal; nothing kept
    measure = preferences(rating, kept, ~kept, bursts)
    assert measure(np.ones((1, 6)))[0] == pytest.approx(0)
    assert measure(np.array([[1.0, 1, 0, 1, 1, 1]]))[0] == pytest.approx(0.5)
    assert np.isnan(measure(np.array([[0.0, 0, 0, 0, 0, 1]]))[0])
