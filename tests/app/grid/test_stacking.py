"""A list folded into stacks."""

from app.grid.stacking import Folded, fold
from core.photo import PhotoId
from core.services.group import Group, Grouped, Kind, Reason, Suggestion, Thresholds


def photos(*numbers: int) -> list[PhotoId]:
    return [PhotoId(number) for number in numbers]


def group(*ranked: int, cover: int | None = None) -> Group:
    best = photos(*ranked)
    kind = Kind.BURST if len(best) > 1 else Kind.SINGLE
    shown = best[0] if cover is None else PhotoId(cover)
    suggestion = Suggestion(best[0], Reason.SHARPEST)
    return Group(tuple(sorted(best)), kind, tuple(best), suggestion, shown, cover is not None)


def grouped(*groups: Group) -> Grouped:
    places = {id_: place for place, one in enumerate(groups) for id_ in one.ids}
    return Grouped(Thresholds(), groups, places, (), (), 0, 0)


SHOOT = grouped(group(2, 1, 3), group(4), group(6, 5))
EVERY = photos(1, 2, 3, 4, 5, 6)


def ids(folded: Folded) -> list[int]:
    return list(folded.ids)


def test_a_closed_stack_shows_its_cover_alone() -> None:
    found = fold(EVERY, SHOOT, frozenset())
    assert ids(found) == [2, 4, 6]
    mark = found.marks[PhotoId(2)]
    assert (mark.photos, mark.is_open, mark.name) == (3, False, "burst")
    assert PhotoId(4) not in found.marks, "a single photo is in no stack"


def test_an_open_stack_shows_all_with_the_cover_first() -> None:
    found = fold(EVERY, SHOOT, photos(3))
    assert ids(found) == [2, 1, 3, 4, 6]
    assert [found.marks[id_].number for id_ in photos(2, 1, 3)] == [1, 2, 3]
    assert [id_ for id_, mark in found.marks.items() if mark.is_open and mark.is_suggested] == [2]


def test_a_stack_stands_where_its_cover_does() -> None:
    by_score = photos(5, 1, 4, 6, 3, 2)
    assert ids(fold(by_score, SHOOT, frozenset())) == [4, 6, 2]


def test_the_photographers_cover_goes_before_the_suggestion() -> None:
    found = fold(EVERY, grouped(group(2, 1, 3, cover=3)), frozenset())
    assert ids(found) == [3, 4, 5, 6]
    assert not found.marks[PhotoId(3)].is_suggested


def test_where_a_filter_hides_the_cover_the_next_best_stands_for_the_stack() -> None:
    found = fold(photos(1, 3, 4), SHOOT, frozenset())
    assert ids(found) == [1, 4]
    assert found.marks[PhotoId(1)].photos == 2


def test_a_stack_of_which_one_photo_is_listed_is_no_stack() -> None:
    found = fold(photos(5, 4), SHOOT, frozenset())
    assert ids(found) == [5, 4]
    assert not found.marks


def test_photos_that_came_after_the_grouping_stand_alone() -> None:
    assert ids(fold([*EVERY, PhotoId(9)], SHOOT, frozenset())) == [2, 4, 6, 9]
