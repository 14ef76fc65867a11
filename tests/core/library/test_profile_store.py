"""Profiles in the catalogue: whole, one in force, and never in the way of an older catalogue."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.library.library import Library
from core.library.migrations import MIGRATIONS
from core.library.profile_store import ProfileFacts
from core.photo import Changes, Filter, Mark, PhotoId, Query
from tests.core.library.make_catalog import MODEL, add, scored

FACTS = ProfileFacts(
    "Weddings", "quick", datetime(2026, 5, 1, 12, 30, tzinfo=UTC), "m 1", "f 1", "abc", "{}"
)


def test_a_profile_comes_back_whole(library: Library) -> None:
    with library.transaction() as tx:
        id_ = tx.profiles.add(FACTS, b"\0learned\xff")
    with library.transaction() as tx:
        stored = tx.profiles.get(id_)
        assert stored is not None
        assert (stored.facts, stored.in_force) == (FACTS, False)
        assert tx.profiles.content(id_) == b"\0learned\xff"
        assert tx.profiles.get(id_ + 1) is None


def test_one_profile_at_most_is_in_force(library: Library) -> None:
    with library.transaction() as tx:
        one = tx.profiles.add(FACTS, b"1")
        other = tx.profiles.add(replace(FACTS, name="Birds"), b"2")
        for chosen in (one, other, None, other):
            tx.profiles.put_in_force(chosen)
            found = tx.profiles.in_force()
            assert (found and found.id) == chosen
        assert [each.in_force for each in tx.profiles.all()] == [True, False]


def test_two_profiles_never_share_a_name(library: Library) -> None:
    with library.transaction() as tx:
        tx.profiles.add(FACTS, b"1")
    with pytest.raises(IntegrityError), library.transaction() as tx:
        tx.profiles.add(FACTS, b"2")


def test_values_follow_a_profile_and_wait_for_a_deep_one(library: Library) -> None:
    ids = add(library, "/a/1.jpg", "/a/2.jpg")
    with library.transaction() as tx:
        tx.scores.save([scored(id_, 50) for id_ in ids])
        profile = tx.profiles.add(FACTS, b"1")
        assert tx.scores.unscored(MODEL, "", Filter()) == []
        assert set(tx.scores.unscored(MODEL, "", Filter(), profile)) == set(ids)
        assert tx.tastes.set_values(ids[:1], [77.5], profile) == Changes(scored=frozenset(ids[:1]))
        assert tx.scores.unscored(MODEL, "", Filter(), profile) == ids[1:]
        found = tx.photos.get(ids)
    values = [(s.value, s.aesthetic, s.profile) for p in found.values() if (s := p.score)]
    assert values == [(77.5, 25.0, profile), (50.0, 25.0, None)]


def test_evidence_is_read_in_pages_and_marked_photos_alone(library: Library) -> None:
    ids = add(library, *(f"/a/{n}.jpg" for n in range(5)))
    with library.transaction() as tx:
        tx.scores.save([scored(id_, 50) for id_ in ids[:4]])
        tx.photos.set_marks({ids[1]: Mark(5), ids[4]: Mark(5)})
        first = tx.tastes.frames(MODEL, most=3)
        rest = tx.tastes.frames(MODEL, after=first[-1][0], most=3)
        marked = tx.tastes.frames(MODEL, most=9, marked=True, beside=ids[0])
        assert [row[0] for row in (*first, *rest)] == ids[:4]
        assert [row[0] for row in marked] == ids[:2]
        assert tx.tastes.frames("another model", most=9) == []


def test_a_catalogue_from_before_there_were_profiles_keeps_its_scores(catalog: Path) -> None:
    Library(catalog, migrations=MIGRATIONS[:2]).close()
    with closing(sqlite3.connect(catalog)) as old, old:
        old.execute("INSERT INTO folder VALUES (1, ?)", (b"/a",))
        old.execute(
            "INSERT INTO photo (id, folder_id, stars, sort_name, search_name, file, kind,"
            " size_bytes, mtime_ns, companions) VALUES (7, 1, 4, 'x', 'x', ?, 'jpeg', 1, 1, ?)",
            (b"x.jpg", b""),
        )
        old.execute("INSERT INTO score VALUES (7, 81, 80, 3, 'student 1', '{}', 'heads 1')")
        old.execute("INSERT INTO embedding VALUES (7, ?, ?)", (b"vv", b"dd"))
    library = Library(catalog)
    with library.transaction() as tx:
        [id_] = tx.photos.ids(Query())
        score = tx.photos.get([id_])[PhotoId(7)].score
        assert score is not None
        assert (score.value, score.profile) == (81, None)
        [row] = tx.tastes.features("student 1")
        assert tuple(row) == (7, b"vv", b"dd", None, "{}")
        assert tx.profiles.all() == []
    library.close()
