"""Groups of the catalogue: found, changed by hand, undone, and the best of each suggested."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.errors import LibraryWriteError
from core.library.library import Library
from core.photo import (
    Changes,
    FileKind,
    FileState,
    Filter,
    FoundPhoto,
    Metadata,
    PhotoId,
    Score,
    ScoredPhoto,
)
from core.progress import Task
from core.services.engine import Engine
from core.services.group import Grouped, Kind, Reason, Thresholds
from tests.core.services.rated_catalogue import MODEL
from tests.make_model import BINS
from tests.make_photos import make_exif, natural_image
from tests.make_raw import write_dng

NOON = datetime(2026, 5, 1, 12, 0, 0, 250_000)
FOLDER = Path("/wedding")
SCOPE = Filter(FOLDER)
HOUR_S = 3600.0

Looks = tuple[float, float, float]
ALTAR, CAKE, DANCE = (1.0, 0.1, 0.1), (0.1, 1.0, 0.1), (0.1, 0.1, 1.0)


def fill(
    engine: Engine,
    shots: list[tuple[float | None, Looks | None]],
    *,
    camera: str = "Canon EOS R5",
    first: int = 1,
    folder: Path = FOLDER,
) -> list[PhotoId]:
    """Add photos so many seconds after noon that look so; None: no time, never looked at."""
    found = [
        FoundPhoto(folder / f"IMG_{first + n:04}.JPG", FileKind.JPEG, 1000 + n, 1)
        for n in range(len(shots))
    ]
    with engine.library.transaction() as tx:
        ids = tx.photos.add(found)
        tx.photos.describe(
            {
                id_: Metadata(
                    None if at is None else NOON + timedelta(seconds=at),
                    camera=camera,
                    exposure_s=1 / 250,
                    aperture=4.0,
                    iso=400,
                )
                for id_, (at, _) in zip(ids, shots, strict=True)
            }
        )
        tx.scores.save(
            [
                scored(id_, looks, 40 + number)
                for number, (id_, (_, looks)) in enumerate(zip(ids, shots, strict=True))
                if looks is not None
            ]
        )
    engine.changes.publish(Changes(membership=True))
    return ids


def scored(id_: PhotoId, looks: Looks, value: float) -> ScoredPhoto:
    vector = np.array(looks) / np.linalg.norm(looks)
    score = Score(value, value, 5.0, {"sharpness": 80.0}, MODEL)
    shares = np.full(len(BINS), 1 / len(BINS))
    return ScoredPhoto(id_, score, vector.astype("<f2").tobytes(), shares.astype("<f2").tobytes())


def members(found: Grouped) -> list[list[PhotoId]]:
    return [list(group.ids) for group in found.groups]


@pytest.fixture
def ids(engine: Engine) -> list[PhotoId]:
    """Three frames at the altar, two of the cake, one of the dance."""
    altar = [(0.4 * place, (1.0, 0.1 + 0.1 * place, 0.1)) for place in range(3)]
    cake = [(60 + 0.4 * place, (0.1, 1.0, 0.1 + 0.1 * place)) for place in range(2)]
    return fill(engine, [*altar, *cake, (300.0, DANCE)])


def test_each_photo_is_in_one_group_in_the_order_taken(engine: Engine, ids: list[PhotoId]) -> None:
    found = engine.groups.groups(SCOPE)
    assert members(found) == [ids[:3], ids[3:5], ids[5:]]
    assert [group.kind for group in found.groups] == [Kind.BURST, Kind.BURST, Kind.SINGLE]
    assert found.group_of(ids[4]) == found.groups[1]
    assert found.group_of(PhotoId(999)) is None
    assert [len(stack) for stack in found.stacks] == [3, 2]
    assert found.notes == []


def test_the_suggestion_says_why_and_the_rest_is_ranked(engine: Engine, ids: list[PhotoId]) -> None:
    with engine.library.transaction() as tx:
        tx.scores.save([scored(ids[1], ALTAR, 77)])
    engine.changes.publish(Changes(scored=frozenset(ids[:2])))
    group = engine.groups.groups(SCOPE).groups[0]
    assert group.ranked == (ids[1], ids[2], ids[0])
    assert group.suggestion.reason is Reason.SCORE_ON_PREVIEW
    assert "not measured" in group.suggestion.sentence
    assert (group.cover, group.cover_is_chosen) == (ids[1], False)


def test_frames_that_cannot_be_told_apart_are_said_to_be_alike(
    engine: Engine, ids: list[PhotoId]
) -> None:
    suggestion = engine.groups.groups(SCOPE).groups[1].suggestion
    assert set(suggestion.alike) == set(ids[3:5])
    assert suggestion.sentence == "2 frames are alike within what can be measured"


def test_other_thresholds_make_other_groups(engine: Engine, ids: list[PhotoId]) -> None:
    tight = engine.groups.groups(SCOPE, Thresholds(0.2, 1.0))
    assert len(tight.groups) == 6
    loose = engine.groups.groups(SCOPE, Thresholds(100, 0.1))
    assert members(loose) == [ids[:5], ids[5:]]


def test_manual_changes_survive_any_thresholds_and_a_restart(
    start: Callable[[], Engine],
) -> None:
    engine = start()
    ids = fill(engine, [(0.0, ALTAR), (0.4, ALTAR), (0.9, ALTAR), (60.0, CAKE), (60.5, CAKE)])
    groups = engine.groups
    first = groups.groups(SCOPE).groups[0]
    said = [
        groups.move_out(first, [ids[1]]).message,
        groups.merge([ids[0], ids[3]]).message,
        groups.set_cover(ids[4]).message,
    ]
    assert said == [
        "IMG_0002.JPG taken out of the group",
        "2 photos grouped",
        "IMG_0005.JPG made the cover of its group",
    ]
    for thresholds in (Thresholds(), Thresholds(1, 0.95), Thresholds(100, 0.1)):
        found = groups.groups(SCOPE, thresholds)
        assert members(found) == [[ids[0], ids[2], ids[3], ids[4]], [ids[1]]]
        assert found.groups[0].kind is Kind.MANUAL
        assert (found.groups[0].cover, found.groups[0].cover_is_chosen) == (ids[4], True)
    engine.close()
    again = start().groups.groups(SCOPE)
    assert members(again) == members(found)


def test_every_manual_change_is_undone_and_redone_by_the_one_history(
    engine: Engine, ids: list[PhotoId]
) -> None:
    groups = engine.groups
    states = [members(groups.groups(SCOPE))]
    groups.split([ids[:1], ids[1:3]])
    states.append(members(groups.groups(SCOPE)))
    engine.rating.stars(ids[:1], 3)
    groups.merge([ids[0], ids[5]])
    states.append(members(groups.groups(SCOPE)))
    assert states[1:] == [
        [ids[:1], ids[1:3], ids[3:5], ids[5:]],
        [[ids[0], ids[5]], ids[1:3], ids[3:5]],
    ]
    assert engine.history.undo().message == "Undid: 2 photos grouped"
    assert members(groups.groups(SCOPE)) == states[1]
    engine.history.undo()
    assert engine.history.undo().message == "Undid: 3 photos split into 2 groups"
    assert members(groups.groups(SCOPE)) == states[0]
    for _ in range(3):
        engine.history.redo()
    assert members(groups.groups(SCOPE)) == states[2]


def test_the_last_choice_of_a_cover_counts(engine: Engine, ids: list[PhotoId]) -> None:
    engine.groups.set_cover(ids[0])
    engine.groups.set_cover(ids[1])
    assert engine.groups.groups(SCOPE).groups[0].cover == ids[1]
    engine.history.undo()
    assert engine.groups.groups(SCOPE).groups[0].cover == ids[0]


def test_a_change_is_announced_once_with_its_photos(
    engine: Engine, ids: list[PhotoId], announced: list[Changes]
) -> None:
    outcome = engine.groups.merge(ids[2:4])
    assert announced == [outcome.changes]
    assert outcome.changes == Changes(grouped=frozenset(ids[2:4]), history=True)


def test_what_changes_nothing_is_said_and_not_recorded(
    engine: Engine, ids: list[PhotoId], announced: list[Changes]
) -> None:
    group = engine.groups.groups(SCOPE).groups[0]
    for outcome in (
        engine.groups.merge(ids[:1]),
        engine.groups.split([ids[:3]]),
        engine.groups.split([ids[:3], []]),
        engine.groups.move_out(group, ids[3:]),
        engine.groups.move_out(group, ids[:3]),
        engine.groups.set_clock([], 5),
        engine.groups.set_cover(PhotoId(999)),
    ):
        assert outcome.changes == Changes()
        assert outcome.message
    assert announced == []
    assert engine.history.edits() == []


def test_a_photo_cannot_be_in_two_parts(engine: Engine, ids: list[PhotoId]) -> None:
    with pytest.raises(ValueError, match="two parts"):
        engine.groups.split([ids[:2], ids[1:3]])


def test_a_change_that_cannot_be_stored_leaves_the_groups_alone(
    engine: Engine, ids: list[PhotoId], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = members(engine.groups.groups(SCOPE))
    original = Library.transaction

    def full(self: Library) -> object:
        raise LibraryWriteError("The disk is full.")

    monkeypatch.setattr(Library, "transaction", full)
    with pytest.raises(LibraryWriteError):
        engine.groups.merge(ids[2:4])
    monkeypatch.setattr(Library, "transaction", original)
    assert members(engine.groups.groups(SCOPE)) == before


def test_photos_that_arrive_later_are_grouped_too(engine: Engine, ids: list[PhotoId]) -> None:
    assert len(engine.groups.groups(SCOPE).groups) == 3
    [late] = fill(engine, [(0.6, ALTAR)], first=100)
    assert set(engine.groups.groups(SCOPE).groups[0].ids) == {*ids[:3], late}


def test_photos_that_are_away_stay_in_their_groups(engine: Engine, ids: list[PhotoId]) -> None:
    before = members(engine.groups.groups(SCOPE))
    with engine.library.transaction() as tx:
        changes = tx.photos.set_state(ids, FileState.OFFLINE, "the drive is away")
    engine.changes.publish(changes)
    found = engine.groups.groups(SCOPE)
    assert members(found) == before
    report = engine.groups.measure_sharpness(found.groups, Task())
    assert (report.measured, report.away) == (0, 5)


def test_what_was_never_scored_or_has_no_time_is_grouped_by_the_rest_and_said(
    engine: Engine,
) -> None:
    ids = fill(engine, [(0.0, None), (0.4, None), (40.0, None), (None, CAKE), (None, CAKE)])
    found = engine.groups.groups(SCOPE)
    assert members(found) == [ids[:2], ids[2:3], ids[3:]]
    assert found.notes == [
        "2 photos without a usable time: grouped by likeness and name.",
        "3 photos not scored yet: grouped by time alone.",
    ]


def test_an_empty_folder_and_one_photo_have_their_groups(engine: Engine) -> None:
    assert engine.groups.groups(SCOPE).groups == ()
    [only] = fill(engine, [(0.0, ALTAR)])
    [group] = engine.groups.groups(SCOPE).groups
    assert (group.ids, group.suggestion.reason) == ((only,), Reason.ONLY)


def two_cameras(engine: Engine, ahead_s: float) -> tuple[list[PhotoId], list[PhotoId]]:
    """Two photographers before the same eight scenes."""
    turned = np.arange(8) * np.pi / 4
    looks = [(float(np.cos(a)), float(np.sin(a)), 0.0) for a in turned]
    one = fill(engine, [(300.0 * n + 7 * n * n, look) for n, look in enumerate(looks)])
    other = [(300.0 * n + 7 * n * n + 1 + ahead_s, look) for n, look in enumerate(looks)]
    return one, fill(engine, other, camera="Nikon Z 9", first=500)


def test_a_clock_that_is_hours_ahead_is_put_right_and_said(engine: Engine) -> None:
    one, other = two_cameras(engine, 2 * HOUR_S)
    found = engine.groups.groups(SCOPE)
    assert members(found) == [[a, b] for a, b in zip(one, other, strict=True)]
    [note] = found.notes
    assert note.startswith("The clock of Nikon Z 9 is 2 h")
    assert "ahead of the others, told from" in note


def test_a_clock_that_the_photographer_knows_goes_before_what_is_told(engine: Engine) -> None:
    one, other = two_cameras(engine, 2 * HOUR_S)
    engine.groups.set_clock(other[:1], HOUR_S)
    found = engine.groups.groups(SCOPE, Thresholds(3, 0.99))
    assert [clock.is_given for clock in found.clocks] == [True]
    assert "as you said" in found.notes[0]
    engine.history.undo()
    again = engine.groups.groups(SCOPE)
    assert members(again) == [[a, b] for a, b in zip(one, other, strict=True)]


def test_a_clock_of_which_nothing_can_be_told_is_named(engine: Engine) -> None:
    fill(engine, [(60.0 * n, ALTAR) for n in range(4)])
    fill(engine, [(60.0 * n + 10, DANCE) for n in range(3)], camera="Phone", first=500)
    assert engine.groups.groups(SCOPE).untold == ("Phone",)


BLURS = (1.1, 0.0, 2.6, 0.45, 1.7)
TINTS = ((1.0, 0.3, 0.3), (0.3, 1.0, 0.3), (0.3, 0.3, 1.0))  # the model sees colours alone


def write_burst(folder: Path, seed: int, first: int, at: datetime) -> list[Path]:
    """A burst of one scene, framed a little otherwise each time, of which one frame is sharp."""
    rng = np.random.default_rng(seed)
    scene = np.asarray(natural_image(1500, 1000, seed), np.float32)
    scene = scene + rng.normal(0, 25, (*scene.shape[:2], 1))
    scene = (scene.clip(0, 255) * TINTS[seed % len(TINTS)]).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, blur in enumerate(BLURS):
        left, top = rng.integers(0, 40, 2)
        frame = Image.fromarray(scene).filter(ImageFilter.GaussianBlur(0.5 + blur))
        frame = frame.crop((left, top, left + 1440, top + 940))
        path = folder / f"IMG_{first + number:04}.JPG"
        exif = make_exif(taken_at=at + timedelta(seconds=0.3 * number + 0.001))
        frame.save(path, quality=94, exif=exif)
        paths.append(path)
    return paths


def test_the_sharpest_frame_of_each_burst_is_suggested_once_it_was_looked_at(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "shoot"
    bursts = [
        write_burst(folder, seed, 10 * seed, NOON + timedelta(minutes=10 * seed))
        for seed in range(1, 4)
    ]
    engine.importer.import_folder(folder, recursive=False, task=Task())
    engine.scoring.score(Filter(folder), Task())
    found = engine.groups.groups(Filter(folder), Thresholds(3, 0))
    assert [len(group) for group in found.stacks] == [len(BLURS)] * 3
    report = engine.groups.measure_sharpness(found.groups, Task())
    assert (report.measured, report.not_found, report.failed) == (15, 0, ())

    measured = engine.groups.groups(Filter(folder), Thresholds(3, 0))
    best = [group.suggestion for group in measured.stacks]
    paths = engine.browse.photos([suggestion.id for suggestion in best])
    assert [paths[one.id].path for one in best] == [burst[BLURS.index(0.0)] for burst in bursts]
    assert {one.reason for one in best} == {Reason.SHARPEST}
    for group in measured.stacks:
        order = [engine.browse.photos([id_])[id_].path for id_ in group.ranked]
        burst = next(burst for burst in bursts if order[0] in burst)
        assert [BLURS[burst.index(path)] for path in order] == sorted(BLURS)
    assert engine.groups.measure_sharpness(measured.groups, Task()).measured == 0


def test_raw_files_whose_previews_are_smaller_than_their_sensors_are_compared(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(3):
        at = NOON + timedelta(seconds=number)
        size = {"size": (1600, 1200), "preview_size": (800, 600)}
        write_dng(folder / f"IMG_{number}.DNG", seed=4, taken_at=at, **size)
    engine.importer.import_folder(folder, recursive=False, task=Task())
    engine.scoring.score(Filter(folder), Task())
    found = engine.groups.groups(Filter(folder))
    assert [len(group) for group in found.groups] == [3]
    report = engine.groups.measure_sharpness(found.groups, Task())
    assert (report.measured, report.failed) == (3, ())
    suggestion = engine.groups.groups(Filter(folder)).groups[0].suggestion
    assert len(suggestion.alike) == 3, "they hold the same picture"


def test_a_frame_that_cannot_be_read_is_named_and_the_others_are_compared(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "shoot"
    paths = write_burst(folder, 5, 1, NOON)
    engine.importer.import_folder(folder, recursive=False, task=Task())
    engine.scoring.score(Filter(folder), Task())
    found = engine.groups.groups(Filter(folder), Thresholds(3, 0))
    paths[2].unlink()
    shutil.rmtree(engine.paths.previews)
    report = engine.groups.measure_sharpness(found.groups, Task())
    assert report.measured == len(BLURS) - 1
    assert {error.path for error in report.failed} == {paths[2]}
