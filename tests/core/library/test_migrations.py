"""An older catalogue becomes a current one, or stays what it was; there is a backup either way."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect

from core.errors import LibraryOpenError
from core.library.library import Library
from core.library.migrations import MIGRATIONS, Migration
from core.library.schema import Base
from core.photo import (
    Filter,
    Mark,
    PartRange,
    PhotoId,
    Query,
    Score,
    SortKey,
    TechnicalPart,
)
from tests.core.library.make_catalog import add, fill

ROOT = Path(__file__).resolve().parents[3]


def add_notes(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE photo ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def rebuild_scores(connection: Connection) -> None:
    """What SQLite needs for most changes: a new table under the old name."""
    connection.exec_driver_sql("CREATE TABLE new (photo_id INTEGER PRIMARY KEY, value REAL)")
    connection.exec_driver_sql("INSERT INTO new SELECT photo_id, value FROM score")
    connection.exec_driver_sql("DROP TABLE score")
    connection.exec_driver_sql("ALTER TABLE new RENAME TO score")


def fail(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM metadata")
    raise RuntimeError("a mistake in a migration")


def lose_a_folder(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM folder")


LATER: tuple[Migration, ...] = (*MIGRATIONS, add_notes, rebuild_scores)


@pytest.fixture
def old(catalog: Path) -> Path:
    """A closed catalogue of today's schema with 50 photos."""
    library = Library(catalog)
    fill(library, 50)
    library.close()
    return catalog


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as opened:
        return int(opened.execute("PRAGMA user_version").fetchone()[0])


