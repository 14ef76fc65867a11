"""Scores: one of each photo, by the last model."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from core.library.library import Library
from core.photo import Changes, FileState, Filter, Metadata, Score, ScoredPhoto
from tests.core.library.make_catalog import MODEL, add, scored


def test_a_score_comes_back_whole(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    score = Score(81.25, 79.5, 6.125, {"sharpness": 0.1, "日本": 100.0}, "student 2")
    with library.transaction() as stored:
        changes = stored.scores.save([ScoredPhoto(id_, score, b"\0\xff" * 8, b"\1\2")])
        assert stored.photos.get([id_])[id_].score == score
        assert stored.scores.embeddings([id_]) == {id_: b"\0\xff" * 8}
    assert changes == Changes(scored=frozenset({id_}))


def test_a_newer_model_replaces_the_older(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    with library.transaction() as stored:
        stored.scores.save([scored(id_, 10)])
        stored.scores.save([scored(id_, 90, "student 2")])
        score = stored.photos.get([id_])[id_].score
    assert score is not None
    assert (score.value, score.model) == (90, "student 2")


def test_saving_nothing_is_harmless(library: Library) -> None:
    with library.transaction() as stored:
        assert stored.scores.save([]) == Changes()


def test_what_waits_for_a_model_comes_newest_first(library: Library) -> None:
    ids = add(library, *(f"/a/{number}.jpg" for number in (10, 9, 8, 7, 6)), "/b/1.jpg")
    undated, old, new, offline, done, elsewhere = ids
    start = datetime(2026, 1, 1)
    with library.transaction() as stored:
        stored.photos.describe(
            {
                old: Metadata(start),
                new: Metadata(start + timedelta(microseconds=1)),
                done: Metadata(start + timedelta(days=1)),
            }
        )
        stored.photos.set_state([offline], FileState.OFFLINE)
        stored.scores.save([scored(done, 50), scored(new, 50, "older model")])
        in_a = Filter(folder=Path("/a"))
        assert stored.scores.unscored(MODEL, "", in_a) == [new, old, undated]
        assert stored.scores.unscored("another", "", in_a) == [done, new, old, undated]
        assert stored.scores.unscored(MODEL, "", Filter()) == [new, old, elsewhere, undated]
        assert stored.scores.unscored(MODEL, "", Filter(min_score=40)) == [new]


def test_other_technical_parts_wait_too_and_leave_the_features_alone(library: Library) -> None:
    id_, other = add(library, "/a/1.jpg", "/a/2.jpg")
    with library.transaction() as stored:
        stored.scores.save([scored(id_, 50), scored(other, 60)])
        features = stored.scores.embeddings([id_])
        waiting = stored.scores.unscored(MODEL, "heads 2", Filter())
        before = scored(id_, 50).score
        measured = replace(before, technical={"noise": 9.0}, technical_version="heads 2")
        changes = stored.scores.save_scores({id_: measured})
        assert stored.photos.get([id_])[id_].score == measured
        assert stored.scores.embeddings([id_]) == features
        assert stored.scores.unscored(MODEL, "heads 2", Filter()) == [other]
    assert set(waiting) == {id_, other}
    assert changes == Changes(scored=frozenset({id_}))


def test_photos_without_features_are_left_out(library: Library) -> None:
    ids = add(library, "/a/1.jpg", "/a/2.jpg")
    with library.transaction() as stored:
        stored.scores.save([scored(ids[1], 50)])
        assert list(stored.scores.embeddings(ids)) == [ids[1]]
