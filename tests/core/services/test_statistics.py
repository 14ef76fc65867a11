"""A shoot in numbers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.library.library import Library
from core.photo import Filter, Mark, Metadata, Pick
from core.services.statistics import ShootStatistics
from tests.core.library.make_catalog import add, scored

START = datetime(2026, 5, 2, 14, 0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.sqlite")
    yield library
    library.close()


def shoot(library: Library, times: list[datetime | None], folder: str = "/a") -> None:
    """Photos of two cameras by turns; the scores rise by four points, every fifth is picked."""
    ids = add(library, *(f"{folder}/{number:03d}.jpg" for number in range(len(times))))
    with library.transaction() as stored:
        stored.photos.describe(
            {
                id_: Metadata(taken_at=at, camera=("R5", "")[place % 2], lens="50 mm")
                for place, (id_, at) in enumerate(zip(ids, times, strict=True))
            }
        )
        stored.scores.save([scored(id_, 4.0 * place) for place, id_ in enumerate(ids[:26])])
        stored.photos.set_marks({id_: Mark(pick=Pick.PICKED) for id_ in ids[::5]})


def test_counts_by_score_camera_and_lens(library: Library) -> None:
    shoot(library, [START + timedelta(minutes=minute) for minute in range(26)])
    found = ShootStatistics(library).of(Filter(Path("/a")))
    assert (found.photos, found.kept) == (26, 6)
    assert sum(found.scores) == 26
    assert found.scores[-1] == 2, "96 and 100"
    assert sum(found.kept_scores) == 6
    assert [(part.name, part.photos, part.kept) for part in found.cameras] == [
        ("", 13, 3),
        ("R5", 13, 3),
    ]
    assert [(part.name, part.photos) for part in found.lenses] == [("50 mm", 26)]


def test_the_time_line_of_a_short_shoot_goes_by_minutes(library: Library) -> None:
    minutes = [0, 0, 3]
    shoot(library, [START + timedelta(minutes=minute) for minute in minutes])
    line = ShootStatistics(library).of(Filter()).time_line
    assert line.step == timedelta(minutes=1)
    assert [(span.start, span.photos) for span in line.spans] == [
        (START, 2),
        (START + timedelta(minutes=1), 0),
        (START + timedelta(minutes=2), 0),
        (START + timedelta(minutes=3), 1),
    ]


def test_the_time_line_of_a_year_goes_by_weeks(library: Library) -> None:
    shoot(library, [START + timedelta(days=day) for day in range(0, 365, 7)])
    line = ShootStatistics(library).of(Filter()).time_line
    assert line.step == timedelta(days=7)
    assert all(span.photos == 1 for span in line.spans)
    assert line.spans[0].start.weekday() == 0


def test_clocks_that_were_never_set_do_not_make_an_endless_line(library: Library) -> None:
    shoot(library, [datetime(1, 1, 1), START, None, datetime(9999, 12, 31)])
    line = ShootStatistics(library).of(Filter()).time_line
    assert sum(span.photos for span in line.spans) == 3
    assert len(line.spans) <= 120


def test_an_empty_shoot_has_no_statistics_but_no_error(library: Library) -> None:
    found = ShootStatistics(library).of(Filter(Path("/nowhere")))
    assert (found.photos, found.kept, found.time_line.spans) == (0, 0, ())


def test_only_what_the_filter_shows_counts(library: Library) -> None:
    shoot(library, [START] * 10)
    shoot(library, [START] * 3, folder="/b")
    assert ShootStatistics(library).of(Filter(Path("/b"))).photos == 3
