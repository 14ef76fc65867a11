"""Which photos tell something of a taste, and how many there are."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from core.errors import NotEnoughRatingsError
from core.photo import Mark, PhotoId, Pick
from core.progress import Task
from core.services.engine import Engine
from core.taste.readiness import Readiness
from tests.core.services.rated_catalogue import Shoots, fill, mark, scores

IN_BURST = 5


def in_bursts(engine: Engine, shoots: Shoots) -> list[list[PhotoId]]:
    """Five frames a second apart, then ten minutes nothing."""
    bursts = [shoots.ids[row : row + IN_BURST] for row in range(0, len(shoots.ids), IN_BURST)]
    with engine.library.transaction() as tx:
        photos = tx.photos.get(shoots.ids)
        taken = {
            id_: photos[burst[0]].metadata.taken_at + timedelta(seconds=n)
            for burst in bursts
            for n, id_ in enumerate(burst)
        }
        tx.photos.describe(
            {id_: replace(photos[id_].metadata, taken_at=at) for id_, at in taken.items()}
        )
    return bursts


def pick_the_greyest(
    engine: Engine, shoots: Shoots, bursts: list[list[PhotoId]]
) -> dict[PhotoId, float]:
    level = dict(zip(shoots.ids, shoots.saturation, strict=True))
    mark(engine, {min(burst, key=level.__getitem__): Mark(pick=Pick.PICKED) for burst in bursts})
    return level


def test_one_who_only_picks_a_frame_of_each_burst_is_understood(engine: Engine):
    shoots = fill(engine)
    bursts = in_bursts(engine, shoots)
    level = pick_the_greyest(engine, shoots, bursts[:30])
    ready = engine.personalize.readiness()
    assert (ready.level, ready.marks, ready.shoots, ready.bursts) == ("few", 30, 6, 30)

    proposal = engine.personalize.learn(Task())
    assert proposal.arm == "quick"
    assert proposal.verdict.ratings == 30
    engine.personalize.accept(proposal, "Mono")

    shown = {id_: score.value for id_, score in scores(engine, shoots.ids).items()}
    for burst in bursts[30:]:
        ranks = [np.argsort(np.argsort([of[id_] for id_ in burst])) for of in (shown, level)]
        assert np.corrcoef(*ranks)[0, 1] < -0.3


def test_in_a_shoot_that_was_hardly_begun_nothing_was_passed_over(engine: Engine):
    shoots = fill(engine, 12)
    bursts = in_bursts(engine, shoots)
    pick_the_greyest(engine, shoots, bursts[::5])  # one of five in each shoot
    assert engine.personalize.readiness().level == "none"
    with pytest.raises(NotEnoughRatingsError, match="equal"):
        engine.personalize.learn(Task())


def test_learning_deeply_is_left_out_where_no_marks_differ_and_that_is_said(engine: Engine):
    shoots = fill(engine)
    pick_the_greyest(engine, shoots, in_bursts(engine, shoots))
    verdict = engine.personalize.learn(Task(), deep=True).verdict
    assert verdict.chosen == "quick"
    assert verdict.sentence.endswith("Deep learning was left out: it needs marks that differ.")


def test_the_count_follows_every_change(engine: Engine):
    shoots = fill(engine, 4)

    def told() -> tuple[int, int, int]:
        found = engine.personalize.readiness()
        return found.marks, found.shoots, found.bursts

    assert told() == (0, 0, 0)
    engine.rating.stars(shoots.ids[:3], 4)
    assert told() == (3, 1, 3)
    engine.rating.pick([shoots.ids[30]], Pick.REJECTED)
    assert told() == (4, 2, 4)
    engine.rating.stars(shoots.ids[:1], 0)
    assert told() == (3, 2, 3)
    engine.rating.stars(shoots.ids[:1], 1)
    with engine.library.transaction() as tx:  # the camera's clock was read again: one burst
        photos = tx.photos.get(shoots.ids[:3])
        noon = datetime(2026, 5, 1, 12)
        tx.photos.describe(
            {id_: replace(photo.metadata, taken_at=noon) for id_, photo in photos.items()}
        )
    assert told() == (4, 2, 2)
    with engine.library.transaction() as tx:
        photo = tx.photos.get(shoots.ids[:1])[shoots.ids[0]]
        tx.photos.describe({photo.id: replace(photo.metadata, taken_at=None)})
    assert told() == (4, 3, 3)
    engine.rating.stars(shoots.ids[:3], 0)
    engine.rating.pick([shoots.ids[30]], Pick.UNDECIDED)
    assert told() == (0, 0, 0)


@pytest.mark.parametrize("other", [Mark(3), Mark(2, Pick.PICKED)])
def test_one_mark_that_differs_is_noticed(engine: Engine, other: Mark):
    shoots = fill(engine)
    mark(engine, dict.fromkeys(shoots.ids[::3], Mark(2)))

    def ready() -> Readiness:
        return engine.personalize.readiness()

    assert "equal" in ready().sentence
    mark(engine, {shoots.ids[0]: other})
    assert ready().level == "some"
    mark(engine, {shoots.ids[0]: Mark(2)})
    assert ready().level == "none"
