"""Opening a folder, and opening it again after something happened to it."""

import multiprocessing
import os
import shutil
import sys
from datetime import datetime
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

from core.errors import Cancelled, FolderReadError
from core.photo import Changes, FileKind, FileState, Filter, FoundPhoto, Photo, Query
from core.progress import Progress, Task
from core.services.engine import Engine
from tests.make_photos import write_jpeg


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    folder = tmp_path / "shoot"
    (folder / "second card").mkdir(parents=True)
    for n in range(3):
        write_jpeg(
            folder / f"IMG_{n}.jpg", seed=n, size=(96, 64), taken_at=datetime(2026, 5, 1, 12, n)
        )
    write_jpeg(folder / "second card" / "IMG_9.jpg", seed=9, size=(96, 64))
    return folder


def by_name(engine: Engine) -> dict[str, Photo]:
    photos = engine.browse.photos(engine.browse.ids(Query(Filter())))
    return {photo.path.name: photo for photo in photos.values()}


def test_a_folder_arrives_with_what_the_camera_wrote(engine: Engine, shoot: Path):
    report = engine.importer.import_folder(shoot, recursive=False, task=Task())
    assert (report.added, report.changed, report.offline, report.unchanged) == (3, 0, 0, 0)
    photo = by_name(engine)["IMG_1.jpg"]
    assert photo.metadata.taken_at == datetime(2026, 5, 1, 12, 1)
    assert (photo.metadata.width_px, photo.metadata.height_px) == (96, 64)


def test_sub_folders_come_along_only_when_wanted(engine: Engine, shoot: Path):
    engine.importer.import_folder(shoot, recursive=False, task=Task())
    assert "IMG_9.jpg" not in by_name(engine)
    report = engine.importer.import_folder(shoot, recursive=True, task=Task())
    assert (report.added, report.unchanged) == (1, 3)
    assert "IMG_9.jpg" in by_name(engine)


def test_the_grid_grows_while_the_scan_runs(
    engine: Engine, tmp_path: Path, announced: list[Changes]
):
    folder = tmp_path / "many"
    folder.mkdir()
    first = write_jpeg(folder / "0000.jpg", seed=0, size=(32, 32))
    for n in range(1, 150):
        shutil.copyfile(first, folder / f"{n:04}.jpg")
    engine.importer.import_folder(folder, recursive=False, task=Task())
    assert sum(change.membership for change in announced) >= 2


def test_a_second_look_finds_new_changed_and_missing_and_keeps_ratings(engine: Engine, shoot: Path):
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    engine.rating.stars([photo.id for photo in by_name(engine).values()], 4)
    (shoot / "IMG_0.jpg").unlink()
    write_jpeg(shoot / "IMG_1.jpg", seed=77, size=(128, 64))
    write_jpeg(shoot / "IMG_5.jpg", seed=5, size=(96, 64))

    report = engine.importer.import_folder(shoot, recursive=True, task=Task())

    assert (report.added, report.changed, report.offline, report.unchanged) == (1, 1, 1, 2)
    photos = by_name(engine)
    assert photos["IMG_0.jpg"].state is FileState.OFFLINE
    assert photos["IMG_1.jpg"].metadata.width_px == 128
    assert [photos[f"IMG_{n}.jpg"].stars for n in (0, 1, 2, 5, 9)] == [4, 4, 4, 0, 4]


def test_a_photo_that_comes_back_is_online_again_with_its_rating(
    engine: Engine, shoot: Path, tmp_path: Path
):
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    engine.rating.stars([by_name(engine)["IMG_2.jpg"].id], 5)
    away = tmp_path / "drive pulled"
    shoot.rename(away)
    shoot.mkdir()
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    assert {photo.state for photo in by_name(engine).values()} == {FileState.OFFLINE}

    shoot.rmdir()
    away.rename(shoot)
    engine.importer.import_folder(shoot, recursive=True, task=Task())

    photos = by_name(engine)
    assert {photo.state for photo in photos.values()} == {FileState.ONLINE}
    assert photos["IMG_2.jpg"].stars == 5
    assert photos["IMG_1.jpg"].metadata.taken_at == datetime(2026, 5, 1, 12, 1)


