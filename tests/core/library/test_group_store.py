"""Manual changes of groups in the catalogue: in order, undone with their edit, never lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.library.group_store import Rule, RuleKind, SubjectSharpness
from core.library.history_store import DEPTH, Edit
from core.library.library import Library
from core.library.migrations import MIGRATIONS
from core.photo import Changes, Filter, PhotoId
from tests.core.library.make_catalog import add, found

VERSION = "sharpness 1"
REGION = (0.25, 0.25, 0.5, 0.5)


@pytest.fixture
def ids(library: Library) -> list[PhotoId]:
    return add(library, *(f"/a/IMG_{number}.jpg" for number in range(1, 6)))


def test_rules_come_back_in_the_order_they_were_made(library: Library, ids: list[PhotoId]) -> None:
    made = [
        Rule(RuleKind.APART, ((ids[3], ids[4]), (ids[0],), (ids[1],))),
        Rule(RuleKind.TOGETHER, (tuple(ids[:3]),)),
        Rule(RuleKind.COVER, ((ids[2],),)),
        Rule(RuleKind.CLOCK, (tuple(ids),), -3600.5),
    ]
    for rule in made:
        with library.transaction() as tx:
            tx.groups.add_rule(rule)
    with library.transaction() as tx:
        assert tx.groups.rules() == made


def test_a_rule_out_of_force_is_kept_and_can_come_back(
    library: Library, ids: list[PhotoId]
) -> None:
    rule = Rule(RuleKind.TOGETHER, (tuple(ids[:2]),))
    with library.transaction() as tx:
        number = tx.groups.add_rule(rule)
        changes = tx.groups.put_in_force([number], in_force=False)
        assert changes == Changes(grouped=frozenset(ids[:2]))
        assert tx.groups.rules() == []
        tx.groups.put_in_force([number], in_force=True)
        assert tx.groups.rules() == [rule]


def test_what_no_redo_can_reach_is_forgotten_and_what_is_in_force_never(
    library: Library, ids: list[PhotoId]
) -> None:
    stays, goes = (Rule(RuleKind.TOGETHER, ((ids[n], ids[n + 1]),)) for n in (0, 2))
    with library.transaction() as tx:
        tx.history.record(Edit("stays", rules=[tx.groups.add_rule(stays)]))
        undone = tx.groups.add_rule(goes)
        tx.history.record(Edit("goes", rules=[undone]))
        edit = tx.history.undoable()
        assert edit is not None
        assert tx.history.rules(edit.number) == [undone]
        tx.groups.put_in_force([undone], in_force=False)
        tx.history.set_undone(edit.number, undone=True)
        for number in range(DEPTH + 5):
            tx.history.record(Edit(f"later {number}"))
        tx.groups.put_in_force([undone], in_force=True)
        assert tx.groups.rules() == [stays]


def test_sharpness_is_that_of_one_version_and_of_these_pixels(
    library: Library, ids: list[PhotoId]
) -> None:
    measured = SubjectSharpness(ids[0], -6.5, REGION, VERSION)
    unclear = SubjectSharpness(ids[0], None, REGION, VERSION)
    with library.transaction() as tx:
        tx.groups.save_sharpness({ids[0]: measured, ids[1]: unclear})
        assert tx.groups.sharpness(VERSION) == {ids[0]: measured, ids[1]: unclear}
        assert tx.groups.sharpness("sharpness 2") == {}
        tx.photos.refresh({ids[1]: found("/a/IMG_2.jpg", size_bytes=77)})
        assert tx.groups.sharpness(VERSION) == {ids[0]: measured}


def test_captures_come_in_pages_and_with_nothing_known(
    library: Library, ids: list[PhotoId]
) -> None:
    with library.transaction() as tx:
        first = tx.groups.captures(Filter(Path("/a")), most=3)
        rest = tx.groups.captures(Filter(Path("/a")), after=first[-1][0], most=3)
        assert [row[0] for row in (*first, *rest)] == ids
        assert tx.groups.captures(Filter(Path("/b")), most=3) == []
        assert all(value is None for value in first[0][5:])


def test_a_catalogue_from_before_there_were_groups_keeps_its_history(catalog: Path) -> None:
    Library(catalog, migrations=MIGRATIONS[:3]).close()
    with closing(sqlite3.connect(catalog)) as old, old:
        old.execute("INSERT INTO edit (id, text) VALUES (4, '3 photos rated 2')")
    library = Library(catalog)
    with library.transaction() as tx:
        edit = tx.history.undoable()
        assert edit is not None
        assert (edit.text, tx.history.rules(edit.number)) == ("3 photos rated 2", [])
        assert tx.groups.rules() == []
    library.close()
