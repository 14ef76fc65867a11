"""What a profile was learned to be, checked before any of it is believed."""

import hashlib

from core.errors import ModelMismatchError, ProfileError
from core.library.library import Transaction
from core.library.profile_store import ProfileFacts, StoredProfile
from core.photo import ProfileId
from core.taste.evidence import FACTS
from core.taste.taste import Taste
from core.taste.taste_file import from_bytes
from core.vision.manifest import Manifest
from core.vision.patched_model import read_tensors

DEEP = "deep"
_LEARN_AGAIN = "Learn again: your ratings are all kept."


class ProfileContents:
    """Reads the content of profiles that are for the model in force."""

    def __init__(self, manifest: Manifest, measures_version: str) -> None:
        """Tell what fits.

        Args:
            manifest: of the model in force.
            measures_version: of what measures the facts beside the model's features.
        """
        self._manifest = manifest
        self.feature_version = f"{manifest.feature_version}, {measures_version}"

    def usable(self, tx: Transaction, id_: ProfileId) -> StoredProfile:
        """A profile that can be put in force.

        Raises:
            ProfileError: it is not there, was altered or is for another model.
        """
        profile = tx.profiles.get(id_)
        if profile is None:
            raise ProfileError("That profile is no longer in the catalogue.")
        self.require_sound(profile.facts, tx.profiles.content(id_))
        return profile

    def require_sound(self, facts: ProfileFacts, content: bytes) -> None:
        """Refuse what could not be put in force.

        Raises:
            ProfileError: it was altered or is for another model.
        """
        require_unaltered(facts, content)
        self._require_fit(facts)
        if facts.arm == DEEP:
            self._require_readable(facts, content)
        else:
            self._read(facts, content)

    def taste(self, tx: Transaction, profile: StoredProfile) -> Taste:
        """The quick profile, ready to be applied.

        Raises:
            ProfileError: it was altered or is for another model.
        """
        self._require_fit(profile.facts)
        content = tx.profiles.content(profile.id)
        require_unaltered(profile.facts, content)
        return self._read(profile.facts, content)

    def personal_model(self, tx: Transaction, profile: StoredProfile) -> bytes:
        """The deep profile, for `core.vision.personal_model`.

        Raises:
            ProfileError: it was altered or is for another model.
        """
        content = tx.profiles.content(profile.id)
        self.require_sound(profile.facts, content)
        return content

    def _require_readable(self, facts: ProfileFacts, content: bytes) -> None:
        try:
            made_for, _ = read_tensors(content)
        except ModelMismatchError as error:
            raise _altered(facts) from error
        if made_for != self._manifest.sha256:
            raise self._misfit(facts)

    def _require_fit(self, facts: ProfileFacts) -> None:
        if facts.feature_version != self.feature_version:
            raise self._misfit(facts)

    def _misfit(self, facts: ProfileFacts) -> ProfileError:
        return ProfileError(
            f"The profile “{facts.name}” was learned with another version of the model "
            f"({facts.model}; this is {self._manifest.model}) and cannot be used with this one.",
            hint=_LEARN_AGAIN,
        )

    def _read(self, facts: ProfileFacts, content: bytes) -> Taste:
        try:
            taste = from_bytes(content)
        except ValueError as error:
            raise _altered(facts) from error
        if len(taste.slope) != self._manifest.embedding_dim + len(FACTS):
            raise _altered(facts)
        return taste


def sha256_of(content: bytes) -> str:
    """What tells an altered content from the one that was learned."""
    return hashlib.sha256(content).hexdigest()


def require_unaltered(facts: ProfileFacts, content: bytes) -> None:
    """Compare a content with what was learned.

    Raises:
        ProfileError: a byte of it differs.
    """
    if sha256_of(content) != facts.sha256:
        raise _altered(facts)


def _altered(facts: ProfileFacts) -> ProfileError:
    return ProfileError(f"The profile “{facts.name}” was altered or damaged.", hint=_LEARN_AGAIN)