def test_a_folder_that_is_not_there_is_an_error_and_loses_nothing(engine: Engine, shoot: Path):
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    shoot.rename(shoot.with_name("elsewhere"))
    with pytest.raises(FolderReadError):
        engine.importer.import_folder(shoot, recursive=True, task=Task())
    photos = by_name(engine)
    assert len(photos) == 4
    assert {photo.state for photo in photos.values()} == {FileState.OFFLINE}


def test_odd_entries_are_named_and_the_rest_arrives(engine: Engine, shoot: Path):
    os.mkfifo(shoot / "pipe.jpg")
    (shoot / "loop").symlink_to(shoot)
    (shoot / "empty.jpg").touch()
    odd = Path(os.fsdecode(os.fsencode(shoot) + b"/\xff\xfe.jpg"))
    shutil.copyfile(shoot / "IMG_0.jpg", odd)

    report = engine.importer.import_folder(shoot, recursive=True, task=Task())

    assert "pipe.jpg" in {problem.path.name for problem in report.problems}
    photos = by_name(engine)
    assert photos[odd.name].state is FileState.ONLINE
    assert photos["empty.jpg"].state is FileState.UNREADABLE
    assert photos["empty.jpg"].problem
    assert photos["IMG_0.jpg"].state is FileState.ONLINE


def test_a_raw_file_of_an_unknown_camera_is_known_by_the_jpeg_beside_it(
    engine: Engine, shoot: Path
):
    (shoot / "IMG_1.CR3").write_bytes(b"a format of the year after next" * 100)
    (shoot / "IMG_7.CR3").write_bytes(b"a format of the year after next" * 100)

    engine.importer.import_folder(shoot, recursive=False, task=Task())
    engine.scoring.score(Filter(), Task())

    photos = by_name(engine)
    known, alone = photos["IMG_1.CR3"], photos["IMG_7.CR3"]
    assert "IMG_1.jpg" not in photos
    assert known.metadata.taken_at == datetime(2026, 5, 1, 12, 1)
    assert known.score is not None
    assert alone.state is FileState.UNREADABLE
    assert alone.problem == "it is not a RAW file that Shortlist reads"


def test_photos_that_no_decoder_could_be_started_for_are_read_at_the_next_look(
    engine: Engine, shoot: Path
):
    resource_tracker.ensure_running()
    multiprocessing.set_executable("/bin/false")  # as a machine without memory to spare
    try:
        report = engine.importer.import_folder(shoot, recursive=True, task=Task())
    finally:
        multiprocessing.set_executable(sys.executable)
    assert {problem.reason for problem in report.problems} == {"the decoder could not be started"}
    assert {photo.state for photo in by_name(engine).values()} == {FileState.OFFLINE}

    report = engine.importer.import_folder(shoot, recursive=True, task=Task())

    assert report.problems == ()
    photos = by_name(engine)
    assert {photo.state for photo in photos.values()} == {FileState.ONLINE}
    assert photos["IMG_1.jpg"].metadata.taken_at == datetime(2026, 5, 1, 12, 1)


def test_a_cancelled_scan_keeps_what_it_found(engine: Engine, shoot: Path):
    def stop(progress: Progress) -> None:
        if progress.stage == "read details":
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        engine.importer.import_folder(shoot, recursive=False, task=task)
    assert len(by_name(engine)) == 3
    engine.importer.import_folder(shoot, recursive=False, task=Task())
    assert by_name(engine)["IMG_1.jpg"].metadata.taken_at == datetime(2026, 5, 1, 12, 1)


def test_originals_are_left_as_they_were(engine: Engine, shoot: Path):
    before = {path: path.read_bytes() for path in shoot.rglob("*.jpg")}
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    engine.scoring.score(Filter(), Task())
    assert {path: path.read_bytes() for path in shoot.rglob("*") if path.is_file()} == before


def listed(engine: Engine, folder: Path) -> list[Path]:
    photos = engine.browse.photos(engine.browse.ids(Query(Filter(folder))))
    return sorted(photo.path for photo in photos.values())


