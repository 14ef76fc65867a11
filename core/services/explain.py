"""Why a photo has its score: where the model looks, what the taste adds, what it resembles."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import PhotoReadError, ProfileError
from core.library.library import Library
from core.library.profile_store import StoredProfile
from core.photo import Photo, PhotoId, Score
from core.progress import Task
from core.services.catalogued import Catalogued, facts_of, frames_of, read_catalogue
from core.services.personal_words import Explanation
from core.services.previews import Previews, Priority
from core.services.profile_content import DEEP
from core.services.profile_in_force import generic_values
from core.services.score import Scoring
from core.taste.evidence import FACTS, Frames
from core.taste.likeness import most_alike
from core.taste.taste import Taste
from core.vision import appearance
from core.vision.attribution import attribution

_LEAST_SHIFT = 1.0  # points, under which a taste says what everybody says
_LEAST_RATING = 1e-6
_LEAST_SHARE = 0.2  # of the shift, under which a fact is no reason for it
_MOST_REASONS = 2
_ALIKE = 3
_NUMBERS = ("none", "one", "two", "three")  # up to _ALIKE

_WORDS = {  # of a fact that is above and below what is usual; of technical parts 1 is well
    "sharpness": ("sharp", "soft"),
    "motion": ("steady", "blurred by motion"),
    "noise": ("free of noise", "noisy"),
    "underexposure": ("well exposed in the shadows", "underexposed"),
    "overexposure": ("well exposed in the lights", "overexposed"),
    "compression": ("cleanly stored", "compressed"),
    "light": ("bright", "dark"),
    "contrast": ("rich in contrast", "low in contrast"),
    "shadows": ("full of deep shadow", "free of deep shadow"),
    "highlights": ("full of bright light", "free of glare"),
    "saturation": ("saturated", "muted"),
    "warmth": ("warm", "cool"),
    "tint": ("greenish", "pinkish"),
    "colourfulness": ("colourful", "short of colour"),
    "symmetry": ("symmetrical", "asymmetrical"),
    "centred_detail": ("busiest in the middle", "busiest at the edges"),
    "centred_light": ("lightest in the middle", "darkest in the middle"),
    "evenness": ("evenly lit", "unevenly lit"),
}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains scores by the model and the profile in force."""

    library: Library
    previews: Previews
    scoring: Scoring

    def explain(self, id_: PhotoId) -> Explanation:
        """Why the photo has its score.

        Raises:
            ProfileError: it has no score by the model in force.
        """
        manifest = self.scoring.manifest
        with self.library.transaction() as tx:
            photo = tx.photos.get([id_]).get(id_)
            profile = tx.profiles.in_force()
            features = tx.tastes.features(manifest.model, [id_])
            quick = profile is not None and profile.facts.arm != DEEP
            taste = self.scoring.in_force.taste(tx, profile) if profile and quick else None
        if photo is None or photo.score is None or not features:
            raise ProfileError("This photo has no score yet.")
        [(_, vector, distribution, facts, technical)] = features
        frame = frames_of([vector], [distribution], [facts], manifest)
        [everybody] = generic_values([photo.score.aesthetic], [technical], manifest)
        known = read_catalogue(self.library, manifest, Task(), marked=True, beside=id_)
        alike = _most_alike(known, id_)
        return Explanation(
            map=self._map(photo, photo.score, taste),
            parts=dict(photo.score.technical),
            alike=tuple(known.ids[row] for row in alike),
            sentence=" ".join(
                [
                    _shift(photo.score, everybody, profile, taste, frame),
                    *_resemblance(known, alike),
                ]
            ),
        )

    def _map(
        self, photo: Photo, score: Score, taste: Taste | None
    ) -> npt.NDArray[np.float32] | None:
        try:
            preview = self.previews.thumbnail(photo, Priority.NOW).result()
        except (PhotoReadError, CancelledError):  # away, and its preview was never made
            return None
        [picture] = self.scoring.student().pictures([preview])
        return attribution(self._rate(score, taste), picture)

    def _rate(
        self, score: Score, taste: Taste | None
    ) -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float64]]:
        """What rates pictures as the model and the profile in force do."""
        deep = self.scoring.deep()
        if deep is not None:
            return deep.model.ratings
        student, manifest = self.scoring.student(), self.scoring.manifest

        def rate(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
            embeddings, distributions = student.features(pictures)
            generic = manifest.expected_ratings(distributions)
            if taste is None:
                return generic
            facts = [facts_of(score, appearance.measure(picture)) for picture in pictures]
            measured = np.frombuffer(b"".join(facts), dtype="<f2").reshape(-1, len(FACTS))
            return taste.ratings(Frames(embeddings, measured.astype(np.float32), generic))

        return rate


def _shift(
    score: Score,
    everybody: float,
    profile: StoredProfile | None,
    taste: Taste | None,
    frame: Frames,
) -> str:
    if profile is None or score.profile != profile.id:
        return f"The model for everybody gives it {score.value:.0f}."
    name = f"Your model “{profile.facts.name}”"
    if abs(score.value - everybody) < _LEAST_SHIFT:
        return f"{name} gives it {score.value:.0f}, as the model for everybody does."
    reasons = _reasons(taste, frame) if taste else ""
    return f"{name} gives it {score.value:.0f}, the model for everybody {everybody:.0f}{reasons}."


def _reasons(taste: Taste, frame: Frames) -> str:
    """What a taste finds special about a photo, as far as facts with a name tell."""
    [rating] = taste.ratings(frame)
    without = Frames(frame.features, frame.facts.copy(), frame.generic)
    shift = rating - frame.generic[0]
    if abs(shift) < _LEAST_RATING:
        return ""
    found: list[tuple[float, str]] = []
    for place, name in enumerate(FACTS):
        without.facts[:] = frame.facts
        without.facts[0, place] = np.nan  # which counts as usual
        share = (rating - taste.ratings(without)[0]) / shift
        if share > _LEAST_SHARE:
            above = frame.facts[0, place] > taste.fact_centre[place]
            found.append((share, _WORDS[name][0 if above else 1]))
    words = [word for _, word in sorted(found, reverse=True)[:_MOST_REASONS]]
    return f": it is {' and '.join(words)}" if words else ""


def _most_alike(known: Catalogued, id_: PhotoId) -> npt.NDArray[np.intp]:
    """Rows of marked photos that a photo resembles, none of its own burst."""
    if id_ not in known.ids:
        return np.empty(0, dtype=np.intp)
    own = known.ids.index(id_)
    others = np.flatnonzero(known.bursts != known.bursts[own])
    features = known.frames.features
    found = most_alike(features[others], features[own], known.bursts[others], _ALIKE)
    return others[found]


def _resemblance(known: Catalogued, alike: npt.NDArray[np.intp]) -> list[str]:
    """For instance "… it most resembles two with 4 stars and one that you picked"."""
    if not len(alike):
        return []
    counts = Counter(_mark(int(known.stars[row]), int(known.picks[row])) for row in alike)
    marks = [f"{_NUMBERS[count]} {mark}" for mark, count in counts.items()]
    told = f"{', '.join(marks[:-1])} and {marks[-1]}" if len(marks) > 1 else marks[0]
    return [f"Of your rated photos it most resembles {told}."]


def _mark(stars: int, pick: int) -> str:
    if stars:
        return f"with {stars} {'star' if stars == 1 else 'stars'}"
    return "that you picked" if pick > 0 else "that you rejected"
