"""What is said of a score."""

from core.photo import Mark
from core.services.engine import Engine
from tests.core.services.rated_catalogue import fill


def test_equal_marks_of_look_alikes_are_counted_and_not_listed(engine: Engine):
    shoots = fill(engine)
    with engine.library.transaction() as tx:
        tx.photos.set_marks(dict.fromkeys(shoots.ids[::2], Mark(stars=4)))
    found = engine.personalize.explain(shoots.ids[1])
    assert found.sentence.endswith("Of your rated photos it most resembles three with 4 stars.")
