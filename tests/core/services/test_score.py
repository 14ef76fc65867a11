"""Scoring a folder: order, resumption, failures, and what is stored."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled
from core.photo import Changes, FileState, Filter, Photo, PhotoId, Query, SortKey
from core.progress import Progress, Task
from core.services.engine import Engine
from tests.make_hostile import write_truncated


@pytest.fixture
def greys(tmp_path: Path) -> Path:
    """Pictures whose score is their brightness, and whose name says it."""
    folder = tmp_path / "greys"
    folder.mkdir()
    for grey in (0, 60, 120, 180, 240):
        Image.new("RGB", (90, 60), (grey, grey, grey)).save(folder / f"{grey:03}.jpg")
    return folder


def imported(engine: Engine, folder: Path) -> dict[str, Photo]:
    engine.importer.import_folder(folder, recursive=True, task=Task())
    return current(engine)


def current(engine: Engine) -> dict[str, Photo]:
    photos = engine.browse.photos(engine.browse.ids(Query(Filter())))
    return {photo.path.name: photo for photo in photos.values()}


def test_every_photo_is_scored_and_sorts_by_it(engine: Engine, greys: Path):
    imported(engine, greys)
    report = engine.scoring.score(Filter(folder=greys), Task())
    assert (report.scored, report.failed) == (5, ())
    ids = engine.browse.ids(Query(Filter(), SortKey.SCORE, descending=True))
    photos = engine.browse.photos(ids)
    assert [photos[id_].path.stem for id_ in ids] == ["240", "180", "120", "060", "000"]
    score = photos[ids[2]].score
    assert score is not None
    assert score.aesthetic == pytest.approx(120 / 255 * 100, abs=1.5)
    assert score.model == "brightness 1.0.0"
    assert set(score.technical) == set(engine.scoring.parts)


def test_embeddings_are_kept_for_learning(engine: Engine, greys: Path):
    photos = imported(engine, greys)
    engine.scoring.score(Filter(), Task())
    with engine.library.transaction() as tx:
        stored = tx.scores.embeddings([photos["240.jpg"].id])
    embedding = np.frombuffer(stored[photos["240.jpg"].id], dtype="<f2")
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=0.01)


def test_a_second_run_has_nothing_to_do(engine: Engine, greys: Path):
    imported(engine, greys)
    engine.scoring.score(Filter(), Task())
    assert engine.scoring.score(Filter(), Task()).scored == 0


def test_other_technical_heads_measure_again_and_leave_the_opinion_alone(
    engine: Engine, greys: Path
):
    photos = imported(engine, greys)
    engine.scoring.score(Filter(), Task())
    id_ = photos["120.jpg"].id
    score = current(engine)["120.jpg"].score
    assert score is not None
    before = replace(score, aesthetic=12.5, technical={"light": 1.0}, technical_version="heads 0")
    with engine.library.transaction() as tx:
        tx.scores.save_scores({id_: before})
        features = tx.scores.embeddings([id_])
    assert engine.scoring.score(Filter(), Task()).scored == 1
    with engine.library.transaction() as tx:
        assert tx.scores.embeddings([id_]) == features
    after = current(engine)["120.jpg"].score
    assert after == replace(score, aesthetic=12.5, value=12.5)
    assert engine.scoring.score(Filter(), Task()).scored == 0


def test_a_cancelled_run_is_resumed_after_a_restart(
    start: Callable[[], Engine], greys: Path, tmp_path: Path
):
    many = tmp_path / "many"
    many.mkdir()
    for n in range(40):
        Image.new("RGB", (90, 60), (n * 5, 90, 60)).save(many / f"{n:03}.jpg")
    engine = start()
    imported(engine, many)

    def stop(progress: Progress) -> None:
        if progress.done:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        engine.scoring.score(Filter(), task)
    done = sum(photo.score is not None for photo in current(engine).values())
    assert 0 < done < 40
    engine.close()

    engine = start()
    assert engine.scoring.score(Filter(), Task()).scored == 40 - done
    assert all(photo.score is not None for photo in current(engine).values())


def test_an_unreadable_photo_is_named_and_the_rest_is_scored(engine: Engine, greys: Path):
    write_truncated(greys / "cut.jpg")
    (greys / "text.jpg").write_text("not a picture at all, only words")
    imported(engine, greys)
    report = engine.scoring.score(Filter(), Task())
    assert report.scored == 5
    photos = current(engine)
    assert photos["cut.jpg"].state is FileState.DAMAGED
    assert photos["text.jpg"].state is FileState.UNREADABLE
    for name in ("cut.jpg", "text.jpg"):
        assert photos[name].problem
        assert photos[name].score is None
    assert engine.scoring.score(Filter(), Task()).failed == ()  # left alone from now on


def test_a_photo_that_vanished_goes_offline_and_keeps_its_rating(engine: Engine, greys: Path):
    photos = imported(engine, greys)
    engine.rating.stars([photos["060.jpg"].id], 3)
    (greys / "060.jpg").unlink()
    report = engine.scoring.score(Filter(), Task())
    assert [error.path.name for error in report.failed] == ["060.jpg"]
    photo = current(engine)["060.jpg"]
    assert (photo.state, photo.stars) == (FileState.OFFLINE, 3)


def test_what_is_on_screen_is_scored_first(engine: Engine, tmp_path: Path):
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(120):
        Image.new("RGB", (90, 60), (n, n, n)).save(folder / f"{n:03}.jpg")
    photos = imported(engine, folder)
    visible = [photos[f"{n:03}.jpg"].id for n in range(3)]  # the oldest: else they come last
    order: list[PhotoId] = []
    engine.changes.subscribe(lambda changes: order.extend(changes.scored))
    engine.scoring.prefer(visible)
    engine.scoring.score(Filter(), Task())
    assert set(visible) <= set(order[: len(order) // 2])


def test_scores_are_announced_as_they_arrive(engine: Engine, greys: Path, announced: list[Changes]):
    photos = imported(engine, greys)
    engine.scoring.score(Filter(), Task())
    scored = set().union(*(changes.scored for changes in announced))
    assert scored == {photo.id for photo in photos.values()}


def test_a_changed_picture_is_scored_again(engine: Engine, greys: Path):
    photos = imported(engine, greys)
    engine.scoring.score(Filter(), Task())
    Image.new("RGB", (120, 60), "white").save(greys / "000.jpg")
    imported(engine, greys)
    assert engine.scoring.score(Filter(), Task()).scored == 1
    score = current(engine)["000.jpg"].score
    assert score is not None
    assert score.aesthetic > 95
    assert current(engine)["000.jpg"].id == photos["000.jpg"].id
