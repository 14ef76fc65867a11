"""What a photographer's marks do to the ratings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from core.errors import ModelMismatchError
from core.taste.agreement import rank_correlation
from core.taste.evidence import FACTS, Evidence, Frames
from core.taste.fit import fit_taste
from core.taste.marks import keepers, levels, passed_over
from core.taste.prior import load_prior, save_prior
from core.taste.taste_file import from_bytes, to_bytes
from tests.core.taste.people import DIM, by_fact, photographs, prior, rated


@pytest.mark.parametrize("fact", ["light", "warmth", "symmetry", "sharpness"])
def test_a_taste_for_one_visible_thing_is_found_in_a_hundred_marks(fact: str) -> None:
    frames, others = photographs(100), photographs(400, seed=1)
    fitted = fit_taste(rated(frames, by_fact(frames, fact)), prior(), others)
    assert rank_correlation(fitted.taste.ratings(others), by_fact(others, fact)) > 0.9


def test_who_likes_what_everybody_likes_is_left_alone() -> None:
    frames, others = photographs(100), photographs(400, seed=1)
    fitted = fit_taste(rated(frames, frames.generic), prior(), others)
    assert rank_correlation(fitted.taste.ratings(others), others.generic) > 0.97


def test_a_few_marks_change_little() -> None:
    frames, others = photographs(5), photographs(400, seed=1)
    fitted = fit_taste(rated(frames, by_fact(frames, "light")), prior(), others)
    assert rank_correlation(fitted.taste.ratings(others), others.generic) > 0.85


def test_contradictory_marks_change_little() -> None:
    once = photographs(60)
    frames = Frames(*(np.concatenate([part, part]) for part in (once.features, once.facts)),
                    np.concatenate([once.generic, once.generic]))  # fmt: skip
    liking = by_fact(frames, "light") * np.repeat([1, -1], 60)
    others = photographs(400, seed=1)
    fitted = fit_taste(rated(frames, liking), prior(), others)
    assert rank_correlation(fitted.taste.ratings(others), others.generic) > 0.9


def test_within_a_burst_the_sharpest_is_learnt_whatever_the_shoots_are_worth() -> None:
    frames, others = photographs(120), photographs(400, seed=1)
    rng = np.random.default_rng(5)
    occasion = np.repeat(rng.normal(0, 10, 30), 4)  # each burst as a whole is liked or not
    liking = by_fact(frames, "sharpness") + 0.02 * occasion
    evidence = rated(frames, liking, in_burst=4)
    fitted = fit_taste(evidence, prior(), others)
    assert rank_correlation(fitted.taste.ratings(others), by_fact(others, "sharpness")) > 0.7


def test_ratings_keep_the_mean_and_at_most_the_spread_of_the_model() -> None:
    frames, others = photographs(100), photographs(400, seed=1)
    found = fit_taste(rated(frames, by_fact(frames, "light")), prior(), others).taste
    ratings = found.ratings(others)
    assert ratings.mean() == pytest.approx(others.generic.mean(), abs=1e-4)
    assert ratings.std() <= others.generic.std() * 1.001


def test_the_same_marks_give_the_same_taste_in_any_order() -> None:
    frames, others = photographs(50), photographs(100, seed=1)
    evidence = rated(frames, by_fact(frames, "light"))
    backwards = evidence.rows(np.arange(50)[::-1])
    one, other = (fit_taste(each, prior(), others).taste for each in (evidence, backwards))
    np.testing.assert_allclose(one.slope, other.slope, atol=1e-5)


def test_a_missing_fact_counts_as_usual() -> None:
    frames, others = photographs(100), photographs(50, seed=1)
    taste = fit_taste(rated(frames, by_fact(frames, "light")), prior(), others).taste
    facts = others.facts.copy()
    facts[:, FACTS.index("light")] = 0.5  # the usual
    usual = taste.ratings(Frames(others.features, facts, others.generic))
    facts[:, FACTS.index("light")] = np.nan
    np.testing.assert_allclose(taste.ratings(Frames(others.features, facts, others.generic)), usual)


def test_a_taste_survives_the_file_and_a_damaged_one_is_refused() -> None:
    frames = photographs(100)
    taste = fit_taste(rated(frames, by_fact(frames, "light")), prior(), frames).taste
    content = to_bytes(taste)
    np.testing.assert_array_equal(
        from_bytes(content).ratings(frames).round(4), taste.ratings(frames).round(4)
    )
    for damaged in (b"", content[:100], b"x" + content[1:], to_bytes(taste)[:-4]):
        with pytest.raises(ValueError, match=r"taste|facts|slope|range"):
            from_bytes(damaged)


def test_a_taste_with_the_number_that_older_versions_stored_reads_the_same() -> None:
    taste = fit_taste(
        rated(photographs(30), by_fact(photographs(30), "light")), prior(), photographs(30)
    ).taste
    tensors = load(to_bytes(taste)) | {"stretch": np.ones((), np.float32)}
    assert to_bytes(from_bytes(save(tensors))) == to_bytes(taste)


def marked(stars: list[int], picks: list[int]) -> Evidence:
    count = len(stars)
    return Evidence(
        photographs(count),
        np.array(stars, np.int8),
        np.array(picks, np.int8),
        np.zeros(count, np.int64),
        np.arange(count, dtype=np.int64),
    )


def test_more_stars_and_a_pick_are_more_and_a_reject_is_less() -> None:
    said = levels(marked([1, 3, 5, 0, 0], [0, 0, 0, 1, -1]))
    assert said[0] < said[1] < said[2]
    assert said[3] > 0 > said[4]


def test_keepers_are_picks_and_four_stars_but_no_rejects() -> None:
    kept = keepers(marked([4, 5, 3, 0, 5], [0, 0, 0, 1, -1]))
    assert kept.tolist() == [True, True, False, True, False]


def test_where_nobody_got_four_stars_the_best_are_kept() -> None:
    assert keepers(marked([1, 2, 3], [0, 0, 0])).tolist() == [False, False, True]
    assert not keepers(marked([2, 2, 2], [0, 0, 0])).any()


def test_passed_over_is_who_was_left_for_another_in_a_shoot_that_was_gone_through() -> None:
    def passed(picks: list[int], shoots: list[int], bursts: list[int]) -> list[bool]:
        none = np.zeros(len(picks), np.int8)
        marks = np.array(picks, np.int8)
        return passed_over(none, marks, np.array(shoots), np.array(bursts)).tolist()

    assert passed([1, 0, 0, 0], [0] * 4, [0, 0, 0, 1]) == [False, True, True, False]
    assert passed([-1, 0], [0, 0], [0, 0]) == [False, False]  # nothing was kept
    one_of_three = [1, 0, 0, 0, 0, 0], [0] * 6, [0, 0, 1, 1, 2, 2]  # hardly begun
    assert passed(*one_of_three) == [False] * 6
    two_of_three = [1, 0, -1, 0, 0, 0], [0] * 6, [0, 0, 1, 1, 2, 2]
    assert passed(*two_of_three) == [False, True, False, False, False, False]
    other_shoot = [1, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2]
    assert passed(*other_shoot) == [False, True, False, False, False, False]


def test_a_frame_that_was_passed_over_is_not_a_reject() -> None:
    frames, others = photographs(120), photographs(400, seed=1)
    # Whole bursts are liked for their light; in each, the sharpest is kept.
    light = np.repeat(by_fact(frames, "light")[::4], 4)
    frames.facts[:, FACTS.index("light")] = light
    sharpest = by_fact(frames, "sharpness").reshape(-1, 4).argmax(axis=1)
    kept = sharpest + 4 * np.arange(30)
    stars = rated(frames, light, in_burst=4).stars
    stars[np.setdiff1d(np.arange(120), kept)] = 0
    stars[stars > 0] = np.maximum(stars[stars > 0], 4)  # all kept, some liked more
    evidence = replace(rated(frames, light, in_burst=4), stars=stars)
    fitted = fit_taste(evidence, prior(), others).taste.ratings(others)
    without = fit_taste(evidence.marked, prior(), others).taste.ratings(others)
    sharpness, brightness = (by_fact(others, one) for one in ("sharpness", "light"))
    assert rank_correlation(fitted, sharpness) > rank_correlation(without, sharpness) + 0.2
    assert rank_correlation(fitted, brightness) > rank_correlation(without, brightness) - 0.2


def test_what_is_known_of_tastes_is_bound_to_its_model(tmp_path: Path) -> None:
    known = replace(prior(), shared=np.asfortranarray(np.arange(DIM * 2.0).reshape(DIM, 2)))
    file = save_prior(known, tmp_path, "one")
    np.testing.assert_array_equal(load_prior(tmp_path, "one").shared, known.shared)
    with pytest.raises(ModelMismatchError, match="another version"):
        load_prior(tmp_path, "other")
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelMismatchError, match="altered"):
        load_prior(tmp_path, "one")
    file.unlink()
    with pytest.raises(ModelMismatchError, match="missing"):
        load_prior(tmp_path, "one")
