"""The tables as the current version of the program sees them.

How a file gets this shape is owned by `migrations`; a test holds the two together.
"""

from typing import ClassVar

from sqlalchemy import REAL, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The catalogue."""

    type_annotation_map: ClassVar = {str: Text, float: REAL}


class FolderRow(Base):
    """A folder that holds photos. Kept apart so that scoping a list touches few rows."""

    __tablename__ = "folder"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # os.fsencode, absolute


class LinkedFolderRow(Base):
    """A link that joins a folder elsewhere to one that was opened with its sub-folders."""

    __tablename__ = "linked_folder"
    __table_args__ = ({"sqlite_with_rowid": False},)

    root: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # the folder opened
    link: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    target: Mapped[bytes] = mapped_column(LargeBinary)
    below_from: Mapped[bytes] = mapped_column(LargeBinary)  # of all paths below the target
    below_to: Mapped[bytes] = mapped_column(LargeBinary)


class PhotoRow(Base):
    """What every list, filter and order needs; the columns used most come first."""

    __tablename__ = "photo"
    __table_args__ = ({"sqlite_autoincrement": True},)  # an id never means another photo later

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"))
    state: Mapped[int]
    stars: Mapped[int]
    pick: Mapped[int]
    label: Mapped[int]
    taken_at: Mapped[int | None]  # microseconds since 1970 on the camera's clock
    sort_name: Mapped[str]  # natural order, see natural_order
    search_name: Mapped[str]
    file: Mapped[bytes] = mapped_column(LargeBinary)  # name in the folder, os.fsencode
    kind: Mapped[str]
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    companions: Mapped[bytes] = mapped_column(LargeBinary)  # names, each ended by NUL
    problem: Mapped[str]


class MetadataRow(Base):
    """What the camera wrote; no row means that it was never read. The time is in PhotoRow."""

    __tablename__ = "metadata"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    utc_offset_min: Mapped[int | None]
    camera: Mapped[str]
    lens: Mapped[str]
    exposure_s: Mapped[float | None]
    aperture: Mapped[float | None]
    iso: Mapped[int | None]
    focal_length_mm: Mapped[float | None]
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    orientation: Mapped[int]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class ScoreRow(Base):
    """The opinion of the last model that looked at the photo."""

    __tablename__ = "score"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    value: Mapped[float]
    aesthetic: Mapped[float]
    spread: Mapped[float]
    model: Mapped[str]
    technical: Mapped[str]  # JSON object, name to 0..100
    technical_version: Mapped[str]  # of what measured it; "" before there was a name for that
    profile: Mapped[int | None] = mapped_column(ForeignKey("profile.id"))  # whose `value`
    # What `technical` says again, where lists can be filtered by it: parsing takes too long.
    sharpness: Mapped[float | None]
    motion: Mapped[float | None]
    noise: Mapped[float | None]
    underexposure: Mapped[float | None]
    overexposure: Mapped[float | None]
    compression: Mapped[float | None]


class EmbeddingRow(Base):
    """The model's features; apart because they are large and no list needs them."""

    __tablename__ = "embedding"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    distribution: Mapped[bytes] = mapped_column(LargeBinary)
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: never measured


class ProfileRow(Base):
    """A personal model, whole: backed up with the marks it was learned from."""

    __tablename__ = "profile"
    __table_args__ = (
        Index("profile_in_force", "in_force", unique=True, sqlite_where=text("in_force")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    arm: Mapped[str]
    made_at: Mapped[int]  # microseconds since 1970, UTC
    model: Mapped[str]  # name and version of the model that it is for
    feature_version: Mapped[str]  # of that model's features
    in_force: Mapped[bool]
    sha256: Mapped[str]  # of `content`
    verdict: Mapped[str]  # JSON
    content: Mapped[bytes] = mapped_column(LargeBinary)  # last: lists never read it


class GroupRuleRow(Base):
    """One manual change of the groups, replayed over whatever the automatic grouping says."""

    __tablename__ = "group_rule"
    __table_args__ = ({"sqlite_autoincrement": True},)  # the order is the order of the gestures

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    in_force: Mapped[bool]  # not while its edit is undone
    seconds: Mapped[float | None]  # of a camera's clock: what to add to its times


class GroupRuleMemberRow(Base):
    """A photo that a rule is about."""

    __tablename__ = "group_rule_member"
    __table_args__ = ({"sqlite_with_rowid": False},)

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("group_rule.id", ondelete="CASCADE"), primary_key=True
    )
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    side: Mapped[int]  # photos of different sides stay apart


class EditedRuleRow(Base):
    """A rule that an edit made."""

    __tablename__ = "edited_rule"
    __table_args__ = ({"sqlite_with_rowid": False},)

    edit_id: Mapped[int] = mapped_column(
        ForeignKey("edit.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[int] = mapped_column(
        ForeignKey("group_rule.id", ondelete="CASCADE"), primary_key=True
    )


class SubjectSharpnessRow(Base):
    """How sharp the subject is at 1:1; comparable only between photos of one anchor."""

    __tablename__ = "subject_sharpness"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    anchor_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))  # in which it was looked for
    sharpness: Mapped[float | None]  # binary logarithm; None: it cannot be told
    region_left: Mapped[float]  # shares of the upright picture
    region_top: Mapped[float]
    region_width: Mapped[float]
    region_height: Mapped[float]
    version: Mapped[str]  # of what measured it
    share: Mapped[float | None]  # 0..100, see `subject_share`; None: there is nothing to compare


class EditRow(Base):
    """One gesture of the photographer that can be undone or redone."""

    __tablename__ = "edit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    undone: Mapped[bool]
    made_at: Mapped[int | None]  # microseconds since 1970, UTC; not known of older ones


class EditedMarkRow(Base):
    """The marks of one photo before and after an edit."""

    __tablename__ = "edited_mark"
    __table_args__ = ({"sqlite_with_rowid": False},)

    edit_id: Mapped[int] = mapped_column(
        ForeignKey("edit.id", ondelete="CASCADE"), primary_key=True
    )
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    stars_before: Mapped[int]
    pick_before: Mapped[int]
    label_before: Mapped[int]
    stars_after: Mapped[int]
    pick_after: Mapped[int]
    label_after: Mapped[int]
