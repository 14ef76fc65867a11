"""The verdict on a personal model."""

import numpy as np
import pytest

from core.errors import Cancelled
from core.progress import Progress, Task
from core.taste.agreement import interval, keepers_lost, rank_correlation
from core.taste.trial import judge_trial, quick_ratings, quick_trial, trial_folds
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
    assert judge_trial(evidence, {"deep": same, "quick": same}).chosen == "quick"
    assert judge_trial(evidence, {"quick": frames.generic.copy()}).chosen == "generic"


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


def test_the_interval_covers_the_truth_nineteen_times_of_twenty() -> None:
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        shoots = np.repeat(np.arange(12), 8)
        values = generator.normal(size=12)[shoots] + generator.normal(size=96)
        found = interval(lambda rows, values=values: float(values[rows].mean()), shoots)
        covered += found.low <= 0 <= found.high
    assert 0.9 <= covered / 200 <= 1