def content(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as opened:
        return list(opened.iterdump())


def columns(file: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(file)) as opened:
        return {row[1] for row in opened.execute(f"PRAGMA table_info({table})")}


def backups(catalog: Path) -> list[Path]:
    return sorted((catalog.parent / "backups").glob("*"))


def test_the_migrations_give_what_the_classes_describe(catalog: Path) -> None:
    Library(catalog).close()
    migrated = inspect(create_engine(f"sqlite:///{catalog}"))
    described_engine = create_engine("sqlite://")
    Base.metadata.create_all(described_engine)
    described = inspect(described_engine)

    assert set(migrated.get_table_names()) == set(described.get_table_names())
    for table in described.get_table_names():
        shape = [
            [(column["name"], str(column["type"]), column["nullable"]) for column in columns]
            for columns in (migrated.get_columns(table), described.get_columns(table))
        ]
        assert shape[0] == shape[1]
        assert migrated.get_pk_constraint(table) == described.get_pk_constraint(table)
        keys = [
            {(tuple(key["constrained_columns"]), key["referred_table"]) for key in found}
            for found in (migrated.get_foreign_keys(table), described.get_foreign_keys(table))
        ]
        assert keys[0] == keys[1]
    migrated.engine.dispose()
    described_engine.dispose()


def test_scores_from_before_parts_had_a_version_stay_and_wait_for_new_parts(catalog: Path) -> None:
    Library(catalog, migrations=MIGRATIONS[:1]).close()
    with closing(sqlite3.connect(catalog)) as old, old:
        old.execute("INSERT INTO folder VALUES (1, ?)", (b"/a",))
        old.execute(
            "INSERT INTO photo (id, folder_id, sort_name, search_name, file, kind, size_bytes,"
            " mtime_ns, companions) VALUES (7, 1, 'x', 'x', ?, 'jpeg', 1, 1, ?)",
            (b"x.jpg", b""),
        )
        old.execute("""INSERT INTO score VALUES (7, 81, 80, 3, 'student 1', '{"noise": 5.5}')""")
    library = Library(catalog)
    with library.transaction() as stored:
        score = stored.photos.get([PhotoId(7)])[PhotoId(7)].score
        waiting = stored.scores.unscored("student 1", "heads 1", Filter())
    library.close()
    assert score == Score(81, 80, 3, {"noise": 5.5}, "student 1", "")
    assert waiting == [7]


def test_parts_of_an_older_catalogue_can_be_filtered_by(catalog: Path) -> None:
    before = MIGRATIONS[: [each.__name__ for each in MIGRATIONS].index("_keep_parts_apart")]
    Library(catalog, migrations=before).close()
    texts = ['{"noise": 5.5, "sharpness": "no"}', '{"noise": NaN}', "cut off", '{"noise": 70}']
    with closing(sqlite3.connect(catalog)) as old, old:
        old.execute("INSERT INTO folder VALUES (1, ?)", (b"/a",))
        for id_, text in enumerate(texts, start=1):
            old.execute(
                "INSERT INTO photo (id, folder_id, sort_name, search_name, file, kind,"
                " size_bytes, mtime_ns, companions) VALUES (?, 1, 'x', 'x', ?, 'jpeg', 1, 1, '')",
                (id_, str(id_).encode()),
            )
            old.execute(
                "INSERT INTO score (photo_id, value, aesthetic, spread, model, technical)"
                " VALUES (?, 81, 80, 3, 'student 1', ?)",
                (id_, text),
            )
            old.execute(
                "INSERT INTO subject_sharpness VALUES (?, ?, ?, 0, 0, 1, 1, 'sharpness 1')",
                (id_, 1 if id_ < 4 else 4, -float(id_)),
            )
    library = Library(catalog)
    with library.transaction() as stored:
        by_noise = stored.photos.ids(Query(sort=SortKey.NOISE))
        by_sharpness = stored.photos.ids(Query(sort=SortKey.SUBJECT_SHARPNESS, descending=True))
        asked = {TechnicalPart.NOISE: 10.0, TechnicalPart.SUBJECT_SHARPNESS: 60.0}
        left = [
            list(stored.photos.ids(Query(Filter(parts=frozenset({PartRange(part, least)})))))
            for part, least in asked.items()
        ]
    library.close()
    assert list(by_noise) == [1, 4, 2, 3]
    assert list(by_sharpness) == [1, 2, 3, 4]  # the last was compared with nothing
    assert left == [[4], [1, 2]]


def test_a_new_catalogue_has_the_newest_schema_and_needs_no_backup(catalog: Path) -> None:
    Library(catalog, migrations=LATER).close()
    assert version(catalog) == len(LATER)
    assert backups(catalog) == []


def test_an_older_catalogue_is_brought_up_to_date_with_a_backup_before_each_step(
    old: Path,
) -> None:
    before = content(old)
    library = Library(old, migrations=LATER)
    with library.transaction() as stored:
        assert len(stored.photos.ids(Query())) == 50
    library.close()
    assert version(old) == len(LATER)
    assert "note" in columns(old, "photo")
    assert columns(old, "score") == {"photo_id", "value"}

    first, second = sorted(backups(old), key=version)
    assert (version(first), version(second)) == (len(MIGRATIONS), len(MIGRATIONS) + 1)
    assert content(first) == before
    assert "note" in columns(second, "photo")


def test_a_catalogue_of_today_is_left_alone(old: Path) -> None:
    before = old.read_bytes()
    Library(old).close()
    assert old.read_bytes() == before
    assert backups(old) == []


def test_the_backups_go_where_they_are_wanted(old: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "safe" / "place"
    Library(old, elsewhere, migrations=LATER).close()
    assert len(list(elsewhere.iterdir())) == 2
    assert backups(old) == []


def test_a_migration_that_fails_leaves_the_old_catalogue(old: Path) -> None:
    before = content(old)
    with pytest.raises(RuntimeError, match="mistake"):
        Library(old, migrations=(*MIGRATIONS, fail))
    assert version(old) == len(MIGRATIONS)
    assert content(old) == before
    library = Library(old)
    add(library, "/new/1.jpg")
    library.close()


def test_a_migration_that_loses_what_others_refer_to_is_taken_back(old: Path) -> None:
    before = content(old)
    with pytest.raises(ValueError, match="dangling reference"):
        Library(old, migrations=(*MIGRATIONS, lose_a_folder))
    assert content(old) == before


def test_without_a_good_backup_there_is_no_migration(old: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    blocked = tmp_path / "backups-is-a-file"
    blocked.touch()
    with pytest.raises(LibraryOpenError, match=r"must be upgraded.*could not be backed up"):
        Library(old, blocked, migrations=LATER)
    assert old.read_bytes() == before


def test_a_migrated_catalogue_is_refused_by_the_older_program(old: Path) -> None:
    Library(old, migrations=LATER).close()
    before = old.read_bytes()
    with pytest.raises(LibraryOpenError, match="newer Shortlist"):
        Library(old)
    assert old.read_bytes() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from core.library.library import Library
from core.library.migrations import MIGRATIONS
from tests.core.library.test_migrations import add_notes

def die(connection):
    add_notes(connection)
    if sys.argv[2] == "during":
        os.kill(os.getpid(), signal.SIGKILL)

library = Library(Path(sys.argv[1]), migrations=(*MIGRATIONS, die))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize("when", ["during", "after"])
def test_a_kill_leaves_the_old_schema_or_the_new_one(old: Path, when: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(old), when], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    if when == "after":
        with pytest.raises(LibraryOpenError, match="newer Shortlist"):
            Library(old)
    library = Library(old, migrations=LATER)
    with library.transaction() as stored:
        ids = stored.photos.ids(Query())
        stored.photos.set_marks(dict.fromkeys(ids, Mark(1)))
    library.close()
    assert len(ids) == 50
    assert version(old) == len(LATER)
    assert all(version(backup) < len(LATER) for backup in backups(old))
