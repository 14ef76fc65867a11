"""The cull assistant proposes, and applies only what was agreed to, as one step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.library.library import Library
from core.library.profile_store import ProfileFacts
from core.photo import Changes, FileState, Filter, Mark, PhotoId, Pick
from core.services.cull import Cull, Fate, KeepCount, KeepPerGroup
from core.services.group_words import Group, Grouped, Kind, Reason, Suggestion, Thresholds
from core.services.history import History
from core.services.rate import Rating
from core.services.verdict_json import to_json
from core.taste.verdict import Cut, Figure, Verdict
from tests.core.library.make_catalog import add, scored

SCORES = (90.0, 88.0, 70.0, 50.0, 20.0, 10.0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.sqlite")
    yield library
    library.close()


@pytest.fixture
def ids(library: Library) -> list[PhotoId]:
    ids = add(library, *(f"/a/{number}.jpg" for number in range(len(SCORES))))
    with library.transaction() as stored:
        stored.scores.save([scored(*pair) for pair in zip(ids, SCORES, strict=True)])
    return ids


@pytest.fixture
def published() -> list[Changes]:
    return []


def in_groups(*groups: Group) -> Grouped:
    places = {id_: place for place, group in enumerate(groups) for id_ in group.ids}
    return Grouped(Thresholds(), groups, places, (), (), 0, 0)


def group(kind: Kind, *ranked: PhotoId) -> Group:
    suggestion = Suggestion(ranked[0], Reason.SCORE)
    return Group(tuple(sorted(ranked)), kind, ranked, suggestion, ranked[0])


@pytest.fixture
def cull(library: Library, published: list[Changes]) -> Cull:
    return Cull(library, lambda _: in_groups(), published.append)


def picks(library: Library, ids: list[PhotoId]) -> list[Pick]:
    with library.transaction() as stored:
        found = stored.photos.marks(ids)
    return [found[id_].pick for id_ in ids]


def test_a_plan_changes_nothing(cull: Cull, library: Library, ids: list[PhotoId]) -> None:
    plan = cull.plan(Filter(), KeepCount(2))
    assert plan.to_pick == tuple(ids[:2])
    assert plan.to_reject == tuple(ids[2:])
    assert plan.pictures == 2
    assert picks(library, ids) == [Pick.UNDECIDED] * 6


def test_applying_is_one_step_that_undo_takes_back(
    cull: Cull, library: Library, ids: list[PhotoId], published: list[Changes]
) -> None:
    plan = cull.plan(Filter(), KeepCount(2))
    outcome = cull.apply(plan.to_pick, plan.to_reject)
    assert outcome.message == "Cull: 2 photos picked, 4 photos rejected"
    assert picks(library, ids) == [Pick.PICKED] * 2 + [Pick.REJECTED] * 4
    assert published == [outcome.changes]
    assert History(library, published.append).undo().message == f"Undid: {outcome.message}"
    assert picks(library, ids) == [Pick.UNDECIDED] * 6


def test_picks_alone_leave_the_rest_undecided(
    cull: Cull, library: Library, ids: list[PhotoId]
) -> None:
    cull.apply(cull.plan(Filter(), KeepCount(1)).to_pick, [])
    assert picks(library, ids) == [Pick.PICKED] + [Pick.UNDECIDED] * 5


def test_what_was_decided_since_the_plan_stays(
    cull: Cull, library: Library, ids: list[PhotoId]
) -> None:
    plan = cull.plan(Filter(), KeepCount(2))
    rating = Rating(library, lambda _: None)
    rating.pick(ids[:1], Pick.REJECTED)
    rating.pick(ids[-1:], Pick.PICKED)
    cull.apply(plan.to_pick, plan.to_reject)
    assert picks(library, ids)[0] is Pick.REJECTED
    assert picks(library, ids)[-1] is Pick.PICKED


def test_applying_to_what_is_decided_says_that_nothing_was_left(
    cull: Cull, ids: list[PhotoId], published: list[Changes]
) -> None:
    cull.apply(ids, [])
    published.clear()
    assert cull.apply(ids, []).message == "Nothing was left to decide"
    assert published == []


def test_stars_and_labels_outlive_a_cull(cull: Cull, library: Library, ids: list[PhotoId]) -> None:
    with library.transaction() as stored:
        stored.photos.set_marks({ids[0]: Mark(stars=2)})
    cull.apply(ids, [])
    with library.transaction() as stored:
        assert stored.photos.marks(ids[:1])[ids[0]] == Mark(2, Pick.PICKED)


def test_frames_of_one_group_take_turns(library: Library, ids: list[PhotoId]) -> None:
    burst = group(Kind.BURST, ids[1], ids[0])
    cull = Cull(library, lambda _: in_groups(burst), lambda _: None)
    assert cull.plan(Filter(), KeepCount(2)).to_pick == (ids[1], ids[2]), "the suggested frame"
    assert ids[0] not in cull.plan(Filter(), KeepPerGroup(1)).to_pick


def test_a_bracket_is_one_picture(library: Library, ids: list[PhotoId]) -> None:
    bracket = group(Kind.BRACKET, ids[5], ids[0], ids[4])
    cull = Cull(library, lambda _: in_groups(bracket), lambda _: None)
    plan = cull.plan(Filter(), KeepCount(2))
    assert set(plan.to_pick) == {ids[0], ids[1], ids[4], ids[5]}
    assert plan.pictures == 2


def test_groups_are_those_of_the_folder_whatever_the_filter_hides(
    library: Library, ids: list[PhotoId]
) -> None:
    asked: list[Filter] = []

    def groups_of(scope: Filter) -> Grouped:
        asked.append(scope)
        return in_groups(group(Kind.BURST, *ids))

    plan = Cull(library, groups_of, lambda _: None).plan(
        Filter(Path("/a"), min_score=60.0), KeepCount(1)
    )
    assert asked == [Filter(Path("/a"))]
    assert len(plan.fates) == 3


def test_a_photo_without_a_score_or_unreadable_is_left_alone(
    cull: Cull, library: Library, ids: list[PhotoId]
) -> None:
    (new,) = add(library, "/a/new.jpg")
    with library.transaction() as stored:
        stored.photos.set_state([ids[0]], FileState.UNREADABLE, "damaged")
    plan = cull.plan(Filter(), KeepCount(10))
    assert plan.of(Fate.NO_SCORE) == (ids[0], new) or plan.of(Fate.NO_SCORE) == (new, ids[0])


def test_nothing_in_the_filter_gives_an_empty_plan(cull: Cull, ids: list[PhotoId]) -> None:
    assert ids
    plan = cull.plan(Filter(Path("/nowhere")), KeepCount(10))
    assert (plan.fates, plan.pictures) == ({}, 0)


def test_a_personal_model_says_what_a_cut_would_cost(
    cull: Cull, library: Library, ids: list[PhotoId]
) -> None:
    assert len(ids) == 6
    figures = [Figure(value, value / 2, value * 2) for value in (1.0, 3.0, 8.0)]
    cuts = tuple(
        Cut(percent, figure, figure) for percent, figure in zip((10, 20, 30), figures, strict=True)
    )
    verdict = Verdict(100, 4, 0, 80, "quick", None, None, None, cuts, "")
    facts = ProfileFacts(
        "mine", "quick", datetime.now(UTC), "student 1", "f", "0" * 64, to_json(verdict)
    )
    with library.transaction() as stored:
        stored.profiles.put_in_force(stored.profiles.add(facts, b"content"))
    shallow = cull.plan(Filter(), KeepCount(5)).keepers_lost
    assert "your model lost 3 of 100 keepers (95 % sure: 2 to 6) in the lowest 20 %" in shallow
    assert "leaves out 17 %" in shallow
    deep = cull.plan(Filter(), KeepCount(1)).keepers_lost
    assert "was not measured" in deep
