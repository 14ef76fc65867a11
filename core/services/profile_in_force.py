"""The profile in force, and the scores that follow it.

At any time every score is either by the profile in force or by the model for everybody:
whatever ends a profile restores what it had changed, in the same transaction.
"""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from core.library.library import Transaction
from core.library.profile_store import StoredProfile
from core.photo import Changes, PhotoId, ProfileId
from core.services.catalogued import frames_of, values_of
from core.services.profile_content import DEEP, ProfileContents
from core.taste.taste import Taste
from core.vision.manifest import AESTHETIC, Manifest


class ProfileInForce:
    """Gives scores their value. May be used from several threads."""

    def __init__(self, manifest: Manifest, contents: ProfileContents) -> None:
        self._manifest = manifest
        self._contents = contents
        self._lock = threading.Lock()
        self._last: tuple[ProfileId, Taste] | None = None

    def put(self, tx: Transaction, id_: ProfileId | None) -> Changes:
        """Put a profile in force, or the model for everybody, and rescore from stored features.

        With a deep profile every score is everybody's until a scoring run has looked again.

        Raises:
            ProfileError: the profile is not there, was altered or is for another model.
        """
        chosen = None if id_ is None else self._contents.usable(tx, id_)
        tx.profiles.put_in_force(id_)
        quick = chosen is not None and chosen.facts.arm != DEEP
        changes = self.apply(tx) if quick else Changes()
        return changes | self._restore(tx, id_ if quick else None)

    def apply(self, tx: Transaction, ids: Iterable[PhotoId] | None = None) -> Changes:
        """Give stored scores, all or some, the value by the quick profile in force, if any."""
        profile = tx.profiles.in_force()
        if profile is None or profile.facts.arm == DEEP:
            return Changes()
        taste = self.taste(tx, profile)
        rows = tx.tastes.features(self._manifest.model, ids)
        if not rows:
            return Changes()
        found, vectors, distributions, facts, technical = zip(*rows, strict=True)
        ratings = taste.ratings(frames_of(vectors, distributions, facts, self._manifest))
        values = values_of(ratings, technical, self._manifest)
        return tx.tastes.set_values(found, values.tolist(), profile.id)

    def follow(self, tx: Transaction, id_: ProfileId, ratings: Mapping[PhotoId, float]) -> Changes:
        """Give scores the value by ratings of a deep profile, if it is still in force."""
        profile = tx.profiles.in_force()
        if profile is None or profile.id != id_:
            return Changes()
        rows = tx.tastes.features(self._manifest.model, ratings)
        found = [PhotoId(row[0]) for row in rows]
        rated = np.array([ratings[each] for each in found])
        values = values_of(rated, [row[-1] for row in rows], self._manifest)
        return tx.tastes.set_values(found, values.tolist(), id_)

    def _restore(self, tx: Transaction, kept: ProfileId | None) -> Changes:
        """What does not follow `kept` goes back to the model for everybody."""
        rows = tx.tastes.personal(except_by=kept)
        if not rows:
            return Changes()
        found, aesthetics, technical = zip(*rows, strict=True)
        values = generic_values(aesthetics, technical, self._manifest)
        return tx.tastes.set_values(found, values, None)

    def taste(self, tx: Transaction, profile: StoredProfile) -> Taste:
        """A quick profile, loaded.

        Raises:
            ProfileError: it was altered or is for another model.
        """
        with self._lock:
            if self._last is None or self._last[0] != profile.id:
                self._last = profile.id, self._contents.taste(tx, profile)
            return self._last[1]


def generic_values(
    aesthetics: Sequence[float], technical: Sequence[str], manifest: Manifest
) -> list[float]:
    """What scores are by the model for everybody, of their stored parts."""
    if manifest.score_weights.keys() == {AESTHETIC}:
        return list(aesthetics)
    return [
        manifest.value_of(aesthetic, json.loads(parts))
        for aesthetic, parts in zip(aesthetics, technical, strict=True)
    ]