def test_a_folder_reached_by_a_link_is_the_same_folder(engine: Engine, shoot: Path, tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(shoot)
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    engine.rating.stars([by_name(engine)["IMG_9.jpg"].id], 4)

    report = engine.importer.import_folder(link, recursive=True, task=Task())

    assert (report.added, report.unchanged, report.offline) == (0, 4, 0)
    assert engine.importer.enter(link / "second card") == shoot / "second card"
    report = engine.importer.import_folder(link / "second card", recursive=True, task=Task())
    assert (report.added, report.unchanged) == (0, 1)
    assert len(by_name(engine)) == len(engine.browse.ids(Query(Filter()))) == 4


def test_what_an_earlier_version_knew_by_the_link_is_found_at_its_place(
    engine: Engine, shoot: Path, tmp_path: Path
):
    link, card = tmp_path / "link", tmp_path / "link" / "second card"
    link.symlink_to(shoot)
    engine.importer.import_folder(shoot, recursive=False, task=Task())
    engine.rating.stars([by_name(engine)["IMG_1.jpg"].id], 2)
    with engine.library.transaction() as tx:
        tx.photos.add([FoundPhoto(card / "IMG_9.jpg", FileKind.JPEG, 1, 1)])
        tx.photos.add([FoundPhoto(link / f"IMG_{n}.jpg", FileKind.JPEG, 1, 1) for n in range(2)])
    by_link = {photo.path: photo.id for photo in every_photo(engine)}
    for path, stars in ((card / "IMG_9.jpg", 5), (link / "IMG_0.jpg", 3), (link / "IMG_1.jpg", 1)):
        engine.rating.stars([by_link[path]], stars)

    report = engine.importer.import_folder(link, recursive=True, task=Task())

    assert (report.added, report.changed, report.offline) == (0, 1, 0)
    stars = {photo.path: photo.stars for photo in every_photo(engine)}
    assert stars[shoot / "second card" / "IMG_9.jpg"] == 5
    assert stars[shoot / "IMG_0.jpg"] == 3  # from its twin, which had none here
    assert (stars[shoot / "IMG_1.jpg"], stars[link / "IMG_1.jpg"]) == (2, 1)  # both were meant
    assert len(listed(engine, shoot)) == 4


def test_photos_behind_a_link_in_a_tree_are_those_of_their_own_folder(
    engine: Engine, shoot: Path, tmp_path: Path
):
    tree, card = tmp_path / "tree", shoot / "second card"
    write_jpeg_in(tree / "own" / "a.jpg")
    (tree / "more").symlink_to(shoot)
    (tree / "again").symlink_to(card)
    by_link = tree / "more" / "IMG_0.jpg"  # as an earlier version had it
    with engine.library.transaction() as tx:
        tx.photos.add([FoundPhoto(by_link, FileKind.JPEG, 1, 1)])
    engine.rating.stars([every_photo(engine)[0].id], 5)

    report = engine.importer.import_folder(tree, recursive=True, task=Task())

    everything = sorted([tree / "own" / "a.jpg", card / "IMG_9.jpg", *shoot.glob("*.jpg")])
    assert listed(engine, tree) == everything
    assert (report.added, report.changed, report.offline) == (4, 1, 0)
    assert by_name(engine)["IMG_0.jpg"].stars == 5
    report = engine.importer.import_folder(shoot, recursive=True, task=Task())
    assert (report.added, report.unchanged) == (0, 4)
    report = engine.importer.import_folder(tree, recursive=True, task=Task())
    assert (report.added, report.unchanged, report.offline) == (0, 5, 0)

    shutil.move(shoot, tmp_path / "away")  # as when its drive is taken off
    report = engine.importer.import_folder(tree, recursive=True, task=Task())
    assert report.offline == 4
    assert listed(engine, tree) == everything

    shutil.move(tmp_path / "away", shoot)
    (tree / "more").unlink()
    (tree / "again").unlink()
    engine.importer.import_folder(shoot, recursive=True, task=Task())
    report = engine.importer.import_folder(tree, recursive=True, task=Task())
    assert listed(engine, tree) == [tree / "own" / "a.jpg"]
    assert report.offline == 0
    assert all(photo.state is FileState.ONLINE for photo in every_photo(engine))


def every_photo(engine: Engine) -> list[Photo]:
    return [*engine.browse.photos(engine.browse.ids(Query(Filter()))).values()]


def write_jpeg_in(path: Path) -> None:
    path.parent.mkdir(parents=True)
    write_jpeg(path, size=(96, 64))
