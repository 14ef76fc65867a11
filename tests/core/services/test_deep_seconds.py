"""How long deep learning is said to take: the photos it would look at count, and no others."""

from core.photo import Mark
from core.services.deep_arm import deep_seconds
from core.services.engine import Engine
from tests.core.services.rated_catalogue import fill, mark


def test_it_follows_the_photos_of_the_catalogue(engine: Engine) -> None:
    shoots = fill(engine, 4)
    mark(engine, dict.fromkeys(shoots.ids[:40], Mark(stars=3)))
    ready = engine.personalize.readiness()
    assert engine.personalize.deep_seconds(ready) == deep_seconds(40, 60, ready.shoots)


def test_the_unrated_photos_of_a_large_catalogue_are_drawn_from() -> None:
    assert deep_seconds(200, 9_800, 12) == deep_seconds(200, 2_000, 10)
    assert deep_seconds(9_000, 1_000, 10) > 2 * deep_seconds(200, 2_000, 10)
