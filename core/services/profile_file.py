"""A profile as one small file that can be sent to somebody else.

The first line says what it is and the hash of all that follows, so that a file that was cut
short or altered on its way is refused; then a line of JSON, then the content as learned.
"""

import json
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import ProfileError, printable
from core.library.profile_store import ProfileFacts
from core.services.profile_content import require_unaltered, sha256_of
from core.services.verdict_json import from_json

SUFFIX = ".shortlist-taste"
FORMAT = 1
MAGIC = b"shortlist-taste "
_LARGEST = 64_000_000  # bytes; ours are of 5 MB at most
_ARMS = ("quick", "deep")


def to_file(facts: ProfileFacts, content: bytes) -> bytes:
    """The bytes of a file that holds the profile."""
    head = {
        "name": facts.name,
        "arm": facts.arm,
        "made_at": facts.made_at.isoformat(),
        "model": facts.model,
        "feature_version": facts.feature_version,
        "sha256": facts.sha256,
        "verdict": json.loads(facts.verdict),
    }
    rest = json.dumps(head, ensure_ascii=False).encode() + b"\n" + content
    return MAGIC + f"{FORMAT} {sha256_of(rest)}\n".encode() + rest


def read_file(source: Path) -> tuple[ProfileFacts, bytes]:
    """Read the profile in a file.

    Raises:
        ProfileError: it cannot be read, is none of ours, was altered or is of a newer version.
    """
    named = printable(source.name)
    written = _read(source, named)
    first, _, rest = written.partition(b"\n")
    words = first.removeprefix(MAGIC).split()
    if not first.startswith(MAGIC) or len(words) != 2:
        raise ProfileError(f"{named} is not a profile of Shortlist.")
    if words[0] != str(FORMAT).encode():
        raise ProfileError(
            f"{named} was made by another version of Shortlist.", hint="Update Shortlist."
        )
    if sha256_of(rest).encode() != words[1]:
        raise ProfileError(
            f"{named} was altered, or cut short on its way.", hint="Ask for the file again."
        )
    head, _, content = rest.partition(b"\n")
    try:
        facts = _facts(json.loads(head))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProfileError(f"{named} does not hold a profile that can be used.") from error
    require_unaltered(facts, content)
    return facts, content


def _read(source: Path, named: str) -> bytes:
    try:
        if not stat.S_ISREG(source.stat().st_mode):  # opening a pipe would wait for ever
            raise ProfileError(f"{named} is not a file.")
        with source.open("rb") as file:
            written = file.read(_LARGEST + 1)
    except OSError as error:
        raise ProfileError(f"{named} cannot be read: {error.strerror}.") from error
    if len(written) > _LARGEST:
        raise ProfileError(f"{named} is not a profile of Shortlist: it is far too large.")
    return written


def _facts(head: Mapping[str, Any]) -> ProfileFacts:
    verdict = json.dumps(head["verdict"], ensure_ascii=False)
    from_json(verdict)
    if head["arm"] not in _ARMS:
        raise ValueError(f"not an arm: {head['arm']}")
    made_at = datetime.fromisoformat(head["made_at"])
    return ProfileFacts(
        name=str(head["name"]),
        arm=head["arm"],
        made_at=made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC),
        model=str(head["model"]),
        feature_version=str(head["feature_version"]),
        sha256=str(head["sha256"]),
        verdict=verdict,
    )
