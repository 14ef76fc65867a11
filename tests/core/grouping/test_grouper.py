"""Photos that belong together are one group, at any setting and whatever is not known of them."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from core.grouping.camera_clocks import estimated_offsets
from core.grouping.captures import Captures
from core.grouping.grouper import Grouper
from core.grouping.sequences import Kind
from core.grouping.thresholds import Thresholds
from core.vision import appearance
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads
from tests.core.grouping.columns import captures, directions
from tests.made_shoots import (
    SECOND,
    SECOND_IS_LATE_S,
    Shot,
    captures_of,
    drawn,
    made_shoot,
    pairwise_f1,
    synthetic_shoot,
)

F1 = 0.95  # asked for of every kind


def groups(shot: Captures, thresholds: Thresholds = Thresholds()) -> list[list[int]]:  # noqa: B008
    labels = Grouper(shot, {}).group(thresholds).labels
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]


def test_a_burst_ends_where_time_or_looks_do() -> None:
    shot = captures([0.1, 0.4, 0.7, 20.0, 20.3], embeddings=directions([0, 0.1, 1.2, 2.4, 2.5]))
    assert groups(shot) == [[0, 1], [2], [3, 4]]


def test_thresholds_join_and_part() -> None:
    shot = captures([0.1, 0.6, 4.5], embeddings=directions([0, 0.4, 0.8]))
    assert groups(shot, Thresholds(1, 0.9)) == [[0, 1], [2]]
    assert groups(shot, Thresholds(5, 0.9)) == [[0, 1, 2]]
    assert groups(shot, Thresholds(5, 0.95)) == [[0], [1], [2]]
    assert groups(shot, Thresholds(0, 1)) == [[0], [1], [2]]


def test_absurd_thresholds_are_refused() -> None:
    for gap, similarity in ((-1, 0.5), (1, 1.1), (1, -0.1), (float("nan"), 0.5)):
        with pytest.raises(ValueError, match="No such thresholds"):
            Thresholds(gap, similarity)


def test_the_same_view_an_hour_later_is_one_group_but_not_on_another_day() -> None:
    shot = captures([0.1, 3600.0, 30 * 3600.0], embeddings=directions([0, 0.1, 0.1 + 0.08]))
    assert groups(shot) == [[0, 1], [2]]
    assert Grouper(shot, {}).group(Thresholds()).kinds == {0: Kind.ALIKE}


def test_frames_that_each_resemble_the_next_do_not_become_one_group() -> None:
    """A day of portraits before one wall: everybody is like somebody, not like everybody."""
    minutes = [60.0 * place + 0.1 for place in range(40)]
    shot = captures(minutes, embeddings=directions([0.15 * place for place in range(40)]))
    assert max(map(len, groups(shot))) < 6


def test_photos_without_a_time_are_grouped_by_looks_and_name() -> None:
    shot = captures([None] * 5, embeddings=directions([0, 0.1, 1.5, 1.6, 0.05]))
    found = groups(shot)
    assert [2, 3] in found
    assert [0, 1, 4] in found


def test_photos_that_nobody_looked_at_are_grouped_by_time_and_camera() -> None:
    unseen = np.zeros((4, 8), dtype=np.float32)
    shot = captures([0.1, 0.5, 0.9, 30.0], camera=[0, 1, 0, 0], embeddings=unseen)
    assert groups(shot) == [[0, 2], [1], [3]]


@pytest.mark.parametrize("count", [0, 1])
def test_almost_nothing_can_be_grouped(count: int) -> None:
    shot = captures([1.0] * count)
    assert len(groups(shot)) == count
    assert estimated_offsets(shot) == {}


@pytest.mark.parametrize("dated", [True, False])
def test_five_thousand_frames_in_one_burst_take_no_square_of_memory(dated: bool) -> None:
    rng = np.random.default_rng(2)
    looks = rng.standard_normal(64) + 0.1 * rng.standard_normal((5000, 64))
    shot = captures(
        [0.05 * place + 0.001 if dated else None for place in range(5000)],
        embeddings=(looks / np.linalg.norm(looks, axis=1, keepdims=True)).astype(np.float32),
    )
    tracemalloc.start()
    found = groups(shot)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1
    assert peak < 60e6, "a square of 5,000 numbers would be 100 MB"


@pytest.mark.parametrize("seed", [11, 12])
def test_thousands_of_photos_are_grouped_as_they_were_taken(seed: int) -> None:
    shot, truth = synthetic_shoot(3000, seed, dim=128)
    labels = Grouper(shot, {}).group(Thresholds()).labels
    assert pairwise_f1(labels, truth)[0] >= F1


def test_the_order_in_which_photos_are_listed_does_not_matter() -> None:
    shot, truth = synthetic_shoot(600, 13, dim=64)
    order = np.random.default_rng(1).permutation(len(shot))
    mixed = Captures(*(getattr(shot, name)[order] for name in Captures.__dataclass_fields__))
    labels = Grouper(mixed, {}).group(Thresholds()).labels
    plain = Grouper(shot, {}).group(Thresholds()).labels
    assert pairwise_f1(labels, plain[order])[0] == 1
    assert pairwise_f1(labels, truth[order])[0] >= F1


@pytest.fixture(scope="module")
def shoot() -> tuple[list[Shot], Captures]:
    """A made shoot as the shipped model sees it."""
    shots = made_shoot(5, events=27)
    student = Student(shipped_model(), TechnicalHeads(shipped_technical_heads()))
    size = student.manifest.size_px
    pictures = [np.asarray(drawn(shot.view).resize((size, size))) for shot in shots]
    embeddings = [student.features(picture[None])[0][0] for picture in pictures]
    light = [float(appearance.measure(picture)[0]) for picture in pictures]
    return shots, captures_of(shots, np.stack(embeddings), np.array(light))


def test_every_kind_of_group_is_found_in_pictures(shoot: tuple[list[Shot], Captures]) -> None:
    shots, columns = shoot
    offsets = estimated_offsets(columns)
    assert offsets[SECOND].seconds == pytest.approx(-SECOND_IS_LATE_S, abs=2)
    grouper = Grouper(columns, {camera: told.seconds for camera, told in offsets.items()})
    labels = grouper.group(Thresholds()).labels
    truth = np.array([shot.group for shot in shots])
    kinds = np.array([shot.kind for shot in shots])
    reached = {kind: pairwise_f1(labels, truth, kinds == kind)[0] for kind in {*kinds.tolist()}}
    assert {kind: f1 for kind, f1 in reached.items() if f1 < F1} == {}


def test_brackets_and_panoramas_stay_whole_at_the_tightest_setting(
    shoot: tuple[list[Shot], Captures],
) -> None:
    _, columns = shoot
    grouper = Grouper(columns, {})
    grouping = grouper.group(Thresholds(0, 1))
    assert {each.kind for each in grouper.sequences} == {Kind.BRACKET, Kind.PANORAMA}
    for each in grouper.sequences:
        [label] = np.unique(grouping.labels[each.rows])
        assert np.flatnonzero(grouping.labels == label).tolist() == sorted(each.rows.tolist())
        assert grouping.kinds[int(label)] is each.kind


def test_cameras_that_share_no_moment_are_not_related(
    shoot: tuple[list[Shot], Captures],
) -> None:
    shots, columns = shoot
    rows = np.flatnonzero([shot.kind in ("burst", "whole seconds") for shot in shots])
    apart = Captures(*(getattr(columns, name)[rows] for name in Captures.__dataclass_fields__))
    assert estimated_offsets(apart) == {}


def test_a_clock_that_the_photographer_knows_is_not_estimated(
    shoot: tuple[list[Shot], Captures],
) -> None:
    assert estimated_offsets(shoot[1], {SECOND: 5.0}) == {}


def test_absurd_columns_are_survived() -> None:
    shot, _ = synthetic_shoot(50, 3, dim=16)
    spoiled = replace(
        shot,
        taken_us=np.where(np.arange(50) % 3 == 0, 9e18, shot.taken_us),
        exposure_s=np.where(np.arange(50) % 4 == 0, 0.0, -1.0),
        aperture=np.zeros(50),
        iso=np.full(50, 1e300),
        focal_mm=np.full(50, np.nan),
    )
    assert sum(map(len, groups(spoiled))) == 50
