"""Brings a catalogue file to the current schema, one number at a time.

A migration that has shipped is frozen: it is SQL text, not the classes of `schema`, which
move on. Each runs in one transaction together with the number it reaches, so that a crash
leaves either the old or the new schema.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

Migration = Callable[[Connection], None]  # from schema n to n + 1, n being its place in the list

APPLICATION_ID = 0x53484C54  # "SHLT" in the file's header: what tells a catalogue from other files


def migrate_one(connection: Connection, migrations: Sequence[Migration], number: int) -> None:
    """Go from schema `number` to `number + 1`, all or nothing.

    Foreign keys must be off, so that tables can be rebuilt; they are checked at the end.
    """
    with connection.begin():
        migrations[number](connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ValueError(f"Migration {number + 1} left a dangling reference: {broken}")
        connection.exec_driver_sql(f"PRAGMA user_version = {number + 1}")


def _create(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _SCHEMA_1:
        connection.exec_driver_sql(statement)


_SCHEMA_1 = (
    """CREATE TABLE folder (
        id INTEGER NOT NULL PRIMARY KEY,
        path BLOB NOT NULL UNIQUE
    )""",
    """CREATE TABLE photo (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        folder_id INTEGER NOT NULL REFERENCES folder (id),
        state INTEGER NOT NULL DEFAULT 0,
        stars INTEGER NOT NULL DEFAULT 0 CHECK (stars BETWEEN 0 AND 5),
        pick INTEGER NOT NULL DEFAULT 0 CHECK (pick BETWEEN -1 AND 1),
        label INTEGER NOT NULL DEFAULT 0 CHECK (label BETWEEN 0 AND 5),
        taken_at INTEGER,
        sort_name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        file BLOB NOT NULL,
        kind TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        companions BLOB NOT NULL,
        problem TEXT NOT NULL DEFAULT '',
        UNIQUE (folder_id, file)
    )""",
    """CREATE TABLE metadata (
        photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id),
        utc_offset_min INTEGER,
        camera TEXT NOT NULL,
        lens TEXT NOT NULL,
        exposure_s REAL,
        aperture REAL,
        iso INTEGER,
        focal_length_mm REAL,
        width_px INTEGER,
        height_px INTEGER,
        orientation INTEGER NOT NULL,
        latitude REAL,
        longitude REAL
    )""",
    """CREATE TABLE score (
        photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id),
        value REAL NOT NULL,
        aesthetic REAL NOT NULL,
        spread REAL NOT NULL,
        model TEXT NOT NULL,
        technical TEXT NOT NULL
    )""",
    """CREATE TABLE embedding (
        photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id),
        vector BLOB NOT NULL,
        distribution BLOB NOT NULL
    )""",
    """CREATE TABLE edit (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        text TEXT NOT NULL,
        undone BOOLEAN NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE edited_mark (
        edit_id INTEGER NOT NULL REFERENCES edit (id) ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photo (id),
        stars_before INTEGER NOT NULL,
        pick_before INTEGER NOT NULL,
        label_before INTEGER NOT NULL,
        stars_after INTEGER NOT NULL,
        pick_after INTEGER NOT NULL,
        label_after INTEGER NOT NULL,
        PRIMARY KEY (edit_id, photo_id)
    ) WITHOUT ROWID""",
)


def _name_what_measured_the_parts(connection: Connection) -> None:
    connection.exec_driver_sql(
        "ALTER TABLE score ADD COLUMN technical_version TEXT NOT NULL DEFAULT ''"
    )


def _keep_profiles(connection: Connection) -> None:
    for statement in _PROFILES:
        connection.exec_driver_sql(statement)


_PROFILES = (
    """CREATE TABLE profile (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        arm TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        model TEXT NOT NULL,
        feature_version TEXT NOT NULL,
        in_force BOOLEAN NOT NULL DEFAULT 0,
        sha256 TEXT NOT NULL,
        verdict TEXT NOT NULL,
        content BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX profile_in_force ON profile (in_force) WHERE in_force",
    "ALTER TABLE score ADD COLUMN profile INTEGER REFERENCES profile (id)",
    "ALTER TABLE embedding ADD COLUMN facts BLOB",
)


def _keep_manual_groups(connection: Connection) -> None:
    for statement in _GROUPS:
        connection.exec_driver_sql(statement)


_GROUPS = (
    """CREATE TABLE group_rule (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        in_force BOOLEAN NOT NULL DEFAULT 1,
        seconds REAL
    )""",
    """CREATE TABLE group_rule_member (
        rule_id INTEGER NOT NULL REFERENCES group_rule (id) ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photo (id),
        side INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (rule_id, photo_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE edited_rule (
        edit_id INTEGER NOT NULL REFERENCES edit (id) ON DELETE CASCADE,
        rule_id INTEGER NOT NULL REFERENCES group_rule (id) ON DELETE CASCADE,
        PRIMARY KEY (edit_id, rule_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE subject_sharpness (
        photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id),
        anchor_id INTEGER NOT NULL REFERENCES photo (id),
        sharpness REAL,
        region_left REAL NOT NULL,
        region_top REAL NOT NULL,
        region_width REAL NOT NULL,
        region_height REAL NOT NULL,
        version TEXT NOT NULL
    )""",
)


def _date_edits(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE edit ADD COLUMN made_at INTEGER")


def _keep_links(connection: Connection) -> None:
    connection.exec_driver_sql(
        """CREATE TABLE linked_folder (
            root BLOB NOT NULL,
            link BLOB NOT NULL,
            target BLOB NOT NULL,
            below_from BLOB NOT NULL,
            below_to BLOB NOT NULL,
            PRIMARY KEY (root, link)
        ) WITHOUT ROWID"""
    )


def _keep_parts_apart(connection: Connection) -> None:
    for part in _PARTS:
        connection.exec_driver_sql(f"ALTER TABLE score ADD COLUMN {part} REAL")
    parts = ", ".join(f"{part} = {_part_of_json(part)}" for part in _PARTS)
    connection.exec_driver_sql(f"UPDATE score SET {parts} WHERE json_valid(technical)")
    connection.exec_driver_sql("ALTER TABLE subject_sharpness ADD COLUMN share REAL")
    measured = connection.exec_driver_sql(
        "SELECT photo_id, anchor_id, version, sharpness FROM subject_sharpness"
        " WHERE sharpness IS NOT NULL"
    ).all()
    compared: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for photo, anchor, version, sharpness in measured:
        compared[anchor, version].append((photo, sharpness))
    shares: list[tuple[float, int]] = []
    for frames in compared.values():
        best = max(sharpness for _, sharpness in frames)
        if len(frames) > 1:
            shares += [(100 * 2 ** ((each - best) / 2), photo) for photo, each in frames]
    if shares:
        connection.exec_driver_sql(
            "UPDATE subject_sharpness SET share = ? WHERE photo_id = ?", shares
        )
    connection.exec_driver_sql(
        "CREATE INDEX compared_sharpness ON subject_sharpness (anchor_id, version, sharpness)"
    )


_PARTS = ("sharpness", "motion", "noise", "underexposure", "overexposure", "compression")


def _part_of_json(part: str) -> str:
    kind, value = (f"json_{name}(technical, '$.{part}')" for name in ("type", "extract"))
    return f"CASE WHEN {kind} IN ('integer', 'real') THEN {value} END"


MIGRATIONS: tuple[Migration, ...] = (
    _create,
    _name_what_measured_the_parts,
    _keep_profiles,
    _keep_manual_groups,
    _date_edits,
    _keep_links,
    _keep_parts_apart,
)
