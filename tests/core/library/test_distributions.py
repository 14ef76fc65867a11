"""Distributions say what moving a slider would do, against shoots that are counted by hand."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.library.distribution_store import BINS, Distributions
from core.library.group_store import SubjectSharpness
from core.library.library import Library
from core.photo import Filter, Mark, PartRange, PhotoId, TechnicalPart
from tests.core.library.make_catalog import add, scored

SHARP, QUIET, SUBJECT = (
    TechnicalPart.SHARPNESS,
    TechnicalPart.NOISE,
    TechnicalPart.SUBJECT_SHARPNESS,
)


@pytest.fixture
def shoot(library: Library) -> Library:
    """Six photos in a folder, one of them without a score, and one photo elsewhere."""
    ids = add(library, *(f"/a/{number}.jpg" for number in range(6)), "/b/1.jpg")
    parts = [
        {"sharpness": 0.0, "noise": 70.0},
        {"sharpness": 4.99, "noise": 30.0},
        {"sharpness": 5.0, "noise": 70.0},
        {"sharpness": 100.0, "noise": 30.0},
        {"noise": 70.0},
    ]
    with library.transaction() as stored:
        stored.scores.save(
            [
                scored(id_, 10.0 * n, parts=each)
                for n, (id_, each) in enumerate(zip(ids[:5], parts, strict=True))
            ]
        )
        stored.scores.save([scored(ids[6], 99.0, parts=parts[3])])
        stored.photos.set_marks({id_: Mark(stars=5) for id_ in ids[2:4]})
        stored.groups.save_sharpness(
            {
                id_: subject(sharpness, ids[0])
                for id_, sharpness in zip(ids[:2], (-4.0, -2.0), strict=True)
            }
        )
    return library


def subject(sharpness: float, anchor: PhotoId) -> SubjectSharpness:
    return SubjectSharpness(anchor, sharpness, (0.4, 0.4, 0.2, 0.2), "sharpness 1")


def of(library: Library, wanted: Filter) -> Distributions:
    with library.transaction() as stored:
        return stored.distributions.of(wanted)


def filled(counts: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(counts.get(place, 0) for place in range(BINS))


def test_everything_is_counted_and_what_was_not_measured_apart(shoot: Library) -> None:
    found = of(shoot, Filter(folder=Path("/a")))
    assert found.parts[SHARP].counts == filled({0: 2, 1: 1, 19: 1})
    assert found.parts[SHARP].missing == 2
    assert found.parts[QUIET].counts == filled({14: 3, 6: 2})
    assert found.parts[SUBJECT].counts == filled({10: 1, 19: 1})
    assert found.parts[SUBJECT].missing == 4
    assert found.parts[TechnicalPart.COMPRESSION].counts == filled({})
    assert found.score.counts == filled({0: 1, 2: 1, 4: 1, 6: 1, 8: 1})
    assert (found.score.missing, found.photos, found.passing) == (1, 6, 6)


def test_a_part_is_counted_within_all_other_ranges_but_not_its_own(shoot: Library) -> None:
    ranges = frozenset({PartRange(SHARP, least=4.0), PartRange(QUIET, least=50.0)})
    found = of(shoot, Filter(folder=Path("/a"), parts=ranges))
    assert found.parts[SHARP].counts == filled({0: 1, 1: 1})  # of the three quiet ones
    assert found.parts[SHARP].missing == 1
    assert found.parts[QUIET].counts == filled({6: 2, 14: 1})  # of the three sharp ones
    assert found.score.counts == filled({4: 1})  # both ranges hold
    assert (found.photos, found.passing) == (6, 1)


def test_bounds_are_included_and_the_score_has_a_range_of_its_own(shoot: Library) -> None:
    exact = frozenset({PartRange(SHARP, least=5.0, most=100.0)})
    found = of(shoot, Filter(folder=Path("/a"), parts=exact, min_score=20.0, max_score=20.0))
    assert found.passing == 1
    assert found.score.counts == filled({4: 1, 6: 1})
    assert found.parts[SHARP].counts == filled({1: 1})


def test_what_is_no_range_holds_for_all(shoot: Library) -> None:
    found = of(shoot, Filter(folder=Path("/a"), min_stars=5))
    assert found.photos == 2
    assert found.parts[SHARP].counts == filled({1: 1, 19: 1})


def test_a_range_of_the_subject_leaves_out_what_was_not_compared(shoot: Library) -> None:
    found = of(shoot, Filter(parts=frozenset({PartRange(SUBJECT, least=60.0)})))
    assert found.passing == 1
    assert found.parts[SUBJECT].counts == filled({10: 1, 19: 1})
    assert found.parts[SHARP].counts == filled({0: 1})


def test_no_photo_at_all_is_no_failure(library: Library) -> None:
    found = of(library, Filter(folder=Path("/nowhere"), min_score=5))
    assert (found.photos, found.passing, found.score.missing) == (0, 0, 0)
    assert found.parts[SHARP].counts == filled({})


@pytest.mark.parametrize("place", range(BINS + 1))
def test_a_value_on_an_edge_belongs_to_the_bin_that_it_begins(library: Library, place: int) -> None:
    [id_] = add(library, "/a/1.jpg")
    with library.transaction() as stored:
        stored.scores.save([scored(id_, 5.0 * place)])
    assert of(library, Filter()).score.counts == filled({min(place, BINS - 1): 1})
