"""Every rating that was acknowledged is there after the program was killed."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.library.library import Library
from core.services.history import History
from tests.core.library.make_catalog import add

ROOT = Path(__file__).resolve().parents[3]
PHOTOS = 7

RATE_FOREVER = """
import sys
from itertools import count
from pathlib import Path
from core.library.library import Library
from core.photo import Query
from core.services.history import History
from core.services.rate import Rating

library = Library(Path(sys.argv[1]))
rating = Rating(library, lambda changes: None)
with library.transaction() as stored:
    ids = stored.photos.ids(Query())
for number in count(int(sys.argv[2])):
    rating.stars([ids[number % len(ids)]], (number // len(ids)) % 5 + 1)
    print(number, flush=True)
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")


def rate_until_killed(catalog: Path, first: int, patience: int) -> int:
    """Returns the number of ratings that were acknowledged, from the first one on."""
    command = [sys.executable, "-c", RATE_FOREVER, str(catalog), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for _ in range(patience):
            assert program.stdout.readline()
        program.send_signal(signal.SIGKILL)
        rest = program.stdout.read().splitlines()
    assert program.returncode == -signal.SIGKILL
    return first + patience + len([line for line in rest if line])


def stars_after(ratings: int) -> list[int]:
    stars = [0] * PHOTOS
    for number in range(ratings):
        stars[number % PHOTOS] = (number // PHOTOS) % 5 + 1
    return stars


def kill_and_look(catalog: Path, rounds: int, source: random.Random) -> int:
    """Returns the number of ratings in the catalogue; the one in flight may be among them."""
    library = Library(catalog)
    ids = add(library, *(f"/a/{number}.jpg" for number in range(PHOTOS)))
    library.close()
    stored = 0
    for _ in range(rounds):
        acknowledged = rate_until_killed(catalog, stored, source.randrange(1, 60))
        library = Library(catalog)
        with library.transaction() as transaction:
            marks = transaction.photos.marks(ids)
        library.close()
        stars = [marks[id_].stars for id_ in ids]
        assert stars in (stars_after(acknowledged), stars_after(acknowledged + 1))
        stored = acknowledged + (stars != stars_after(acknowledged))
    return stored


def test_no_acknowledged_rating_is_lost_by_kills(catalog: Path) -> None:
    stored = kill_and_look(catalog, 4, random.Random(3))
    library = Library(catalog)
    history = History(library, lambda _: None)
    undone = 0
    while history.undo_text:
        history.undo()
        undone += 1
    with library.transaction() as transaction:
        marks = transaction.photos.marks(add(library, "/a/0.jpg"))
    library.close()
    assert undone == stored
    assert {mark.stars for mark in marks.values()} == {0}


@pytest.mark.stress
def test_no_acknowledged_rating_is_lost_by_a_hundred_kills(catalog: Path) -> None:
    assert kill_and_look(catalog, 100, random.Random(4)) > 100
