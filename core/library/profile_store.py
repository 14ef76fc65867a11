"""Personal profiles: each with its whole content, at most one of them in force."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from core.library.camera_time import from_ticks, to_ticks
from core.library.schema import ProfileRow
from core.photo import ProfileId


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What is known of a profile without its content."""

    name: str  # no two profiles share one
    arm: str
    made_at: datetime  # UTC
    model: str  # name and version of the model that it is for
    feature_version: str  # of that model's features
    sha256: str  # of the content
    verdict: str  # JSON


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile of the catalogue."""

    id: ProfileId
    facts: ProfileFacts
    in_force: bool


_COLUMNS = (
    ProfileRow.id,
    ProfileRow.in_force,
    ProfileRow.name,
    ProfileRow.arm,
    ProfileRow.made_at,
    ProfileRow.model,
    ProfileRow.feature_version,
    ProfileRow.sha256,
    ProfileRow.verdict,
)


class ProfileStore:
    """The profiles of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[StoredProfile]:
        """Every profile, the one made last first."""
        statement = select(*_COLUMNS).order_by(ProfileRow.made_at.desc(), ProfileRow.id.desc())
        return list(_profiles(self._connection.execute(statement)))

    def get(self, id_: ProfileId) -> StoredProfile | None:
        """One profile, or None if it is not there."""
        rows = self._connection.execute(select(*_COLUMNS).where(ProfileRow.id == id_))
        return next(_profiles(rows), None)

    def in_force(self) -> StoredProfile | None:
        """The profile in force; None is the model for everybody."""
        rows = self._connection.execute(select(*_COLUMNS).where(ProfileRow.in_force))
        return next(_profiles(rows), None)

    def content(self, id_: ProfileId) -> bytes:
        """What the profile was learned to be; empty if it is not there."""
        statement = select(ProfileRow.content).where(ProfileRow.id == id_)
        return self._connection.execute(statement).scalar() or b""

    def add(self, facts: ProfileFacts, content: bytes) -> ProfileId:
        """Store a profile under a free name; it is not in force."""
        row = {
            "name": facts.name,
            "arm": facts.arm,
            "made_at": to_ticks(facts.made_at.astimezone(UTC)),
            "model": facts.model,
            "feature_version": facts.feature_version,
            "in_force": False,
            "sha256": facts.sha256,
            "verdict": facts.verdict,
            "content": content,
        }
        statement = insert(ProfileRow).values(row).returning(ProfileRow.id)
        return ProfileId(self._connection.execute(statement).scalar_one())

    def rename(self, id_: ProfileId, name: str) -> None:
        """Give a profile a free name."""
        self._connection.execute(update(ProfileRow).where(ProfileRow.id == id_).values(name=name))

    def put_in_force(self, id_: ProfileId | None) -> None:
        """Put this profile in force and any other out of it; scores are left as they are."""
        self._connection.execute(
            update(ProfileRow).where(ProfileRow.in_force).values(in_force=False)
        )
        if id_ is not None:
            self._connection.execute(
                update(ProfileRow).where(ProfileRow.id == id_).values(in_force=True)
            )

    def forget(self, id_: ProfileId) -> None:
        """Remove a profile that no score follows any more."""
        self._connection.execute(delete(ProfileRow).where(ProfileRow.id == id_))


def _profiles(rows: Iterable[Sequence[Any]]) -> Iterator[StoredProfile]:
    for id_, in_force, name, arm, made_at, *rest in rows:
        yield StoredProfile(
            ProfileId(id_),
            ProfileFacts(name, arm, from_ticks(made_at).replace(tzinfo=UTC), *rest),
            bool(in_force),
        )
